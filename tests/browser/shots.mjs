// Screenshots of every page, phone and desktop, light and dark:
// node shots.mjs BASE_URL [OUT_DIR] [name,name]
import { mkdirSync } from "node:fs";
import { open } from "./browser.mjs";

const [base, out = "shots", only] = process.argv.slice(2);
// The first line of the digest leads to its concern and unit.
const [digest] = await (await fetch(`${base}/api/v1/digests?unit=city`)).json();
const first = digest.top.find((line) => line.units.length > 0) ?? digest.top[0];
const PAGES = {
  today: "/",
  unit: `/don-vi/${first.units[0]?.code ?? ""}`,
  concern: `/van-de/${first.concern}`,
  forecast: "/du-bao",
  compare: `/don-vi/${first.units[0]?.code ?? "26740"}/khac-biet`,
  map: "/ban-do",
  hexagons: "/ban-do?dang=luc-giac",
  mentions: "/ban-do?lop=y-kien&don-vi=26740",
  embed: "/ban-do/nhung",
  satisfaction: "/hai-long",
  silence: "/im-lang",
  indicators: "/chi-so",
  units: "/don-vi",
  sources: "/nguon",
  search: "/tim-kiem?q=ngap",
  method: "/phuong-phap",
  api: "/api",
  signin: "/dang-nhap",
  missing: "/khong-co",
};
// Pages go on for long; a picture shows how they begin.
const MOST_PX = 1400;
const SIZES = { phone: [390, 844], desktop: [1280, 900] };

mkdirSync(out, { recursive: true });
const browser = await open();
for (const [size, [width, height]] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: "vi-VN" });
    const page = await context.newPage();
    for (const [name, path] of Object.entries(PAGES)) {
      if (only && !only.split(",").includes(name)) continue;
      await page.goto(base + path);
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      const clip = { x: 0, y: 0, width, height: Math.min(tall, MOST_PX) };
      await page.screenshot({ path: `${out}/${name}-${size}-${colorScheme}.png`, fullPage: true, clip });
    }
    await context.close();
  }
}
await browser.close();
