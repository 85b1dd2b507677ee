// Requests for explanation: an officer asks, the unit answers by its link or signed in, the officer judges.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";

/** The link that the unit's letter carries, made as the program makes it, with the key of its record. */
function linkOf(id, round) {
  const read = "import sqlite3, sys; print(sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)" +
    ".execute('SELECT hex(key) FROM request_key').fetchone()[0])";
  const hex = execFileSync("python3", ["-c", read, `${process.env.SAMPLE_DATA}/record.sqlite`]).toString().trim();
  const proof = createHmac("sha256", Buffer.from(hex, "hex")).update(`giai-trinh/${id}/${round}`).digest().subarray(0, 16);
  return `/giai-trinh/${id}-${round}-${proof.toString("base64url")}`;
}

export async function requests({ journey, check, base, signIn, axe }) {
  /** Asks the unit 26740 about the first concern of the digest; gives the number of the request. */
  async function ask(page) {
    await page.goto(`${base}/`);
    const concern = await page.locator(".entry-title a").first().getAttribute("href");
    await page.goto(base + concern);
    await page.getByRole("link", { name: "Yêu cầu giải trình" }).last().click();
    await page.getByRole("link", { name: "Xác minh thông tin" }).click();
    check((await page.getByRole("textbox", { name: "Câu hỏi" }).inputValue()).includes("xác minh"), "the template is not taken");
    await page.getByLabel("Gửi đến").selectOption("26740");
    await page.getByLabel("Số ngày làm việc").fill("2");
    await page.getByRole("button", { name: "Gửi đơn vị" }).click();
    check(/\/yeu-cau\/\d+$/.test(page.url()), `led to ${page.url()}`);
    check(await page.getByText("Số liệu").or(page.getByText("Bằng chứng khi hỏi")).first().isVisible(), "no evidence");
    return page.url().split("/").pop();
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with script" : "without script";
    await journey(`officer asks, unit answers by link, officer accepts, ${how}`, { javaScriptEnabled }, async (page, context) => {
      await signIn(page, "an");
      const id = await ask(page);
      const unit = await (await context.browser().newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled })).newPage();
      await unit.goto(base + linkOf(id, 1));
      const wide = await unit.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(wide <= 0, `the form is ${wide} px too wide`);
      await unit.getByLabel("Câu trả lời của đơn vị").fill("Đã kiểm tra, thông tin đúng. Gọi 0909 123 456 nếu cần.");
      const pdf = { name: "báo cáo.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") };
      await unit.getByLabel("Tệp đính kèm").setInputFiles([pdf]);
      await unit.getByRole("button", { name: "Gửi trả lời" }).click();
      check(await unit.getByText("Đã nhận câu trả lời").isVisible(), "the answer was not taken");
      check(await unit.getByText("đã bị che").isVisible(), "they are not told what was cut");
      await unit.context().close();
      await page.goto(`${base}/yeu-cau/${id}`);
      check(!(await page.content()).includes("0909 123 456"), "the telephone number stands there");
      check(await page.getByRole("link", { name: /báo cáo.pdf/ }).isVisible(), "the file is not listed");
      await page.getByLabel("Ghi chú công khai").fill("Sẽ theo dõi.");
      await page.getByRole("button", { name: "Chấp nhận" }).click();
      check(await page.getByText("Câu trả lời sẽ in trong bản tin kế tiếp.").isVisible(), "it is not said when it is printed");
    });
  }

  await journey("unit answers by login, and its answer is returned", {}, async (page, context) => {
    await signIn(page, "an");
    const id = await ask(page);
    const unit = await (await context.browser().newContext({ viewport: { width: 390, height: 844 } })).newPage();
    await signIn(unit, "bich");
    await unit.goto(`${base}/yeu-cau`);
    await unit.locator(`a[href="/yeu-cau/${id}"]`).click();
    await unit.getByLabel("Câu trả lời của đơn vị").fill("Đang kiểm tra.");
    await unit.getByRole("button", { name: "Gửi trả lời" }).click();
    check(await unit.getByText("Đã trả lời, chờ xét").first().isVisible(), "the answer was not taken");
    await page.goto(`${base}/yeu-cau/${id}`);
    await page.getByLabel("Vì sao trả lại").fill("Chưa nói bao giờ xong.");
    await page.getByRole("button", { name: "Trả lại" }).click();
    await unit.reload();
    check(await unit.getByText("Chưa nói bao giờ xong.").first().isVisible(), "the reason is not shown");
    check((await unit.getByRole("button", { name: "Chấp nhận" }).count()) === 0, "a unit may not judge itself");
    await unit.context().close();
  });

  await journey("a press report is marked as answered", {}, async (page) => {
    await signIn(page, "an");
    await page.goto(`${base}/bao-chi`);
    const first = page.locator(".press-rows > li").first();
    if ((await first.count()) === 0) return; // A sample city may have no report that waits.
    const title = await first.locator("h2").textContent();
    await first.locator("summary").click();
    await first.getByLabel("Vì sao không cần").fill("Tin đã cũ");
    await first.getByRole("button", { name: "Không cần" }).click();
    await page.goto(`${base}/bao-chi?trang-thai=not_needed`);
    check(await page.getByText(title).first().isVisible(), "it is not in the other list");
  });

  for (const colorScheme of ["light", "dark"]) {
    await journey(`axe-core finds nothing in requests, ${colorScheme}`, { colorScheme }, async (page) => {
      await signIn(page, "an");
      const id = await ask(page);
      const found = [];
      for (const path of ["/yeu-cau", "/yeu-cau?lang=en", "/yeu-cau/moi?chi-so=766.progress&gui-den=26740", `/yeu-cau/${id}`, linkOf(id, 1), linkOf(id, 2), "/bao-chi"]) {
        await page.goto(base + path);
        for (const summary of await page.locator("summary:visible").all()) await summary.click();
        const short = await page.locator("main button:visible, main input:visible, main select:visible, main textarea:visible").evaluateAll(
          (all) => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML),
        );
        check(short.length === 0, `${path} has small targets: ${short[0]}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, `${path} is ${wide} px too wide`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        for (const one of violations) found.push(`${path} ${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
      }
      check(found.length === 0, found.join("\n      "));
    });
  }
}
