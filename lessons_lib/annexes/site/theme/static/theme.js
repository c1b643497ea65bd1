// What the theme needs to survive Turbo, which replaces the body and keeps the window, and to tell
// the cards which colors it shows. Loaded before the body, so that nothing flashes.

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function tellCards() {
  const chosen = document.body?.dataset.theme ?? "auto";
  root.dataset.jpThemeLight = String(chosen === "auto" ? !dark.matches : chosen === "light");
}
new MutationObserver(tellCards).observe(root, { subtree: true, attributeFilter: ["data-theme"] });
dark.addEventListener("change", tellCards);
tellCards();

// The theme sets itself up when a document has loaded. What it then listens to on the window ends
// with the page, because it would keep the page's elements in memory.
const add = EventTarget.prototype.addEventListener;
let page = new AbortController();
addEventListener(
  "DOMContentLoaded",
  () => {
    page.abort();
    page = new AbortController();
    const { signal } = page;
    /** @param {Parameters<typeof add>} given */
    window.addEventListener = (...[kind, run, options]) =>
      add.call(window, kind, run, { ...Object(options), signal });
  },
  true,
);
addEventListener("DOMContentLoaded", () => Reflect.deleteProperty(window, "addEventListener"));
document.addEventListener("turbo:render", () => {
  document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true }));
});

// Sphinx's search starts once, when its script is loaded.
document.addEventListener("turbo:load", () => {
  const results = document.querySelector("#search-results");
  // oxlint-disable-next-line no-undef
  if (results && !results.firstChild && typeof Search !== "undefined") Search.init();
});

// The theme's icons are labels: see page.html.
document.addEventListener("keydown", (event) => {
  const icon = event.target;
  if (!(icon instanceof HTMLElement && icon.matches("label > [role='button']"))) return;
  if (![" ", "Enter"].includes(event.key)) return;
  event.preventDefault();
  icon.click();
});
