// The way through a lesson: how many of its guesses and questions are answered, about how long the
// rest takes, and the next one. A strip at the bottom shows it as soon as one of its cards is live.

import { answerOf } from "./kernel.js";

/** @import { Panel } from "../../../../lab" */

const CALL = /^show_(guess|quiz)\("([\w-]+)"(?:,\s*"([\w-]+)")?/m;
const CARDS = ".lessons-quiz, .lessons-guess";
const WAIT_MS = 300; // changes of several cards are read together
const MODULE = "lessons_lib.classroom.practice.modes.way";

/**
 * The guesses and questions of a notebook: what shows them, and in which cell.
 * @type {(panel: Panel) => { at: number, call: (string | undefined)[] }[]}
 */
const itemsOf = ({ content }) =>
  content.widgets.flatMap(({ model }, at) => {
    const found = model.type === "code" ? CALL.exec(model.sharedModel.source) : null;
    return found ? [{ at, call: found.slice(1) }] : [];
  });

/**
 * @param {Panel} panel
 * @param {(panel: Panel, at: number) => void} goTo
 */
export function showWay(panel, goTo) {
  /** @type {[number, number][]} */
  let counts = [];
  const items = itemsOf(panel);
  const [words, bar] = [document.createElement("span"), document.createElement("progress")];
  const strip = document.createElement("nav");
  /** @type {(step: 1 | -1) => number} */
  const unanswered = (step) => {
    const open = items.filter((_, n) => counts[n]?.[0] < counts[n]?.[1]).map(({ at }) => at);
    const place = panel.content.activeCellIndex;
    const ahead = open.filter((at) => step * (at - place) > 0);
    return (step > 0 ? ahead[0] : ahead[ahead.length - 1]) ?? -1;
  };
  /** @type {(text: string, name: string, step: 1 | -1) => HTMLButtonElement} */
  const button = (text, name, step) => {
    const node = document.createElement("button");
    Object.assign(node, { type: "button", textContent: text, ariaLabel: name });
    node.onclick = () => goTo(panel, unanswered(step));
    return node;
  };
  const back = button("↑", "Previous unanswered", -1);
  const next = button("↓", "Next unanswered", 1);
  const move = () => {
    back.disabled = unanswered(-1) < 0;
    next.disabled = unanswered(1) < 0;
  };
  strip.className = "lessons-way";
  strip.ariaLabel = "The way through this lesson";
  bar.ariaHidden = "true";
  strip.append(bar, words, back, next);
  const read = async () => {
    const [minutes, ...found] = await standings(
      panel,
      items.map(({ call }) => call),
    );
    if (!found.length) return;
    counts = found;
    const [done, of] = [0, 1].map((side) => counts.reduce((sum, pair) => sum + pair[side], 0));
    words.textContent = `${done} of ${of}${done < of ? ` · about ${minutes} min left` : ""}`;
    Object.assign(bar, { value: done, max: of });
    move();
    panel.content.node.append(strip);
  };
  let timer = 0;
  panel.node.addEventListener("lessons:change", ({ target }) => {
    if (!items.length || !(/** @type {Element} */ (target).matches(CARDS))) return;
    clearTimeout(timer);
    timer = setTimeout(read, WAIT_MS);
  });
  panel.content.activeCellChanged.connect(move);
}

/**
 * Asks the kernel, which has the record: the minutes left, then what is answered, and of how many.
 * @type {(panel: Panel, calls: object) => Promise<[number, ...[number, number][]]>}
 */
async function standings(panel, calls) {
  const list = JSON.stringify(calls).replaceAll("null", "''");
  const way = `__import__('${MODULE}', fromlist=['way']).way(${list})`;
  return JSON.parse((await answerOf(panel, way)) || "[0]");
}
