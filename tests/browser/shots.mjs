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
  beside: `/canh-nhau?a=${first.units[0]?.code ?? "26740"}&b=26740&c=26743`,
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
  dumps: "/du-lieu-mo",
  method: "/phuong-phap",
  api: "/api",
  signin: "/dang-nhap",
  missing: "/khong-co",
};
// Seen by the administrator whom run.sh makes.
const OFFICE = {
  account: "/tai-khoan",
  accounts: "/quan-tri/tai-khoan",
  officer: "/quan-tri/tai-khoan/2",
  keys: "/quan-tri/khoa",
  letters: "/quan-tri/thu",
  audit: "/quan-tri/nhat-ky",
  desk: "/ban-lam-viec",
  "desk-search": "/ban-lam-viec/tim?q=ngap",
  "desk-concern": `/ban-lam-viec/van-de/${first.concern}`,
  "desk-merge": `/ban-lam-viec/van-de/${first.concern}/gop`,
  requests: "/yeu-cau",
  ask: `/yeu-cau/moi?van-de=${first.concern}`,
  press: "/bao-chi",
  alerts: "/canh-bao",
  "alert-rules": "/canh-bao/luat",
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
    const take = async (pages) => {
      for (const [name, path] of Object.entries(pages)) {
        if (only && !only.split(",").includes(name)) continue;
        await page.goto(base + path);
        const tall = await page.evaluate(() => document.documentElement.scrollHeight);
        const clip = { x: 0, y: 0, width, height: Math.min(tall, MOST_PX) };
        await page.screenshot({ path: `${out}/${name}-${size}-${colorScheme}.png`, fullPage: true, clip });
      }
    };
    await take(PAGES);
    await page.goto(`${base}/dang-nhap`);
    await page.getByLabel("Tên đăng nhập").fill("an");
    await page.getByLabel("Mật khẩu").fill("bốn từ ngẫu nhiên");
    await page.getByRole("button", { name: "Đăng nhập" }).click();
    await take(OFFICE);
    await context.close();
  }
}
await browser.close();
