// The desk by keyboard, results while one types, and who else is there. Everything works without this file.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Results follow what is typed.
  for (const form of $$("form[data-type]")) {
    const box = $("input[type=search]", form);
    let soon, under_way, composing = false, last = box.value.normalize();
    const look = async () => {
      const words = box.value.normalize().trim();
      if (composing || words === last) return;
      last = words;
      under_way?.abort();
      under_way = new AbortController();
      const address = new URL(form.getAttribute("action"), location);
      for (const [name, value] of new FormData(form)) if (value) address.searchParams.append(name, value);
      try {
        const answer = await fetch(address, { signal: under_way.signal });
        if (!answer.ok || answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = $$("[data-live]", page);
        $$("[data-live]").forEach((part, at) => fresh[at] && part.replaceChildren(...fresh[at].childNodes));
        history.replaceState(null, "", address);
        here = -1;
      } catch {
        // A later keystroke took over, or the network is gone: the button still works.
      }
    };
    const later = () => {
      clearTimeout(soon);
      soon = setTimeout(look, 250);
    };
    box.addEventListener("compositionstart", () => (composing = true));
    box.addEventListener("compositionend", () => {
      composing = false;
      later();
    });
    box.addEventListener("input", later);
    $$("select[name=sap]", form).forEach((select) => select.addEventListener("change", () => form.requestSubmit()));
  }

  // Who else is there: asked now and then while somebody works on the page.
  const presence = $("[data-presence]");
  if (presence) {
    let active = false, writing = false;
    addEventListener("pointermove", () => (active = true), { passive: true });
    addEventListener("keydown", () => (active = true));
    addEventListener("input", () => (active = writing = true));
    setInterval(async () => {
      // A page left open must not keep a session alive.
      if (!active || document.hidden) return;
      active = false;
      const address = new URL(presence.dataset.presence, location);
      if (writing) address.searchParams.set("sua", "1");
      writing = false;
      try {
        const answer = await fetch(address);
        const said = answer.ok && !answer.redirected ? await answer.text() : presence.textContent;
        if (said !== presence.textContent) presence.textContent = said;
      } catch {
        // The next turn asks again.
      }
    }, 30000);
  }

  // Keys.
  let here = -1;
  const dialog = $("dialog.keys");
  const rows = () => $$("[data-row]");
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    all[here]?.classList.remove("here");
    here = Math.min(Math.max(here + by, 0), all.length - 1);
    all[here].classList.add("here");
    $("a, input", all[here])?.focus({ preventScroll: true });
    all[here].scrollIntoView({ block: "nearest" });
  };
  const focus = (selector) => {
    const one = $(selector);
    one?.scrollIntoView({ block: "center" });
    one?.focus();
    return one;
  };
  const row = () => rows()[here];
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => $("a[href]", row() ?? document.createElement("p"))?.click(),
    x: () => $("input[type=checkbox], input[type=radio]", row() ?? document.createElement("p"))?.click(),
    l: () => focus("#nhan"),
    a: () => focus("#nguoi"),
    m: () => {
      const merge = $("[data-merge]");
      if (merge?.tagName === "A" || $("[name=chon]:checked")) merge?.click();
    },
    u: () => {
      const undo = $("[data-undo]");
      if (undo) undo.open = true;
      focus("[data-undo] input[name=ly_do]");
    },
    "?": () => dialog?.showModal(),
  };
  $$("[data-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", keys["?"]);
  });
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || dialog?.open) return;
    const at = event.target;
    const typing = at.closest("select, textarea, [contenteditable]") || (at.tagName === "INPUT" && !/checkbox|radio/.test(at.type));
    if (typing) {
      // Esc gives the keys back.
      if (event.key === "Escape") at.blur();
      return;
    }
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });
})();
