// The frames of widgets: a title, notices, a status, and a connection to the kernel.

import { element, newIdentity, place, plainButton } from "./elements.js";
import { kernelLine, sayAgain, show } from "./kernel_line.js";
import { counted, plural } from "./numbers.js";

/** @import { Child, Command, Content, Draw, Widget } from "./types" */

// What JupyterLab's readers know: kernels and cells. Another page has words of its own, `host`.
const WAITING =
  "Waiting for the kernel: it may be running another cell. " +
  "If you restarted the kernel, run this cell again.";
/** @type {Command} */
const RUN_CELL = ["notebook:run-cell", "▶ Run this cell"];
/** @type {Command} */
const RUN_ALL = ["notebook:run-all-cells", "▶ Run this notebook"];

/**
 * A button with a command of JupyterLab, for our pages there; others hide it.
 * @type {(look: string, command: Command) => HTMLElement}
 */
export function leader(look, [command, words, about]) {
  const button = element(`button.lb-leader.${look}`, { type: "button" }, words);
  button.dataset.commandlinkerCommand = command;
  if (about) button.dataset.commandlinkerArgs = JSON.stringify(about);
  return button;
}

/**
 * The parts of every frame; `prefix` starts its CSS classes, and `about` labels its notices. After
 * a restart, `again` runs what the widget needs.
 * @param {Widget<any>} widget
 * @param {string} prefix
 * @param {string} kind
 * @param {string} about
 * @param {{ onSilence?: () => void, again?: Command }} [more]
 */
export function framed(widget, prefix, kind, about, { onSilence, again } = {}) {
  const identity = newIdentity(kind);
  const { model } = widget;
  const notices = element(`div.${prefix}-notices`, { role: "note", "aria-label": about });
  // Permanent, because screen readers announce changes inside a status, but not a new status.
  const status = element(`p.${prefix}-status`, { role: "status" });
  const note = element(`p.${prefix}-note`);
  notices.hidden = note.hidden = true;
  const frame = {
    identity,
    notices,
    status,
    note,
    get waiting() {
      return model.host?.waiting ?? WAITING;
    },
    line: kernelLine(model, identity, () => (onSilence ?? frame.wait)()),
    /** @param {string} words */
    say: (words) => sayAgain(status, words),
    /** @param {Content[]} texts */
    notice(texts) {
      notices.replaceChildren(...texts.map((text) => element(`p.${prefix}-notice`, text)));
      notices.hidden = !texts.length;
    },
    /** @param {string} text */
    setNote(text) {
      note.textContent = text;
      note.hidden = !text;
    },
    again() {
      if (model.host) return "";
      const run = model.get("about").uses_cells_above ? RUN_ALL : RUN_CELL;
      return leader("lb-again", again ?? run);
    },
    wait() {
      frame.notice([[frame.waiting, frame.again()]]);
      frame.say(frame.waiting);
    },
    titled: (text = "") => element(`h2.${prefix}-title`, { id: `${identity}-title` }, text),
    /**
     * @param {string} kinds
     * @param {Child[]} nodes
     * @param {Draw<any>} draw
     * @param {() => void} [onEnd]
     */
    show(kinds, nodes, draw, onEnd) {
      const named = { role: "group", "aria-labelledby": `${identity}-title` };
      return show(widget, element(`div.${kinds}`, named, nodes), frame.line, draw, onEnd);
    },
  };
  return frame;
}

/**
 * A frame with a title, a line below it, a body, and a note.
 * @param {Widget<any>} widget
 * @param {string} kind
 * @param {string} title
 * @param {string} lead
 * @param {() => void} [onSilence]
 */
export function labFrame(widget, kind, title, lead, onSilence) {
  const frame = framed(widget, "lb", kind, "About this card", { onSilence });
  return {
    ...frame,
    /**
     * @param {Child[]} nodes
     * @param {Draw<any>} draw
     * @param {() => void} [onEnd]
     */
    show(nodes, draw, onEnd) {
      const top = [frame.titled(title), element("p.lb-lead", lead), frame.notices];
      const all = [...top, element("div.lb-body", nodes), frame.note, frame.status];
      return frame.show(`lessons-lab.lessons-${kind}`, all, draw, onEnd);
    },
  };
}

/**
 * @param {string} name
 * @param {string} barName
 * @param {string} label
 * @param {string} noun
 */
export function progressBar(name, barName, label, noun) {
  const bar = element(`span.${barName}`);
  const node = element(`div.${name}`, { role: "progressbar", "aria-label": label }, bar);
  return {
    node,
    /**
     * @param {number} done
     * @param {number} of
     */
    draw(done, of) {
      const words = `${counted(done)} of ${plural(of, noun)}`;
      place(node, { "aria-valuemin": 0, "aria-valuemax": of, "aria-valuenow": done });
      node.setAttribute("aria-valuetext", words);
      bar.style.width = `${(100 * done) / of}%`;
    },
  };
}

/** @type {(text: string, kind: string, onClick: () => unknown) => HTMLButtonElement} */
export const labButton = (text, kind, onClick) => plainButton(`lb-button.${kind}`, text, onClick);
