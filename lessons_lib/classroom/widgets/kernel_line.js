// The connection to the kernel, and the message if it does not reply.

import { focusedIn } from "./elements.js";

/** @import { Action, Model, Numbered, Updates, Widget } from "./types" */

const WAITING_AFTER_MS = 1500;

/**
 * Returns a function that schedules a call and cancels the previous one.
 * @type {() => (ms: number, call: () => void) => void}
 */
export function delay() {
  let timer = 0;
  return (ms, call) => {
    clearTimeout(timer);
    timer = setTimeout(call, ms);
  };
}

/**
 * Sends an action or sets a trait; calls `onSilence` if no reply arrives for a while.
 * @param {Model<any>} model
 * @param {() => void} onSilence
 */
export function kernelLine(model, onSilence) {
  const later = delay();
  const expect = (ms = WAITING_AFTER_MS) => later(ms, onSilence);
  /** @param {() => void} send */
  const reach = (send) => {
    expect();
    try {
      send();
    } catch {
      onSilence(); // the kernel is gone
    }
  };
  return {
    expect,
    replied: () => later(0, () => {}),
    /** @param {Action} action */
    send: (action) => reach(() => model.send(action)),
    /**
     * @param {string} name
     * @param {object} value
     */
    set(name, value) {
      model.set(name, value);
      reach(() => model.save_changes());
    },
  };
}

/**
 * Sends what `read` returns, one question at a time. What changes before the answer arrives is
 * asked next, so only the latest state waits; a lost answer delays it by `WAITING_AFTER_MS`.
 * @template {object} Values
 * @template {object} Answer
 * @param {Model<{ asked: Numbered<Values>, answer: Numbered<Answer> }>} model
 * @param {Pick<ReturnType<typeof kernelLine>, "set" | "replied">} line
 * @param {{ read(): Values, draw(answer: Answer): void }} about
 */
export function questions(model, line, { read, draw }) {
  let [until, hasChanged] = [0, false];
  const ask = () => {
    const now = performance.now();
    hasChanged = now < until;
    if (hasChanged) return;
    until = now + WAITING_AFTER_MS;
    line.set("asked", { serial: model.get("asked").serial + 1, ...read() });
  };
  return {
    ask,
    receive() {
      const answer = model.get("answer");
      if (answer.serial !== model.get("asked").serial) return;
      until = 0;
      line.replied();
      draw(answer);
      if (hasChanged) ask();
    },
  };
}

/**
 * Puts a widget into its cell, calls each of `updates` when its trait changes, and returns the
 * cleanup. Scheduled calls may still run after it, on nodes that are no longer visible.
 * @param {Widget<any>} widget
 * @param {HTMLElement} root
 * @param {Updates} updates
 */
export function show({ model, el }, root, updates, onEnd = () => {}) {
  const all = Object.entries(updates);
  root.addEventListener("click", focusClicked, { capture: true });
  el.append(root);
  // Our extension of JupyterLab follows the way through a lesson.
  const tell = () => root.dispatchEvent(new CustomEvent("lessons:change", { bubbles: true }));
  for (const [name, update] of all) {
    model.on(`change:${name}`, update);
    model.on(`change:${name}`, tell);
    update();
  }
  requestAnimationFrame(tell); // by then, it is in the page
  return () => {
    onEnd();
    for (const [name, update] of all) {
      model.off(`change:${name}`, update);
      model.off(`change:${name}`, tell);
    }
  };
}

/**
 * Joins the cards of all notebooks in this browser that show the same record: each looks for news
 * when another one posts some. On a web page, each card is new, and nobody answers.
 * @type {(model: Model<any>, line: ReturnType<typeof kernelLine>) => BroadcastChannel}
 */
export function joinOthers({ host }, line) {
  const others = new BroadcastChannel("lessons");
  if (!host) others.onmessage = () => line.send({ do: "look" });
  return others;
}

/**
 * In Safari on macOS, clicked controls get no focus. The cell around the widget does, and the next
 * keys would reach JupyterLab: Enter opens the code, and `dd` deletes the cell.
 * @type {(event: { target: any }) => void}
 */
function focusClicked({ target }) {
  const control = target.closest("a, button, input, summary");
  if (control && focusedIn(control) !== control) control.focus({ preventScroll: true });
}

/**
 * Screen readers do not repeat an unchanged text, so the node is emptied first.
 * @type {(status: HTMLElement, words: string) => void}
 */
export function sayAgain(status, words) {
  if (status.textContent !== words) {
    status.textContent = words;
    return;
  }
  status.textContent = "";
  requestAnimationFrame(() => (status.textContent = words));
}
