// Alerts: an officer drafts a rule, tries it on the past, saves it, takes what it finds and silences it.

/** Waits until a page shows something; rules are looked at after each refresh of the day. */
async function appears(page, url, locator, seconds) {
  for (let at = 0; at < seconds; at += 2) {
    await page.goto(url);
    if ((await locator(page).count()) > 0) return true;
    await page.waitForTimeout(2000);
  }
  return false;
}

/** Runs the journeys of alerts. */
export async function alerts({ journey, check, base, signIn, axe }) {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with script" : "without script";
    await journey(`an officer drafts a rule, tries it, and takes the alert it opens, ${how}`, { javaScriptEnabled }, async (page) => {
      await signIn(page, "an");
      await page.goto(`${base}/canh-bao/luat/moi`);
      const name = `Luật thử ${Date.now()}`;
      await page.getByLabel("Tên luật").fill(name);
      await page.getByLabel("Ít nhất bao nhiêu tin").fill("2");
      await page.getByLabel("Tăng bất thường").selectOption("");
      const started = Date.now();
      await page.getByRole("button", { name: "Xem trước" }).click();
      await page.getByText(/Luật này đã báo/).waitFor();
      console.log(`      preview in ${Date.now() - started} ms`);
      check((await page.locator("#h-preview ~ ol .alert").count()) > 0, "the past shows nothing");
      check((await page.getByLabel("Tên luật").inputValue()) === name, "the draft is lost");
      await page.getByRole("button", { name: "Lưu luật" }).click();
      check(await page.getByText("Đã lưu luật").isVisible(), "it is not saved");
      const mine = (on) => on.locator(".alert", { hasText: `Luật: ${name}` });
      check(await appears(page, `${base}/canh-bao`, mine, 90), "no alert opens");
      await mine(page).first().locator("a").click();
      check(await page.getByRole("heading", { name: "Thẻ nguyên nhân" }).isVisible(), "there is no card");
      check((await page.locator(".mention").count()) > 0, "there is no evidence");
      await page.getByLabel("Ghi chú").fill("Tôi gọi phường.");
      await page.getByRole("button", { name: "Tôi nhận" }).click();
      check(await page.getByText("Nguyễn An nhận").first().isVisible(), "nobody owns it");
      check(await page.getByText("Tôi gọi phường.").isVisible(), "the note is lost");
      await page.getByLabel("Hoãn trong").selectOption("24");
      await page.getByRole("button", { name: "Tạm hoãn" }).click();
      check(await page.getByText(/Tạm hoãn đến/).first().isVisible(), "it is not silenced");
      await page.getByRole("link", { name: "Mở vấn đề" }).click();
      check(await page.getByRole("heading", { name: "Cảnh báo đang mở" }).isVisible(), "its concern does not show it");
      // The rule is switched off again, so that the sample city stays quiet.
      await page.goto(`${base}/canh-bao/luat`);
      await page.getByRole("link", { name }).click();
      await page.getByLabel("Đang dùng").uncheck();
      await page.getByRole("button", { name: "Lưu luật" }).click();
      check(await page.locator(".alert", { hasText: name }).getByText("đang tắt").isVisible(), "it is still in force");
    });
  }

  for (const colorScheme of ["light", "dark"]) {
    await journey(`axe-core finds nothing in alerts, ${colorScheme}`, { colorScheme }, async (page) => {
      await signIn(page, "an");
      await page.goto(`${base}/canh-bao`);
      const one = await page.locator(".alert-title").first().getAttribute("href");
      const found = [];
      const preview = "/canh-bao/luat/moi?ten=A&loai=concern&so_tin=3&tieu_cuc=&tang=&don_vi=&gio=12&dung=1&xem=1";
      for (const path of ["/canh-bao", "/canh-bao?lang=en", one, "/canh-bao/luat", "/canh-bao/luat/moi", preview]) {
        await page.goto(base + path);
        for (const summary of await page.locator("main summary:visible").all()) await summary.click();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, `${path} is ${wide} px too wide`);
        const short = await page.locator("main button:visible, main input:visible, main select:visible, main .alert a:visible").evaluateAll(
          (all) => all.filter((one) => (one.type === "checkbox" ? one.closest("label") ?? one : one).getBoundingClientRect().height < 44).map((one) => one.outerHTML),
        );
        check(short.length === 0, `${path} has small targets: ${short[0]}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        for (const one of violations) found.push(`${path} ${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
      }
      check(found.length === 0, found.join("\n      "));
    });
  }
}
