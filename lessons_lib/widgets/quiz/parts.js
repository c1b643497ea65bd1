// Pieces that the quiz pages share.

import { courseLink } from "../course_link.js";
import { element, KEYS_STAY_HERE } from "../elements.js";

export const SIGNS = { right: "✓", partly: "◐", wrong: "✗", answered: "•", open: "○" };
const WORDS = {
  right: "Right",
  partly: "Partly right",
  wrong: "Not right",
  answered: "Answered",
  open: "Not answered",
};

// The kernel has rendered and cleaned what comes in here; no other text becomes markup.
export function rendered(tag, attributes, html) {
  const node = element(tag, attributes);
  node.innerHTML = html;
  for (const link of node.querySelectorAll("a")) link.setAttribute("data-lm-suppress-shortcuts", "true");
  return node;
}

export function button(text, kind, onClick) {
  const node = element("button", { ...KEYS_STAY_HERE, type: "button", class: `qc-button ${kind}` }, text);
  node.addEventListener("click", onClick);
  return node;
}

// What gets the focus when a page changes, so that a screen reader reads on from there.
export function heading(level, text) {
  return element(`h${level}`, { ...KEYS_STAY_HERE, class: "qc-heading", tabindex: "-1" }, text);
}

export function standingMark(standing) {
  return element(
    "span",
    { class: `qc-standing qc-${standing}` },
    element("span", { "aria-hidden": "true" }, SIGNS[standing]),
    ` ${WORDS[standing]}`,
  );
}

export function lessonLink({ file, title, title_html }, manager) {
  const attributes = { ...KEYS_STAY_HERE, class: "qc-link" };
  const node = title_html ? rendered("a", attributes, title_html) : element("a", attributes, title);
  return courseLink(node, { file }, manager);
}

export function showNotices(parts, notices) {
  parts.notices.replaceChildren(...notices.map((text) => element("p", { class: "qc-notice" }, text)));
  parts.notices.hidden = !notices.length;
}

export function bar(right, of) {
  const filled = element("span", { class: "qc-bar" });
  filled.style.width = `${of ? (100 * right) / of : 0}%`;
  return element("span", { class: "qc-track", "aria-hidden": "true" }, filled);
}
