// The way through a lesson: how many of its guesses and questions are answered, about how long the
// rest takes, and the next one. A strip at the bottom shows it as soon as one of its cards is live.

import { answerOf, cardOf } from "./kernel.js";

/** @import { Panel } from "../../../../lab" */

const CARDS = ".lessons-quiz, .lessons-guess";
const NEAR_PX = 40; // what is less in sight is not where the reader is
const WAIT_MS = 300; // changes of several cards are read together
const MODULE = "lessons_lib.classroom.practice.way";

/**
 * The guesses and questions of a notebook, and in which cell each is.
 * @type {(panel: Panel) => { at: number, item: (string | undefined)[] }[]}
 */
const itemsOf = ({ content }) =>
  content.widgets.flatMap((cell, at) => {
    const { card, name, place } = cardOf(cell) ?? {};
    return card === "guess" || card === "quiz" ? [{ at, item: [card, name, place] }] : [];
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
  /**
   * The next open one in a direction from where the reader is; after the last, the first.
   * @type {(step: 1 | -1) => number}
   */
  const unanswered = (step) => {
    const open = items.filter((_, n) => counts[n]?.[0] < counts[n]?.[1]).map(({ at }) => at);
    if (step < 0) open.reverse();
    const place = placeOf(panel);
    return open.find((at) => step * (at - place) > 0) ?? open[0];
  };
  /** @type {(text: string, name: string, step: 1 | -1) => HTMLButtonElement} */
  const button = (text, name, step) => {
    const node = document.createElement("button");
    Object.assign(node, { type: "button", textContent: text, ariaLabel: name });
    node.onclick = () => goTo(panel, unanswered(step));
    return node;
  };
  const buttons = [button("↑", "Previous unanswered", -1), button("↓", "Next unanswered", 1)];
  strip.className = "lessons-way";
  strip.ariaLabel = "The way through this lesson";
  bar.ariaHidden = "true";
  strip.append(bar, words, ...buttons);
  const read = async () => {
    const asked = items.map(({ item }) => item);
    const [minutes, ...found] = await standings(panel, asked);
    if (!found.length) return;
    counts = found;
    const [done, of] = [0, 1].map((side) => counts.reduce((sum, pair) => sum + pair[side], 0));
    words.textContent = `${done} of ${of}${done < of ? ` · about ${minutes} min left` : ""}`;
    Object.assign(bar, { value: done, max: of });
    for (const one of buttons) one.hidden = done === of;
    panel.content.node.append(strip);
  };
  let timer = 0;
  panel.node.addEventListener("lessons:change", ({ target }) => {
    if (!items.length || !(/** @type {Element} */ (target).matches(CARDS))) return;
    clearTimeout(timer);
    timer = setTimeout(read, WAIT_MS);
  });
}

/**
 * The cell that the reader is at: the active one if it is in sight, else the first that is.
 * @type {(panel: Panel) => number}
 */
function placeOf({ content }) {
  const page = content.node.getBoundingClientRect();
  /** @type {(at: number) => boolean} */
  const isInSight = (at) => {
    const { top, bottom } = content.widgets[at].node.getBoundingClientRect();
    return bottom > page.top + NEAR_PX && top < page.bottom - NEAR_PX;
  };
  const { activeCellIndex: active } = content;
  return isInSight(active) ? active : content.widgets.findIndex((_, at) => isInSight(at));
}

/**
 * Asks the kernel, which has the record: the minutes left, then what is answered, and of how many.
 * @type {(panel: Panel, items: object) => Promise<[number, ...[number, number][]]>}
 */
async function standings(panel, items) {
  const list = JSON.stringify(items).replaceAll("null", "''");
  const way = `__import__('${MODULE}', fromlist=['way']).way(${list})`;
  return JSON.parse((await answerOf(panel, way)) || "[0]");
}
