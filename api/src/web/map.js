// The map moves without loading the page again. Everything works without this file.
(() => {
  const root = document.getElementById("ban-do");
  if (!root) return;
  const $ = (selector) => root.querySelector(selector);
  const slider = $("#buoc");
  const said = $("#buoc-ngay");
  let under_way;
  let soon = 0;

  /** Takes the parts of another state of this page into it. */
  const take = (page) => {
    const active = document.activeElement;
    const tile = active.closest?.(".map a") && /don-vi=(\d+)/.exec(active.getAttribute("href"))?.[1];
    for (const part of root.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh) part.innerHTML = fresh.innerHTML;
    }
    for (const id of ["buoc", "lop"]) {
      const [own, fresh] = [root, page].map((where) => where.querySelector("#" + id));
      // Never under a hand that is still moving it.
      if (id !== "buoc" || !soon) own.value = fresh.value;
    }
    slider.setAttribute("aria-valuetext", page.querySelector("#buoc").getAttribute("aria-valuetext"));
    document.title = page.title;
    rove(tile && $(`.map a[href*="don-vi=${tile}"]`));
    if (tile) $(`.map a[href*="don-vi=${tile}"]`)?.focus();
    else if (active.id && active.id !== document.activeElement.id) document.getElementById(active.id)?.focus();
  };

  const go = async (address, keep = true) => {
    under_way?.abort();
    under_way = new AbortController();
    try {
      const answer = await fetch(address, { signal: under_way.signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (keep) history.pushState(null, "", answer.url);
      take(page);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };

  /** The present address with some parameters set. */
  const here = (set) => {
    const address = new URL(location.href);
    address.hash = "";
    for (const name of ["ten", "buoc", "cuoi"]) address.searchParams.delete(name);
    for (const [name, value] of Object.entries(set)) address.searchParams.set(name, value);
    return address;
  };

  const dayOf = (step) => {
    const day = new Date(slider.dataset.last + "T00:00:00Z");
    day.setUTCDate(day.getUTCDate() - (slider.max - step));
    return day;
  };
  slider.addEventListener("input", () => {
    const day = dayOf(Number(slider.value));
    const words = { weekday: "long", day: "numeric", month: "numeric", year: "numeric", timeZone: "UTC" };
    said.textContent = day.toLocaleDateString(document.documentElement.lang, words);
    clearTimeout(soon);
    soon = setTimeout(() => {
      soon = 0;
      go(here({ ngay: day.toISOString().slice(0, 10) }));
    }, 120);
  });

  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-map]");
    if (!form) return;
    event.preventDefault();
    const seen = form.querySelectorAll("select, input:not([type=hidden])");
    go(here(Object.fromEntries([...seen].map((one) => [one.name, one.value]))));
  });
  $("#lop").addEventListener("change", (event) => event.target.form.requestSubmit());
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const address = new URL(link.getAttribute("href"), location.href);
    if (address.pathname !== location.pathname) return;
    event.preventDefault();
    // On a phone what was chosen stands below the map.
    go(address).then(() => link.closest(".map") && $("#don-vi").scrollIntoView({ block: "nearest" }));
  });
  addEventListener("popstate", () => go(location.href, false));

  // One stop of the Tab key for the whole map; arrows go from tile to tile as they stand.
  const tiles = () => [...root.querySelectorAll(".map a")];
  const rove = (stop) => {
    const all = tiles();
    const first = stop || all.find((tile) => tile.hasAttribute("aria-current")) || all[0];
    for (const tile of all) tile.setAttribute("tabindex", tile === first ? 0 : -1);
  };
  const middle = (tile) => {
    const box = tile.querySelector(".tile").getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  root.addEventListener("keydown", (event) => {
    const from = event.target.closest(".map a");
    const way = WAYS[event.key];
    if (!from || !way) return;
    event.preventDefault();
    const [x, y] = middle(from);
    let best, least = Infinity;
    for (const tile of tiles()) {
      const [dx, dy] = middle(tile).map((at, axis) => at - [x, y][axis]);
      const along = dx * way[0] + dy * way[1];
      const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      const far = along + 2 * aside;
      if (along > 1 && aside <= along && far < least) [best, least] = [tile, far];
    }
    if (!best) return;
    rove(best);
    best.focus();
  });
  rove();
})();
