// The connection to the kernel, and the message if it does not reply.

import { focusedIn } from "./elements.js";

/** @import { Action, Draw, Model, Widget } from "./types" */

const WAITING_AFTER_MS = 4000; // a kernel that starts needs most of it

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
 * A card's one connection to its kernel: actions go there, each with an id, and pages come back
 * that name the latest one. Calls `onSilence` if a reply does not arrive for a while.
 * @param {Model<any>} model
 * @param {string} identity begins the ids of this card's actions
 * @param {() => void} onSilence
 */
export function kernelLine(model, identity, onSilence) {
  const later = delay();
  /** @type {(() => Action) | null} */
  let next = null; // what to ask as soon as the current question is answered
  let [count, awaited, words, until] = [0, "", "", 0];
  /** @type {(action: Action, id: string) => void} */
  const post = (action, id) => {
    try {
      model.send({ ...action, id });
    } catch {
      onSilence(); // the kernel is gone
    }
  };
  const newId = () => `${identity}-${++count}`;
  const line = {
    expect: (ms = WAITING_AFTER_MS) => later(ms, onSilence),
    /**
     * Sends what the learner did. A repeated click while they wait is the same action.
     * @param {Action} action
     */
    send(action) {
      const said = JSON.stringify(action);
      if (!awaited || said !== words) [awaited, words] = [newId(), said];
      until = 0;
      line.expect();
      post(action, awaited);
    },
    /** Asks for the page as it is now; the learner does not wait for it. */
    look: () => post({ do: "look" }, newId()),
    /**
     * Asks what `read` returns, one question at a time. What changes before the answer arrives is
     * asked next, so only the latest state waits; a lost answer delays it by `WAITING_AFTER_MS`.
     * @param {() => Action} read
     */
    ask(read) {
      const now = performance.now();
      next = now < until ? read : null;
      if (next) return;
      line.send(read());
      until = now + WAITING_AFTER_MS;
    },
    /**
     * Draws a page, unless the answer to a newer question is on its way.
     * @param {{ replies_to: string }} page
     * @param {Draw<any>} draw
     */
    receive(page, draw) {
      const isReply = awaited !== "" && page.replies_to === awaited;
      if (isReply) [awaited, until] = ["", 0];
      if (until) return;
      if (!awaited) later(0, () => {});
      draw(page, isReply);
      if (isReply && next) line.ask(next);
    },
  };
  return line;
}

/**
 * Puts a widget into its cell, draws each page, and returns the cleanup. Scheduled calls may still
 * run after it, on nodes that are no longer visible.
 * @param {Widget<any>} widget
 * @param {HTMLElement} root
 * @param {Pick<ReturnType<typeof kernelLine>, "receive">} line
 * @param {Draw<any>} draw
 */
export function show({ model, el }, root, line, draw, onEnd = () => {}) {
  root.addEventListener("click", focusClicked, { capture: true });
  el.append(root);
  // Our extension of JupyterLab follows the way through a lesson.
  const tell = () => root.dispatchEvent(new CustomEvent("lessons:change", { bubbles: true }));
  const update = () => line.receive(model.get("page"), draw);
  model.on("change:page", update);
  model.on("change:page", tell);
  update();
  requestAnimationFrame(tell); // by then, it is in the page
  return () => {
    onEnd();
    model.off("change:page", update);
    model.off("change:page", tell);
  };
}

/**
 * Joins the cards of all notebooks in this browser that show the same record: each looks for news
 * when another one posts some. On a web page, each card is new, and nobody answers.
 * @type {(model: Model<any>, line: ReturnType<typeof kernelLine>) => BroadcastChannel}
 */
export function joinOthers({ host }, line) {
  const others = new BroadcastChannel("lessons");
  if (!host) {
    others.onmessage = () => {
      line.expect();
      line.look();
    };
  }
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
