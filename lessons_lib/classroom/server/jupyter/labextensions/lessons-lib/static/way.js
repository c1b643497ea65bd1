// The way through a lesson: how many of its guesses and questions are answered, about how long the
// rest takes, and which comes next. A bar above the page shows it as soon as a card is live.

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

/** @type {(item: (string | undefined)[]) => string} */
function inWords([card, name = "", place]) {
  if (card === "quiz" && !place) return "the last questions";
  return `${card === "guess" ? "guess" : "questions"}, ${(place ?? name).replaceAll("-", " ")}`;
}

/**
 * @param {Panel} panel
 * @param {(panel: Panel, at: number) => void} goTo
 */
export function showWay(panel, goTo) {
  /** @type {[number, number][]} */
  let counts = [];
  const items = itemsOf(panel);
  const [words, bar] = [document.createElement("span"), document.createElement("progress")];
  const [strip, next] = [document.createElement("nav"), document.createElement("button")];
  /** The next open one from where the reader is; after the last, the first. */
  const nextStop = () => {
    const open = items.filter((_, n) => counts[n]?.[0] < counts[n]?.[1]);
    const place = placeOf(panel);
    return { place, stop: open.find(({ at }) => at > place) ?? open[0] };
  };
  const nameNext = () => {
    const { place, stop } = nextStop();
    next.hidden = !stop;
    if (stop) next.textContent = `Next: ${inWords(stop.item)} ${stop.at > place ? "↓" : "↑"}`;
  };
  next.type = "button";
  next.onclick = () => goTo(panel, nextStop().stop?.at ?? -1);
  strip.className = "lessons-way";
  strip.ariaLabel = "The way through this lesson";
  bar.ariaHidden = "true";
  strip.append(bar, words, next);
  const read = async () => {
    const asked = items.map(({ item }) => item);
    const [minutes, ...found] = await standings(panel, asked);
    if (!found.length) return;
    counts = found;
    const [done, of] = [0, 1].map((side) => counts.reduce((sum, pair) => sum + pair[side], 0));
    words.textContent = `${done} of ${of}${done < of ? ` · about ${minutes} min left` : ""}`;
    Object.assign(bar, { value: done, max: of });
    nameNext();
    panel.content.node.append(strip);
  };
  let timer = 0;
  panel.node.addEventListener("lessons:change", ({ target }) => {
    if (!items.length || !(/** @type {Element} */ (target).matches(CARDS))) return;
    clearTimeout(timer);
    timer = setTimeout(read, WAIT_MS);
  });
  const onScroll = () => strip.isConnected && nameNext();
  panel.content.node.addEventListener("scroll", onScroll, { capture: true, passive: true });
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
  const page = JSON.stringify(panel.context.path);
  const way = `__import__('${MODULE}', fromlist=['way']).way(${list}, ${page})`;
  return JSON.parse((await answerOf(panel, way)) || "[0]");
}
