// Journeys through the pages in a real browser. Start a server, then:
//   npm install && node run.mjs BASE_URL
// Exits with 1 when a journey fails. Needs Debian's chromium (or CHROMIUM=path).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open } from "./browser.mjs";

const base = (process.argv[2] ?? "http://127.0.0.1:8022").replace(/\/$/, "");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES = ["/", "/don-vi", "/co-quan/so_xay_dung", "/ban-do", "/ban-do?dang=luc-giac", "/tuan", "/thang", "/ky-bao-cao", "/tuan?don-vi=26740", "/so-sanh?ky=tuan", "/cham-lai", "/du-bao", "/du-bao?cho=kind:ward&lang=en", "/du-bao/drainage", "/don-vi/26740/khac-biet", "/tuan?lang=en", "/nguon", "/nguon/1022", "/tim-kiem?q=ngap", "/phuong-phap", "/ve", "/?lang=en", "/khong-co", "/hai-long", "/hai-long/tuan/ward", "/im-lang", "/chi-so", "/chi-so/766.progress"];
const failures = [];
const browser = await open();

const check = (is, what) => {
  if (!is) throw new Error(what);
};

/** One journey in a context of its own; what it complains of on the console fails it too. */
async function journey(name, options, walk) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (said) => {
    if (said.type() === "error" && !/404/.test(said.text())) complaints.push(said.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const started = Date.now();
  try {
    await walk(page, context);
    check(complaints.length === 0, `console: ${complaints.join(" | ")}`);
    console.log(`ok    ${name} (${Date.now() - started} ms)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL  ${name}: ${error.message}`);
  }
  await context.close();
}

/** The path of the first concern and the first unit the digest links to. */
async function firstLinks(page) {
  await page.goto(`${base}/`);
  const concern = await page.locator(".entry-title a").first().getAttribute("href");
  const unit = await page.locator('.meta a[href^="/don-vi/"]').first().getAttribute("href");
  return { concern, unit };
}

/** Bytes on the wire of one cold view, by the browser's own count. */
async function wireBytes(page, context, path) {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  let requests = 0;
  session.on("Network.loadingFinished", (done) => {
    bytes += done.encodedDataLength;
    requests += 1;
  });
  await page.goto(base + path, { waitUntil: "networkidle" });
  return { bytes, requests };
}

await journey("a leader reads the digest, opens evidence and the reason of a rank", {}, async (page) => {
  await page.goto(`${base}/`);
  check((await page.locator(".entry").count()) > 0, "the digest has no lines");
  const entry = page.locator(".entry").first();
  await entry.locator(".receipt > summary").click();
  check(await entry.locator(".factors tfoot").isVisible(), "the receipt does not open");
  await entry.locator(".evidence > summary").click();
  check(await entry.locator("blockquote").first().isVisible(), "the evidence does not open");
  await entry.locator(".entry-title a").click();
  check(page.url().includes("/van-de/"), page.url());
  check((await page.locator(".mention").count()) > 0, "the concern shows no evidence");
});

await journey("a week is one link from the day, with steps, leagues and grades", {}, async (page) => {
  await page.goto(`${base}/`);
  await page.locator('.periods a[href^="/tuan/"]').click();
  check((await page.locator(".entry").count()) > 0, "the week has no lines");
  await page.locator('a[rel="prev"]').click();
  check(/\/tuan\/\d{4}-\d\d-\d\d/.test(page.url()), page.url());
  await page.goto(`${base}/so-sanh?ky=tuan`);
  check((await page.locator(".league tbody tr").count()) === 168, "not every unit stands in a league");
  await page.goto(`${base}/cham-lai`);
  check((await page.locator("tbody tr").count()) > 0, "no digest was graded");
});

await journey("a forecast is shown with its grades, and the table says the same", {}, async (page) => {
  await page.goto(`${base}/`);
  await page.locator('.periods a[href="/du-bao"]').click();
  check((await page.locator(".forecast").count()) > 0, "no topic is shown");
  const first = page.locator(".forecast").first();
  check(await first.locator("svg").isVisible(), "no chart");
  check((await first.locator(".fan-outer").getAttribute("d")).length > 0, "no interval is drawn");
  await first.locator(".receipt > summary").click();
  check((await first.locator("tbody tr").count()) === 7, "the table has not seven days");
  await first.locator("h3 a").click();
  check(/\/du-bao\/[a-z_]+/.test(page.url()), page.url());
  check((await page.locator("#past ~ .scroller tbody tr").count()) > 0, "no past forecast was graded");
});

await journey("a unit is told where it differs", {}, async (page) => {
  const { unit } = await firstLinks(page);
  await page.goto(base + unit);
  await page.locator('a[href*="/khac-biet"]').click();
  check((await page.locator(".compare tbody tr").count()) > 0, "no topic is compared");
  check((await page.locator(".verdict.unclear").count()) > 0, "nothing is left open");
});

await journey("the picker leads to a unit", {}, async (page) => {
  await page.goto(`${base}/`);
  await page.locator("#ma").selectOption({ index: 3 });
  await page.waitForURL(/\/don-vi\/\d{5}/);
  check((await page.locator("h1").count()) === 1, "no heading");
});

await journey("everything works without script", { javaScriptEnabled: false }, async (page) => {
  const { concern, unit } = await firstLinks(page);
  for (const path of [...PAGES, concern, unit]) {
    const answer = await page.goto(base + path);
    check(answer.status() < 500, `${path}: ${answer.status()}`);
    check(await page.locator("h1").isVisible(), path);
  }
  await page.goto(`${base}/`);
  await page.locator("#ma").selectOption({ index: 2 });
  await page.locator(".picker button").click();
  check(/\/don-vi\/\d{5}/.test(page.url()), page.url());
  await page.goto(`${base}/`);
  await page.locator(".receipt > summary").first().click();
  check(await page.locator(".factors").first().isVisible(), "the receipt needs script");
});

await journey("the keyboard alone is enough", {}, async (page) => {
  await page.goto(`${base}/`);
  await page.keyboard.press("Tab");
  check((await page.locator(":focus").getAttribute("class")) === "skip", "the skip link is not first");
  await page.keyboard.press("Enter");
  check((await page.evaluate(() => document.activeElement.id)) === "main", "the skip link leads nowhere");
  await page.locator(".receipt > summary").first().focus();
  await page.keyboard.press("Enter");
  check(await page.locator(".factors").first().isVisible(), "Enter does not open the receipt");
  const ring = await page.locator(".receipt > summary").first().evaluate((one) => getComputedStyle(one).outlineStyle);
  check(ring !== "none", "no focus ring");
  await page.goto(`${base}/ban-do`);
  await page.locator(".map a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/don-vi\/\d{5}/);
});

await journey("search finds with and without accents, in either composition", {}, async (page) => {
  const total = async (words) => {
    await page.goto(`${base}/tim-kiem`);
    await page.locator("#q").fill(words);
    await page.locator(".search .field button").click();
    return page.locator(".total").innerText();
  };
  const composed = await total("ngập");
  check(composed === (await total("ngập".normalize("NFD"))), "NFD finds something else");
  check(!/^0 /.test(await total("ngap")), "nothing without accents");
  check((await page.locator("mark").count()) > 0, "nothing is marked");
});

await journey("a page of text at 200 % does not scroll sideways", { viewport: { width: 360, height: 740 } }, async (page) => {
  for (const path of ["/", "/don-vi", "/tim-kiem?q=ngap", "/nguon", "/phuong-phap"]) {
    await page.goto(base + path);
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(over <= 1, `${path} is ${over} px too wide`);
  }
});

for (const width of [360, 412, 1280]) {
  await journey(`nothing scrolls sideways or shifts at ${width} px`, { viewport: { width, height: 800 } }, async (page) => {
    const { concern, unit } = await firstLinks(page);
    for (const path of [...PAGES, concern, unit]) {
      await page.goto(base + path, { waitUntil: "load" });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(over <= 1, `${path} is ${over} px too wide`);
      const shift = await page.evaluate(
        () =>
          new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((one) => (sum += one.value))).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 100);
          }),
      );
      check(shift <= 0.02, `${path} shifts by ${shift}`);
    }
  });
}

await journey("controls can be hit with a thumb", {}, async (page) => {
  await page.goto(`${base}/`);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, summary, select, input:not([type=hidden]), .nav a, .more, .button, .day-step")]
      .filter((one) => one.checkVisibility())
      .map((one) => [one.className || one.tagName, one.getBoundingClientRect().height])
      .filter(([, height]) => height < 43.5),
  );
  check(small.length === 0, JSON.stringify(small));
});

await journey("the wire carries little", {}, async (page, context) => {
  const first = await wireBytes(page, context, "/");
  console.log(`      first view ${first.bytes} bytes in ${first.requests} requests`);
  check(first.bytes <= 60_000 && first.requests <= 8, "first view is too heavy");
});
await journey("the map's wire carries little", {}, async (page, context) => {
  const map = await wireBytes(page, context, "/ban-do");
  console.log(`      map ${map.bytes} bytes in ${map.requests} requests`);
  check(map.bytes <= 25_000, "the map is too heavy");
});

await journey("a page prints its evidence", {}, async (page) => {
  await page.goto(`${base}/`);
  await page.emulateMedia({ media: "print" });
  check(!(await page.locator(".nav").isVisible()), "the navigation is printed");
  check(await page.locator(".entry-title").first().isVisible(), "the digest is not printed");
});

for (const colorScheme of ["light", "dark"]) {
  await journey(`axe-core finds nothing, ${colorScheme}`, { colorScheme }, async (page, context) => {
    const { concern, unit } = await firstLinks(page);
    const found = [];
    for (const path of [...PAGES, concern, unit]) {
      await page.goto(base + path);
      for (const summary of await page.locator("summary:visible").all()) await summary.click();
      // The strict policy refuses injected script tags; evaluating goes through the debugger.
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      for (const one of violations) found.push(`${path} ${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
    }
    check(found.length === 0, found.join("\n      "));
  });
}

await browser.close();
console.log(failures.length === 0 ? "all journeys done" : `${failures.length} journeys failed`);
process.exit(failures.length === 0 ? 0 : 1);
