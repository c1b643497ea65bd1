// The explorer: an input and five layers. It asks the kernel for a trace of each text and draws the answer.

import { element } from "../elements.js";
import { WAITING, WAITING_AFTER_MS } from "../kernel_line.js";
import { build, draw } from "./layers.js";

const DEBOUNCE_MS = 60;
const ANNOUNCE_AFTER_MS = 900;

function render({ model, el }) {
  const parts = build(`lessons-explorer-${Math.random().toString(36).slice(2)}`);
  const timers = {};
  const later = (name, ms, call) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(call, ms);
  };
  const say = (sentence, verdict = "") => {
    parts.seen.replaceChildren(element("strong", {}, verdict), verdict && " ", sentence);
    parts.root.classList.toggle("lx-problem", !verdict);
    later("status", ANNOUNCE_AFTER_MS, () => (parts.status.textContent = parts.seen.textContent));
  };
  const ask = () => {
    // A lone surrogate, half of a character, cannot be sent.
    const text = parts.input.value.toWellFormed?.() ?? parts.input.value;
    later("waiting", WAITING_AFTER_MS, () => say(WAITING));
    model.set("asked", { serial: model.get("asked").serial + 1, text });
    model.save_changes();
  };
  const receive = () => {
    const answer = model.get("answer");
    if (answer.serial !== model.get("asked").serial) return;
    clearTimeout(timers.waiting);
    if (answer.error) return say(`This text could not be traced; the layers below are of the one before. ${answer.error}`);
    say(answer.seen, draw(parts, answer));
  };
  const follow = () => {
    const { text } = model.get("asked");
    if (document.activeElement !== parts.input && parts.input.value !== text) parts.input.value = text;
  };
  parts.input.addEventListener("input", () => later("ask", DEBOUNCE_MS, ask));
  for (const button of parts.examples) {
    button.addEventListener("click", () => {
      parts.input.value = button.textContent;
      ask();
    });
  }
  model.on("change:answer", receive);
  model.on("change:asked", follow);
  follow();
  receive();
  el.append(parts.root);
  return () => {
    Object.values(timers).forEach(clearTimeout);
    model.off("change:answer", receive);
    model.off("change:asked", follow);
  };
}

export default { render };
