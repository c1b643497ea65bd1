// The meaning of a term, which is the title of its link to the glossary: in a lesson's prose, a
// small note shows it for the pointer and for the keyboard. Escape hides it.

const TERM = ".lessons-page .jp-MarkdownOutput a:is([title], [aria-description])";
const NOTEBOOK = ".jp-WindowedPanel-outer";
const SHOW_AFTER_MS = 250;
const HIDE_AFTER_MS = 200; // long enough for the pointer to reach the note
const MARGIN_PX = 8;
const STYLE = `.lessons-term {
  position: fixed;
  z-index: 10000;
  box-sizing: border-box;
  width: max-content;
  max-width: min(340px, 100vw - ${2 * MARGIN_PX}px);
  padding: 8px 12px;
  border: 1px solid var(--jp-border-color1);
  border-radius: 8px;
  background: var(--jp-layout-color1);
  box-shadow: var(--jp-elevation-z4);
  color: var(--jp-ui-font-color1);
  font: 14px / 1.5 var(--jp-ui-font-family);
  overflow-wrap: anywhere;
}`;

/** @type {Element | null} */
let shown = null;
let pointedAt = 0;
let timer = 0;
// The link itself has the meaning as its description, so screen readers do not need the note.
const note = Object.assign(document.createElement("div"), {
  className: "lessons-term",
  hidden: true,
  ariaHidden: "true",
});

/** @type {(ms: number, call: () => void) => void} */
function later(ms, call) {
  clearTimeout(timer);
  timer = setTimeout(call, ms);
}

/**
 * The term at an event. Its title becomes its description, or the browser would show it as well.
 * @type {(event: Event) => Element | null}
 */
function termAt({ target }) {
  const link = target instanceof Element ? target.closest(TERM) : null;
  const title = link?.getAttribute("title");
  if (title) link?.setAttribute("aria-description", title);
  link?.removeAttribute("title");
  return link;
}

/** @type {(link: Element, x?: number) => void} */
function show(link, x = 0) {
  clearTimeout(timer);
  [shown, pointedAt] = [link, x];
  note.textContent = link.getAttribute("aria-description");
  note.hidden = false;
  place();
}

function hide() {
  clearTimeout(timer);
  shown = null;
  note.hidden = true;
}

/** Below the link, near the pointer; above it if there is no room; out of sight with the link. */
function place() {
  const link = shown?.getBoundingClientRect();
  if (!link?.width) return hide();
  const { width, height } = note.getBoundingClientRect();
  const isRoom = link.bottom + height + MARGIN_PX <= innerHeight;
  const start = Math.max(link.left, pointedAt - width / 2); // a link may go on in the next line
  const page = shown?.closest(NOTEBOOK)?.getBoundingClientRect();
  const isInSight = !page || (link.bottom > page.top && link.top < page.bottom);
  note.style.left = `${Math.max(MARGIN_PX, Math.min(start, innerWidth - width - MARGIN_PX))}px`;
  note.style.top = `${isRoom ? link.bottom : link.top - height}px`;
  note.style.visibility = isInSight ? "visible" : "hidden";
}

/** @param {PointerEvent} event */
function onPointer(event) {
  const link = termAt(event);
  if (event.target === note || (link && link === shown)) clearTimeout(timer);
  else if (link && event.pointerType !== "touch")
    later(SHOW_AFTER_MS, () => show(link, event.clientX));
  else later(HIDE_AFTER_MS, () => shown === document.activeElement || hide());
}

/** @param {Event} event */
function onFocus(event) {
  const link = termAt(event);
  if (link?.matches(":focus-visible")) show(link);
}

/** Explains the terms of all lessons in this window, also of those that are opened later. */
export function explainTerms() {
  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  document.body.append(note);
  document.addEventListener("pointerover", onPointer);
  document.documentElement.addEventListener("pointerleave", hide);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("focusout", hide);
  document.addEventListener("click", hide, { capture: true });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide(), { capture: true });
  document.addEventListener("scroll", place, { capture: true, passive: true });
  window.addEventListener("resize", place);
}
