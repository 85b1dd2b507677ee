// Everything works without this file; it only spares a tap here and there.
(() => {
  const $$ = (selector) => document.querySelectorAll(selector);
  document.documentElement.classList.add("js");
  // A picker goes where it points as soon as something is picked with the mouse or by Enter.
  $$("form[data-go] select").forEach((select) =>
    select.addEventListener("change", () => select.form.requestSubmit()));
  $$("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  // Printed pages show what is folded away on the screen.
  addEventListener("beforeprint", () => $$("details.evidence").forEach((one) => (one.open = true)));
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "/") {
      const box = document.querySelector("input[type=search]");
      if (box) {
        event.preventDefault();
        box.focus();
      }
    }
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = rel && document.querySelector(`a[rel=${rel}]`);
    if (link && !event.target.closest(".scroller, svg")) link.click();
  });
})();
