// Requests past their deadline, as the sample city has them: red first, the unit reminded, the next level told.
import { readFileSync } from "node:fs";

/** Letters that the mail server of run.sh took. */
const letters = () => readFileSync(process.env.SAMPLE_LETTERS, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));

export async function late({ journey, check, base, signIn, axe }) {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with script" : "without script";
    await journey(`a request past its deadline is red, first, reminded and escalated, ${how}`, { javaScriptEnabled }, async (page) => {
      await signIn(page, "an");
      await page.goto(`${base}/yeu-cau`);
      check((await page.locator(".request-rows .chip.bad").count()) >= 2, "the sample has no late requests");
      const first = page.locator(".request-groups > section").first();
      check(await first.locator(".status.bad").isVisible(), "the first unit's late ones are not counted");
      check(/bad/.test(await first.locator(".request-rows .chip").first().getAttribute("class")), "the first row is not red");
      const red = await page.locator(".request-rows .chip").evaluateAll((all) => all.map((one) => one.classList.contains("bad")));
      check(red.indexOf(false) < 0 || red.lastIndexOf(true) < red.length - 1, "red is not first");
      await page.getByRole("link", { name: "Quá hạn", exact: true }).click();
      check(page.url().includes("qua-han"), page.url());
      check((await page.locator(".request-rows .chip:not(.bad)").count()) === 0, "the filter lets others through");
      await page.locator(".request-rows a").first().click();
      const id = page.url().split("/").pop();
      const steps = await page.locator("#dien-bien ~ ol .life-step").allTextContents();
      for (const step of ["Gửi đi", "Nhắc trước hạn", "Nhắc khi đến hạn", "Báo cấp 1 vì quá hạn"]) {
        check(steps.includes(step), `${step} is not in the history: ${steps.join(", ")}`);
      }
      check(steps.indexOf("Nhắc khi đến hạn") < steps.indexOf("Báo cấp 1 vì quá hạn"), "the level above is told before the unit");
      const sent = letters().filter((letter) => letter.subject.includes(`số ${id}]`));
      const to = (who, words) => sent.some((letter) => letter.to.includes(who) && letter.subject.includes(words));
      check(to("don-vi@example.vn", "Đã đến hạn"), `the unit got no reminder: ${JSON.stringify(sent)}`);
      check(to("cap-tren@example.vn", "Quá hạn"), "the level above got no letter");
      check(new Set(sent.map((letter) => JSON.stringify(letter))).size === sent.length, "a letter came twice");
    });
  }

  await journey("a draft of the sample is edited and kept apart from what is sent", {}, async (page, context) => {
    await signIn(page, "an");
    await page.goto(`${base}/yeu-cau`);
    await page.locator(".request-rows li", { hasText: "Nháp" }).locator("a").first().click();
    await page.getByRole("link", { name: "Sửa bản nháp" }).click();
    const other = await context.newPage();
    await other.goto(page.url());
    const words = page.getByRole("textbox", { name: "Câu hỏi" });
    await words.fill("Kính gửi đơn vị, xin cho biết ngày xong.");
    await page.getByRole("button", { name: "Lưu nháp" }).click();
    check(await page.getByText("xin cho biết ngày xong").isVisible(), "the words are not saved");
    await other.getByRole("textbox", { name: "Câu hỏi" }).fill("Chữ của người chậm.");
    await other.getByRole("button", { name: "Lưu nháp" }).click();
    check(await other.getByRole("alert").getByText("vừa sửa").isVisible(), "who was slower is not told");
    check((await other.getByRole("textbox", { name: "Câu hỏi" }).inputValue()) === "Chữ của người chậm.", "the words are lost");
    await other.evaluate(axe);
    const { violations } = await other.evaluate(() => window.axe.run());
    check(violations.length === 0, violations.map((one) => one.id).join());
  });

  await journey("the sample has alerts with their cause, one of them taken", {}, async (page) => {
    await signIn(page, "an");
    await page.goto(`${base}/canh-bao`);
    check((await page.getByText("Phạm Lan (cán bộ mẫu) nhận").count()) >= 1, "none is taken");
    check((await page.getByText("Chưa ai nhận").count()) >= 1, "none is open");
  });
}
