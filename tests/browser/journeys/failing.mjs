// A server that fails: a table of its record is away for a while. Its pages say so decently, the rest of the
// site goes on, and all is well when it is back. Nothing else runs meanwhile.
import { execFileSync } from "node:child_process";

/** Renames a table of the record, as somebody might who works on it by hand. */
function rename(from, to) {
  const program = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=30); db.execute('PRAGMA legacy_alter_table = ON');" +
    "db.execute(f'ALTER TABLE {sys.argv[2]} RENAME TO {sys.argv[3]}'); db.commit()";
  execFileSync("python3", ["-c", program, `${process.env.SAMPLE_DATA}/record.sqlite`, from, to]);
}

export async function failing({ journey, check, base, axe }) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[360, 740], [1280, 900]]) {
      await journey(`a failing server shows a decent page, ${colorScheme}, ${width} px`, { colorScheme, viewport: { width, height }, mayFail: true }, async (page) => {
        // What the digest does not read, so that the way back leads somewhere.
        const path = "/du-bao";
        rename("forecasts", "forecasts_away");
        try {
          for (const lang of ["", "?lang=en"]) {
            const answer = await page.goto(base + path + lang);
            check(answer.status() === 500, `${path}: ${answer.status()}`);
            check(await page.locator("h1").isVisible(), "no heading");
            const text = await page.locator("body").innerText();
            check(!/sqlite|no such table|forecasts_away|panicked|\.rs/i.test(text), `our insides are shown: ${text}`);
            const number = await answer.headerValue("x-request-id");
            check(number && text.includes(number), "the request's number is not shown");
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            check(wide <= 0, `${wide} px too wide`);
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => window.axe.run());
            check(violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`).join());
          }
          await page.locator("main a.button").first().click();
          await page.locator(".entry-title").first().waitFor();
          const live = await fetch(`${base}/livez`);
          check(live.status === 200, "the rest of the site is down too");
        } finally {
          rename("forecasts_away", "forecasts");
        }
        const back = await page.goto(base + path);
        check(back.status() === 200, `${back.status()} when the table is back`);
      });
    }
  }
}
