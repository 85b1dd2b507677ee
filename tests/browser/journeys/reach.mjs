// A viewer of one ward sees nothing that is not public of another ward; readers see nothing of either.

const MINE = "26740";

export async function reach({ journey, check, base, signIn }) {
  await journey("a viewer of one ward sees no other ward's restricted data", {}, async (page, context) => {
    const secret = `mat${Date.now()}`;
    const officer = await (await context.browser().newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await signIn(officer, "an");
    // A concern that is followed at the desk and touches other wards alone.
    await officer.goto(`${base}/ban-lam-viec?xem=tat-ca`);
    const followed = await officer.locator(".q-title a").evaluateAll((all) => all.map((one) => one.getAttribute("href").split("/").pop()));
    let theirs;
    for (const id of followed) {
      const one = await (await fetch(`${base}/api/v1/concerns/${id}?limit=1`)).json();
      if (one.units.length > 0 && one.units.every((unit) => unit.code !== MINE)) {
        theirs = one;
        break;
      }
    }
    check(theirs !== undefined, "no concern lies in other wards alone");
    const unit = theirs.units[0].code;
    // A note, a label and a question about the other ward.
    const desk = `/ban-lam-viec/van-de/${theirs.id}`;
    await officer.goto(base + desk);
    await officer.locator("#ghi").fill(`Ghi chú nội bộ ${secret}`);
    await officer.locator("#ghi ~ button").click();
    await officer.locator("#nhan").fill(secret);
    await officer.locator("#nhan ~ button").click();
    check(await officer.locator(".tag.own, .chip-button", { hasText: secret }).first().isVisible(), "the officer does not see the label");
    await officer.goto(`${base}/yeu-cau/moi?van-de=${theirs.id}&gui-den=${unit}`);
    await officer.getByRole("textbox", { name: "Câu hỏi" }).fill(`Câu hỏi ${secret}`);
    await officer.getByRole("button", { name: "Gửi đơn vị" }).click();
    const request = new URL(officer.url()).pathname;
    check(/^\/yeu-cau\/\d+$/.test(request), request);
    await officer.goto(`${base}/canh-bao`);
    const alerts = await officer.locator(".alert-title").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    const foreign = [];
    for (const alert of alerts) {
      await officer.goto(base + alert);
      if (!(await officer.content()).includes(MINE)) foreign.push(alert);
    }
    await officer.context().close();

    await signIn(page, "dung");
    const seen = async (path, statuses) => {
      const answer = await page.goto(base + path);
      check(statuses.includes(answer.status()), `${path}: ${answer.status()}`);
      // A search repeats what was typed: there it is what was found that must not show.
      const other = path.includes(secret) ? theirs.id : secret;
      check(!(await page.content()).includes(other), `${path} shows what is another ward's`);
      if (answer.status() >= 400 && !path.endsWith("hien-dien")) check(await page.locator("h1").isVisible(), `${path}: no page`);
    };
    for (const path of [request, desk, `${desk}/hien-dien`]) await seen(path, [403, 404]);
    for (const path of [`${desk}/gop`, `/yeu-cau/moi?van-de=${theirs.id}`, "/ban-lam-viec/hang-loat?viec=gop"]) await seen(path, [403]);
    for (const path of ["/yeu-cau?trang-thai=tat-ca", `/ban-lam-viec?q=${secret}`, `/ban-lam-viec?nhan=${secret}`, `/ban-lam-viec?don-vi=${unit}`, `/ban-lam-viec/tim?q=${secret}`, "/ban-lam-viec/thong-bao", `/tim-kiem?q=${secret}`, `/van-de/${theirs.id}`, `/don-vi/${unit}`, "/canh-bao", "/bao-chi"]) await seen(path, [200]);
    const csv = await page.request.get(`${base}/yeu-cau.csv?trang-thai=tat-ca`);
    check(csv.ok() && !(await csv.text()).includes(`,${unit},`), "the table has another ward's requests");
    for (const list of ["requests", "alerts"]) {
      const found = await (await page.request.get(`${base}/api/v1/${list}`)).json();
      const beyond = found.filter((one) => (one.addressee ? one.addressee !== MINE : !one.units.includes(MINE)));
      check(beyond.length === 0, `/api/v1/${list} gives ${JSON.stringify(beyond[0])}`);
    }
    let n_denied = 0;
    for (const alert of foreign) {
      const answer = await page.goto(base + alert);
      if (answer.status() === 403) n_denied += 1;
    }
    console.log(`      ${n_denied} of ${foreign.length} alerts elsewhere refused`);

    // Who has not signed in sees less still.
    const reader = await (await context.browser().newContext()).newPage();
    for (const path of [request, desk, "/yeu-cau", "/canh-bao", "/ban-lam-viec", "/api/v1/requests", "/api/v1/alerts"]) {
      const answer = await reader.request.get(base + path, { maxRedirects: 0 });
      check([303, 307, 401].includes(answer.status()), `${path}: ${answer.status()} for a reader`);
      check(!(await answer.text()).includes(secret), path);
    }
    for (const path of [`/van-de/${theirs.id}`, `/tim-kiem?q=${secret}`]) {
      await reader.goto(base + path);
      check(!(await reader.content()).includes(path.includes(secret) ? theirs.id : secret), path);
    }
    await reader.context().close();
  });
}
