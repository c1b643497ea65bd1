// A guess and its result: a control until the result is known, then both on one scale.

import { element, focusedIn, silent } from "../elements.js";
import { labFrame } from "../frame.js";
import { entryForm } from "./entry.js";
import { partView } from "./parts.js";

/** @import { Compared, Guess, GuessPage } from "./types" */
/** @import { Numbered, Widget } from "../types" */

const WAITS = "You can change your guess until you see the result.";
const SHOW = "Show me the result";
const EARLIER = ["date", "your guess", "measured", "your guess was"];

/** @param {Widget<{ page: Numbered<GuessPage> }>} widget */
function render(widget) {
  const { model } = widget;
  const { id, question, lead, control, asks } = model.get("page");
  const frame = labFrame(widget, asks ? "guess" : "outcome", question, lead);
  const entry = entryForm(control, frame.identity, "Guess", (value) =>
    frame.line.send(model.get("page").measuring ? { do: "stop" } : { do: "commit", value }),
  );
  const show = showButton(id);
  const result = element("div.gs-result", { tabindex: -1 });
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    const hasFocus = [entry.node, show].some((node) => node.contains(focusedIn(node)));
    frame.line.replied();
    frame.notice(page.notices);
    frame.setNote(page.note ?? "");
    entry.problem(page.problem);
    entry.node.hidden = !asks || page.is_final;
    entry.name(page.button);
    entry.hold(Boolean(page.measuring));
    entry.button.classList.toggle("lb-main", !page.you);
    show.hidden = !asks || !page.you || Boolean(page.measuring || page.compared);
    if (page.you && !page.problem) entry.show(page.control.value);
    result.replaceChildren(...resultNodes(page));
    if (hasFocus && page.is_final) result.focus({ preventScroll: true });
    const line = result.querySelector(".gs-line");
    if (serial && asks) frame.say(page.problem || (line?.textContent ?? ""));
    serial = page.serial;
  };
  return frame.show([entry.node, result, show], { page: update });
}

/**
 * Runs the cells up to the result and goes there, by a command of our JupyterLab extension.
 * @type {(guess: string) => HTMLElement}
 */
function showButton(guess) {
  const command = { "data-commandlinker-command": "lessons:show-result" };
  const about = { "data-commandlinker-args": JSON.stringify({ guess }), type: "button" };
  return element("button.lb-button.lb-main.gs-show", { ...command, ...about }, SHOW);
}

/** @type {(guess: Guess) => (HTMLElement | SVGElement)[]} */
function resultNodes({ asks, you, measuring, compared, without, explain, earlier }) {
  const past = earlier?.rows.length ? [partView({ kind: "table", head: EARLIER, ...earlier })] : [];
  if (!compared && asks) {
    const waits = element("p.gs-line", element("strong", `You: ${you}. `), measuring || WAITS);
    return [...(you ? [waits] : []), ...past];
  }
  const why = explain ? [element("p.gs-line", explain)] : [];
  if (!compared) return [element("p.gs-line", without ?? ""), ...why];
  const kind = compared.at ? "Measured" : "Result";
  const words = `You: ${compared.you}. ${kind}: ${compared.result}.`;
  const line = element("p.gs-line", element("strong", words), ` ${compared.line}`);
  const scale = compared.at && (!asks || earlier) ? [scaleView(compared, compared.at)] : [];
  return [...scale, line, ...why, ...past];
}

/**
 * The line below it says the same in words.
 * @type {(compared: Compared, at: [number, number]) => HTMLElement}
 */
function scaleView({ you, result, ends }, at) {
  /** @type {(kind: string, place: number, text: string) => HTMLElement} */
  const mark = (kind, place, text) => {
    const node = element(`span.gs-mark.gs-${kind}`, element("span", text));
    node.style.setProperty("--at", String(place));
    return node;
  };
  const marks = [mark("you", at[0], `you: ${you}`), mark("true", at[1], `measured: ${result}`)];
  const scale = ends.map((end) => element("span.gs-end", end));
  return silent("div.gs-scale", scale, marks);
}

export default { render };
