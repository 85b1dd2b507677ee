// Lighthouse as it comes, with its emulated slow phone, on pages that must reach its marks:
// node lighthouse.mjs BASE_URL
// Exits with 1 when a mark is missed. A page gets a second and third run before its performance counts
// as missed, and the best counts: other programs on the machine only ever make it worse.
import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

const base = (process.argv[2] ?? "http://127.0.0.1:8022").replace(/\/$/, "");
const PAGES = ["/", "/ban-do"];
const MARKS = { performance: 95, accessibility: 100 };
const RUNS = 3;

const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let missed = 0;
for (const path of PAGES) {
  const best = {};
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr } = await lighthouse(base + path, { port: chrome.port, onlyCategories: Object.keys(MARKS), logLevel: "error" });
    if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
    for (const name of Object.keys(MARKS)) {
      const score = Math.round(lhr.categories[name].score * 100);
      if (!(best[name]?.score >= score)) best[name] = { score, lhr };
    }
    if (Object.entries(MARKS).every(([name, mark]) => best[name].score >= mark)) break;
  }
  for (const [name, mark] of Object.entries(MARKS)) {
    const { score, lhr } = best[name];
    const is = score >= mark;
    console.log(`${is ? "ok   " : "FAIL "} lighthouse ${path}: ${name} ${score} (at least ${mark})`);
    if (is) continue;
    missed += 1;
    for (const ref of lhr.categories[name].auditRefs) {
      const audit = lhr.audits[ref.id];
      if (audit.score !== null && audit.score < 0.9 && ref.weight > 0) console.log(`        ${audit.id}: ${audit.displayValue ?? audit.title}`);
    }
  }
}
chrome.kill();
process.exit(missed ? 1 : 0);
