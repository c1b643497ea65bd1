// A guess: a control until the result is known, then both on one scale, and the reason. Below the
// measurement stands one line, which leads to the guess.

import { element, focusedIn, silent } from "../elements.js";
import { labButton, labFrame, leader, progressBar } from "../frame.js";
import { entryForm } from "./entry.js";
import { partView } from "./parts.js";

/** @import { Compared, Guess, GuessCard } from "./types" */
/** @import { Draw, Widget } from "../types" */

const SHOW = "Show me the result";
const WAITS = "You can change your guess until you see the result.";
const WITHOUT = "You made no guess.";
const EARLIER = ["date", "your guess", "measured", "your guess was"];

/** @param {Widget<GuessCard>} widget */
function render(widget) {
  return (widget.model.get("about").asks ? guessView : outcomeView)(widget);
}

/** @param {Widget<GuessCard>} widget */
function guessView(widget) {
  const { model } = widget;
  const { id, question, facts, control } = model.get("page");
  const frame = labFrame(widget, "guess", question, model.get("about").lead);
  const entry = entryForm(control, frame.identity, (value) =>
    frame.line.send(model.get("page").stops ? { do: "stop" } : { do: "commit", value }),
  );
  const show = leader("lb-button.lb-main", ["lessons:show-result", SHOW, { guess: id }]);
  const there = linkTo("outcome", id, "↓ The measurement");
  const bar = progressBar("gs-steps", "gs-step", "Measuring", "step");
  const busy = element("p.gs-busy");
  const result = element("div.gs-result", { tabindex: -1 });
  let isFirst = true;
  /** @type {Draw<Guess>} */
  const draw = (page) => {
    const hasFocus = [entry.node, show].some((node) => node.contains(focusedIn(node)));
    frame.notice(page.notices);
    frame.setNote(page.note ?? "");
    entry.draw(page);
    entry.node.hidden = page.is_final;
    const isKnown = Boolean(page.compared || page.without);
    show.hidden = !page.you || Boolean(page.measuring) || isKnown;
    busy.textContent = page.measuring;
    bar.node.hidden = !page.steps;
    if (page.steps) bar.draw(...page.steps);
    result.replaceChildren(...resultNodes(page), ...(isKnown && !page.earlier ? [there] : []));
    result.classList.toggle("gs-below", isBelow(page));
    if (hasFocus && page.is_final) result.focus({ preventScroll: true });
    const line = result.querySelector(".gs-line");
    if (!isFirst && !page.steps)
      frame.say(page.problem || page.measuring || (line?.textContent ?? ""));
    isFirst = false;
  };
  const chips = facts.map((fact) => element("li.xp-chip", fact));
  const known = element("ul.xp-chips.gs-facts", { "aria-label": "What is known" }, chips);
  known.hidden = !chips.length;
  return frame.show([known, entry.node, busy, bar.node, result, show], draw);
}

/** @param {Widget<GuessCard>} widget */
function outcomeView(widget) {
  const { model } = widget;
  const { id, question } = model.get("page");
  const frame = labFrame(widget, "outcome", question, model.get("about").lead);
  const guess = linkTo("guess", id, "Guess first");
  const show = labButton("Show the result", "gs-unfold", () => frame.line.send({ do: "show" }));
  const line = element("p.gs-line");
  const why = element("p.gs-line");
  /** @type {Draw<Guess>} */
  const draw = (page) => {
    const isFolded = !page.compared && !page.without;
    frame.notice(page.notices);
    // The styles of our pages hide what else the cell printed while this is here,
    line.classList.toggle("gs-folded", isFolded);
    line.classList.toggle("gs-moved", page.pictures.length > 0); // and these figures
    guess.textContent = isFolded ? "Guess first" : "↑ Your guess and the result";
    why.textContent = isBelow(page) ? page.explain : "";
    if (isFolded) line.replaceChildren(guess, " or ", show);
    else line.replaceChildren(isBelow(page) ? page.without : guess);
  };
  return frame.show([line, why], draw);
}

/**
 * Whether the result is shown below the measurement, because there is no guess.
 * @type {(guess: Guess) => boolean}
 */
const isBelow = ({ you, without, earlier }) => Boolean(without) && !you && !earlier;

/** @type {(card: string, guess: string, words: string) => HTMLElement} */
const linkTo = (card, guess, words) => leader("gs-link", ["lessons:go-to", words, { guess, card }]);

/** @type {(compared: Compared) => (HTMLElement | string)[]} */
function wordsOf({ you, result, line }) {
  const words = `You: ${you}. Result: ${result}.`;
  return [element("strong", words), ` ${line}`];
}

/** @type {(guess: Guess) => (HTMLElement | SVGElement)[]} */
function resultNodes(guess) {
  const { you, measuring, compared, without, explain, earlier } = guess;
  if (isBelow(guess)) return [element("p.gs-line", WITHOUT)];
  const past = earlier?.rows.length ? [partView({ kind: "table", head: EARLIER, ...earlier })] : [];
  const why = explain ? [element("p.gs-line.gs-why", explain)] : [];
  if (compared) {
    const scale = compared.at ? [scaleView(compared, compared.at)] : [];
    const pictures = guess.pictures.map((one) => element("img.lessons-figure", { ...one }));
    return [...scale, element("p.gs-line", wordsOf(compared)), ...pictures, ...why, ...past];
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
