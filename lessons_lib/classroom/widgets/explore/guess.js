// A guess: a control until the result is known, then both on one scale, and the reason. Below the
// measurement stands one line, which leads to the guess.

import { element, focusedIn, silent } from "../elements.js";
import { labButton, labFrame, leader, progressBar } from "../frame.js";
import { entryForm } from "./entry.js";
import { partView } from "./parts.js";

/** @import { Compared, Guess, GuessPage } from "./types" */
/** @import { Numbered, Widget } from "../types" */

const WAITS = "You can change your guess until you see the result.";
const EARLIER = ["date", "your guess", "measured", "your guess was"];

/** @param {Widget<{ page: Numbered<GuessPage> }>} widget */
function render(widget) {
  return (widget.model.get("page").asks ? guessView : outcomeView)(widget);
}

/** @param {Widget<{ page: Numbered<GuessPage> }>} widget */
function guessView(widget) {
  const { model } = widget;
  const { id, question, lead, control } = model.get("page");
  const frame = labFrame(widget, "guess", question, lead);
  const entry = entryForm(control, frame.identity, "Guess", (value) =>
    frame.line.send(model.get("page").stops ? { do: "stop" } : { do: "commit", value }),
  );
  const show = leader("lb-button.lb-main", [
    "lessons:show-result",
    "Show me the result",
    { guess: id },
  ]);
  const there = leader("gs-link", [
    "lessons:go-to",
    "↓ The measurement",
    { guess: id, card: "outcome" },
  ]);
  const bar = progressBar("gs-steps", "gs-step", "Measuring", "step");
  const busy = element("p.gs-busy");
  const result = element("div.gs-result", { tabindex: -1 });
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    const hasFocus = [entry.node, show].some((node) => node.contains(focusedIn(node)));
    frame.line.replied();
    frame.notice(page.notices);
    frame.setNote(page.note ?? "");
    entry.problem(page.problem);
    entry.node.hidden = page.is_final;
    entry.name(page.button);
    entry.hold(page.stops);
    entry.button.classList.toggle("lb-main", !page.you);
    const isKnown = Boolean(page.compared || page.without);
    show.hidden = !page.you || Boolean(page.measuring) || isKnown;
    if (page.you && !page.problem) entry.show(page.control.value);
    busy.textContent = page.measuring;
    bar.node.hidden = !page.steps;
    if (page.steps) bar.draw(...page.steps);
    result.replaceChildren(...resultNodes(page), ...(isKnown && !page.earlier ? [there] : []));
    if (hasFocus && page.is_final) result.focus({ preventScroll: true });
    const line = result.querySelector(".gs-line");
    if (serial && !page.steps)
      frame.say(page.problem || page.measuring || (line?.textContent ?? ""));
    serial = page.serial;
  };
  return frame.show([entry.node, busy, bar.node, result, show], { page: update });
}

/** @param {Widget<{ page: Numbered<GuessPage> }>} widget */
function outcomeView(widget) {
  const { model } = widget;
  const { id, question, lead } = model.get("page");
  const frame = labFrame(widget, "outcome", question, lead);
  const guess = leader("gs-link", ["lessons:go-to", "Guess first", { guess: id, card: "guess" }]);
  const show = labButton("Show the result", "gs-unfold", () => frame.line.send({ do: "show" }));
  const line = element("p.gs-line");
  const why = element("p.gs-line");
  const update = () => {
    const { compared, without, explain, notices } = model.get("page");
    const isFolded = !compared && !without;
    frame.line.replied();
    frame.notice(notices);
    // The styles of our pages hide what else the cell printed while this is here.
    line.classList.toggle("gs-folded", isFolded);
    guess.textContent = isFolded ? "Guess first" : "↑ Your guess";
    guess.hidden = Boolean(without);
    why.textContent = without ? explain : "";
    if (isFolded) line.replaceChildren(guess, " or ", show);
    else line.replaceChildren(...(compared ? wordsOf(compared) : [without]), " ", guess);
  };
  return frame.show([line, why], { page: update });
}

/** @type {(compared: Compared) => (HTMLElement | string)[]} */
function wordsOf({ you, result, line }) {
  const words = `You: ${you}. Result: ${result}.`;
  return [element("strong", words), ` ${line}`];
}

/** @type {(guess: Guess) => (HTMLElement | SVGElement)[]} */
function resultNodes({ you, measuring, compared, without, explain, earlier }) {
  const past = earlier?.rows.length ? [partView({ kind: "table", head: EARLIER, ...earlier })] : [];
  const why = explain ? [element("p.gs-line.gs-why", explain)] : [];
  if (compared) {
    const scale = compared.at ? [scaleView(compared, compared.at)] : [];
    return [...scale, element("p.gs-line", wordsOf(compared)), ...why, ...past];
  }
  if (without) return [element("p.gs-line", without), ...why];
  const waits = element("p.gs-line", element("strong", `You: ${you}. `), measuring ? "" : WAITS);
  return [...(you ? [waits] : []), ...past];
}

/**
 * The line below it says the same in words. The ends stand beside the scale, so no label of a mark
 * can cover them.
 * @type {(compared: Compared, at: [number, number]) => HTMLElement}
 */
function scaleView({ you, result, ends }, at) {
  /** @type {(kind: string, place: number, text: string) => HTMLElement} */
  const mark = (kind, place, text) => {
    const node = element(`span.gs-mark.gs-${kind}`, element("span", text));
    node.style.setProperty("--at", String(place));
    return node;
  };
  const marks = [mark("you", at[0], `you: ${you}`), mark("true", at[1], `result: ${result}`)];
  const [low, high] = ends.map((end) => element("span.gs-end", end));
  const line = element("span.gs-axis", marks);
  return silent("div.gs-scale", ends.length ? [low, line, high] : [line]);
}

export default { render };
