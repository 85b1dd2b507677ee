// The press officer's desk: by keyboard alone, with an input method, on a phone, and for axe.

/** Runs the journeys of the desk. */
export async function desk({ journey, check, base, signIn, axe }) {
  const PAGES = ["/ban-lam-viec", "/ban-lam-viec?sap=tang&lang=en", "/ban-lam-viec?q=khong-co-gi-ca", "/ban-lam-viec/tim?q=ngap", "/ban-lam-viec/thong-bao"];

  /** The desk's pages, those of one concern and one mention among them. */
  const pages = async (page) => {
    await page.goto(`${base}/ban-lam-viec?xem=tat-ca`);
    const concern = await page.locator(".q-title a").first().getAttribute("href");
    const ticks = await page.locator("input[name=chon]").evaluateAll((all) => all.slice(0, 2).map((one) => `chon=${encodeURIComponent(one.value)}`));
    await page.goto(base + concern);
    const mention = await page.locator(".mention-desk a").first().getAttribute("href");
    return [...PAGES, concern, `${concern}/gop`, mention, `/ban-lam-viec/hang-loat?viec=gop&${ticks.join("&")}`];
  };

  const titles = (page) => page.locator(".q-title a").allTextContents();
  const active = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.tagName);

  await journey("an officer searches, labels and gives several, merges and undoes, by keyboard only", { viewport: { width: 1280, height: 900 } }, async (page) => {
    await signIn(page, "an");
    await page.goto(`${base}/ban-lam-viec?xem=tat-ca`);
    const all = await titles(page);
    check(all.length > 10, `only ${all.length} concerns`);
    // A page is full either way: how many there are in all tells whether the search narrowed them.
    const total = () => page.locator(".desk-total").innerText();
    const before = await total();
    await page.keyboard.press("/");
    check((await active(page)) === "q", "/ does not lead to the search");
    await page.keyboard.type("ngap");
    await page.waitForURL(/q=ngap/);
    const found = await titles(page);
    check(found.length > 1 && (await total()) !== before, `${found.length} found, ${await total()}`);
    check((await page.locator("#q").inputValue()) === "ngap", "typing was interrupted");
    await page.keyboard.press("Escape");
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    check((await page.locator("input[name=chon]:checked").count()) === 2, "two are not picked");
    await page.keyboard.press("l");
    check((await active(page)) === "nhan", "l does not lead to the label");
    const label = `Họp ${Date.now() % 100000}`;
    await page.keyboard.type(label);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(".note.done").waitFor();
    check((await page.locator(".tag.own", { hasText: label }).count()) === 2, "two are not labelled");
    check((await titles(page)).join() === found.join(), "the filter is lost");
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await page.keyboard.press("a");
    check((await active(page)) === "nguoi", "a does not lead to the officers");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(".note.done").waitFor();
    check((await page.locator(".q-held", { hasText: "Nguyễn An" }).count()) >= 2, "two are not given");
    for (const key of ["j", "o"]) await page.keyboard.press(key);
    await page.waitForURL(/\/ban-lam-viec\/van-de\//);
    const title = await page.locator("h1").innerText();
    await page.keyboard.press("m");
    await page.waitForURL(/\/gop/);
    // Whether others are suggested depends on what the day brought: where none is, one is searched.
    if ((await page.locator("input[name=vao]").count()) === 0) {
      await page.keyboard.press("/");
      await page.keyboard.type("ngap");
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=ngap/);
      await page.locator("input[name=vao]").first().waitFor();
      await page.keyboard.press("Escape");
    }
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    check((await page.locator("input[name=vao]:checked").count()) === 1, "nothing is chosen to merge into");
    while ((await active(page)) !== "ly-do") await page.keyboard.press("Tab");
    await page.keyboard.type("cùng một tuyến cống");
    await page.keyboard.press("Enter");
    await page.locator(".note.done").waitFor();
    check((await page.locator("#lich-su ~ ol").innerText()).includes("cùng một tuyến cống"), "the history does not say why");
    await page.keyboard.press("u");
    check(/^ly-do-\d+$/.test(await active(page)), "u does not lead to the undoing");
    await page.keyboard.type("nhầm");
    await page.keyboard.press("Enter");
    await page.locator(".note.done").waitFor();
    check((await page.locator("#lich-su ~ ol s").count()) >= 1, "the merge stands");
    await page.goto(`${base}/ban-lam-viec?q=ngap`);
    check((await titles(page)).includes(title), "it did not come back");
    await page.keyboard.press("?");
    check(await page.locator("dialog.keys").isVisible(), "? shows no keys");
    await page.keyboard.press("Escape");
    await page.locator("#q").focus();
    await page.keyboard.type("?jx");
    check(!(await page.locator("dialog.keys").isVisible()), "keys act while one types");
  });

  await journey("what an input method composes is searched once it stands, in either form", { viewport: { width: 1280, height: 900 } }, async (page, context) => {
    await signIn(page, "an");
    await page.goto(`${base}/ban-lam-viec?xem=tat-ca`);
    let asked = 0;
    page.on("request", (request) => (asked += /ban-lam-viec\?.*q=/.test(request.url()) ? 1 : 0));
    await page.locator("#q").focus();
    const session = await context.newCDPSession(page);
    for (const text of ["n", "ng", "nga", "ngâ", "ngậ", "ngập"])
      await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(500);
    check(asked === 0, `${asked} requests while composing`);
    await session.send("Input.insertText", { text: "ngập" });
    await page.waitForURL(/q=/);
    const composed = await titles(page);
    check(composed.length > 0, "nothing found");
    await page.goto(`${base}/ban-lam-viec?q=${encodeURIComponent("ngập".normalize("NFD"))}`);
    check((await titles(page)).join() === composed.join(), "NFD finds something else");
  });

  await journey("who is slower is told who was faster and keeps what was typed", { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } }, async (page, context) => {
    await signIn(page, "an");
    const [, , , , , concern] = await pages(page);
    const other = await context.newPage();
    for (const one of [page, other]) await one.goto(base + concern);
    const rename = async (one, title) => {
      await one.locator("summary", { hasText: "Đổi tên" }).click();
      await one.locator("#ten").fill(title);
      await one.locator("#ly-do-ten").fill("rõ hơn");
      await one.locator("#ly-do-ten").press("Enter");
    };
    await rename(page, "Tên của người nhanh");
    await page.locator(".note.done").waitFor();
    await rename(other, "Tên của người chậm");
    check((await other.locator("h1").innerText()) === "Người khác vừa sửa trước", "no word of it");
    check((await other.locator("main").innerText()).includes("Nguyễn An"), "who it was is not said");
    check((await other.locator('input[name="ten"]').inputValue()) === "Tên của người chậm", "the words are lost");
    await other.getByRole("button", { name: "Gửi lại" }).click();
    await other.locator(".note.done").waitFor();
    check((await other.locator("h1").innerText()) === "Tên của người chậm", "it cannot be sent again");
    // The later one goes, and the one before it comes back.
    await other.locator("[data-undo] summary").first().click();
    await other.locator("[data-undo] input[name=ly_do]").first().fill("thử xong");
    await other.locator("[data-undo] input[name=ly_do]").first().press("Enter");
    await other.locator(".note.done").waitFor();
    check((await other.locator("h1").innerText()) === "Tên của người nhanh", "the name before does not come back");
  });

  for (const [width, height] of [[360, 740], [1280, 900]]) {
    await journey(`the desk fits ${width} px`, { viewport: { width, height } }, async (page) => {
      await signIn(page, "an");
      for (const path of await pages(page)) {
        await page.goto(base + path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, `${path} is ${wide} px too wide`);
        if (width > 400) continue;
        const small = await page.locator("main button:visible, main select:visible, main summary:visible, main input:not([type=checkbox], [type=radio], [type=hidden]):visible, main .tick:visible").evaluateAll(
          (all) => all.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML.slice(0, 120)),
        );
        check(small.length === 0, `${path} has small targets: ${small[0]}`);
      }
    });
  }

  for (const colorScheme of ["light", "dark"]) {
    await journey(`axe-core finds nothing at the desk, ${colorScheme}`, { colorScheme, viewport: { width: 1280, height: 900 } }, async (page) => {
      await signIn(page, "an");
      const found = [];
      for (const path of await pages(page)) {
        await page.goto(base + path);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        for (const one of violations) found.push(`${path} ${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
      }
      check(found.length === 0, found.join("\n      "));
    });
  }
}
