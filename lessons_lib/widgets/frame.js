// What race, lab book and decision table share: a frame and its buttons.

import { element, KEYS_STAY_HERE } from "./elements.js";
import { sayAgain } from "./kernel_line.js";

export function labButton(text, kind, onClick) {
  const node = element("button", { ...KEYS_STAY_HERE, type: "button", class: `lb-button ${kind}` }, text);
  node.addEventListener("click", () => node.getAttribute("aria-disabled") === "true" || onClick());
  return node;
}

// A button that cannot be used keeps the focus: a screen reader's user is not thrown out of it.
export function setDisabled(button, isDisabled) {
  button.setAttribute("aria-disabled", String(isDisabled));
}

// The frame of each: one title, one line below it, notices, the body, and one status for all.
export function labFrame(kind, title, lead) {
  const identity = `lessons-${kind}-${Math.random().toString(36).slice(2)}`;
  const status = element("p", { class: "lb-status", role: "status" });
  const notices = element("div", { class: "lb-notices", role: "note", "aria-label": "About this cell" });
  notices.hidden = true;
  const note = element("p", { class: "lb-note" });
  const body = element("div", { class: "lb-body" });
  const root = element(
    "div",
    { class: `lessons-lab lessons-${kind}`, role: "group", "aria-labelledby": `${identity}-title` },
    element("h3", { class: "lb-title", id: `${identity}-title` }, title),
    element("p", { class: "lb-lead" }, lead),
    notices,
    body,
    note,
    status,
  );
  return {
    identity,
    root,
    body,
    say: (words) => sayAgain(status, words),
    notice(texts) {
      notices.replaceChildren(...texts.map((text) => element("p", {}, text)));
      notices.hidden = !texts.length;
    },
    setNote(text) {
      note.textContent = text;
      note.hidden = !text;
    },
  };
}
