// The batch: a tile for each text, filled pass by pass as measured, in stated slow motion. Then the
// tiles settle by label, so that the counts can be seen as areas.

import {
  drawn,
  element,
  isCalm,
  setDisabled,
  silent,
} from "../../../classroom/widgets/elements.js";
import { labButton } from "../../../classroom/widgets/frame.js";
import { counted, decimals } from "../../../classroom/widgets/numbers.js";
import { replay, slownessOf } from "../slow_motion.js";

/** @import { Batch, Class, Start } from "../types" */

const TEXTS = 10_000;
const COLUMNS = 200;
const NONE = { digits: "", texts_a_pass: TEXTS, ends_ms: [], time: "", seen: "", note: "" };
const WATCHED_S = 1.5; // how long a replay lasts at least
const SETTLE_S = 0.8;
const SIDE = 0.75; // of an open tile, which stands apart from its neighbors

/**
 * @param {Class[]} classes
 * @param {(words: string) => void} say
 * @param {() => void} onStart
 */
export function batchView(classes, say, onStart) {
  const start = labButton("", "", onStart);
  const [time, pace] = [element("span.st-time"), element("span.st-pace")];
  const seen = element("p.st-seen");
  const mosaic = mosaicView(classes);
  /** @type {(() => void) | null} */
  let stopReplay = null;
  let isRunning = false;
  /** @type {Batch} */
  let batch = NONE; // the one that is shown

  const offer = () => {
    setDisabled(start, isRunning || stopReplay !== null);
    const what = batch.digits ? "them again" : `all ${counted(TEXTS)}`;
    start.textContent = isRunning ? "Reading the texts…" : `Label ${what}`;
  };
  const stop = () => {
    stopReplay?.();
    stopReplay = null;
  };
  /** @param {number} seconds */
  const drawAt = (seconds) => {
    const ms = 1000 * seconds;
    mosaic.fill(batch, batch.ends_ms.filter((end) => end <= ms).length);
    time.textContent = `${decimals(ms, 1)} ms`;
  };
  /** @type {(isNew: boolean, isMoving: boolean) => void} */
  const finish = (isNew, isMoving) => {
    stop();
    mosaic.fill(batch, batch.ends_ms.length);
    time.textContent = batch.time;
    seen.textContent = `${batch.seen} ${batch.note}`;
    const settle = mosaic.settling(batch.digits);
    const settled = () => {
      stop();
      settle(1);
      offer();
    };
    if (isMoving) stopReplay = replay(SETTLE_S, 1, (now) => settle(now / SETTLE_S), settled);
    else settled();
    if (isNew) say(`Done in ${batch.time}: ${mosaic.words()}. ${seen.textContent}`);
  };
  offer();
  return {
    nodes: [element("p.st-head", start, pace, time), mosaic.node, mosaic.counts, seen],
    stop,
    /** @param {boolean} flag */
    wait(flag) {
      isRunning = flag;
      offer();
    },
    /**
     * @param {Start["page"]["batch"]} next
     * @param {boolean} isNew
     */
    draw(next, isNew) {
      if (!next.digits) return;
      stop();
      batch = /** @type {Batch} */ (next);
      mosaic.clear(batch.digits.length);
      const end = batch.ends_ms[batch.ends_ms.length - 1] / 1000;
      const slowness = slownessOf(end, WATCHED_S);
      const isMoving = isNew && !isCalm();
      pace.textContent = isMoving && slowness > 1 ? `replayed ${slowness}× slower` : "";
      seen.textContent = "";
      if (!isMoving) return finish(isNew, false);
      stopReplay = replay(end, slowness, drawAt, () => finish(true, true));
      offer();
    },
  };
}

/**
 * The tiles, and how many of them have each label.
 * @param {Class[]} classes
 */
function mosaicView(classes) {
  const node = drawn("svg.st-mosaic", { role: "img" });
  const counts = element("ul.st-counts");
  /** @type {number[]} */
  let found = [];
  const words = () => classes.map(({ name }, n) => `${counted(found[n])} ${name}`).join(", ");
  /** @param {number} total */
  const clear = (total) => {
    found = classes.map(() => 0);
    counts.replaceChildren();
    node.setAttribute("viewBox", `0 0 ${COLUMNS} ${Math.ceil(total / COLUMNS)}`);
    const open = Array.from({ length: total }, (_, text) => read(text));
    node.replaceChildren(tiles("st-open", open, SIDE));
    node.setAttribute("aria-label", `${counted(total)} texts, none labeled yet`);
  };
  /** @type {(batch: Batch, passes: number) => void} */
  const fill = ({ digits, texts_a_pass: size }, passes) => {
    for (let pass = node.childElementCount - 1; pass < passes; pass += 1) {
      const own = digits.slice(pass * size, (pass + 1) * size);
      const spots = Array.from(own, (_, text) => read(pass * size + text));
      node.append(drawn("g", byLabel(own, spots)));
      found = found.map((count, n) => count + own.split(`${n}`).length - 1);
    }
    counts.replaceChildren(...classes.map((one, n) => countView(one, found[n])));
    node.setAttribute("aria-label", `One tile per text: ${words()}`);
  };
  /** @type {(digits: string, spots: Spot[]) => SVGElement[]} */
  const byLabel = (digits, spots) =>
    classes.map(({ name }, n) => {
      const own = spots.filter((_, text) => digits[text] === `${n}`);
      return tiles(`st-${name}`, own, 1);
    });
  /**
   * What draws the tiles when they have gone a part of the way to their sorted places.
   * @param {string} digits
   */
  const settling = (digits) => {
    const ends = sortedSpots(digits);
    /** @param {number} part */
    return (part) => {
      const way = part * part * (3 - 2 * part);
      /** @type {(from: number, to: number) => number} */
      const between = (from, to) => Number((from + way * (to - from)).toFixed(2));
      const spots = ends.map(([x, y], text) => {
        const [left, top] = read(text);
        return /** @type {Spot} */ ([between(left, x), between(top, y)]);
      });
      node.replaceChildren(...byLabel(digits, spots));
    };
  };
  clear(TEXTS);
  return { node, counts, words, clear, fill, settling };
}

/** @typedef {[x: number, y: number]} Spot */

/**
 * As a text is read: row by row.
 * @type {(text: number) => Spot}
 */
const read = (text) => [text % COLUMNS, Math.floor(text / COLUMNS)];

/**
 * Where each tile goes: a block for each label, from left to right, filled column by column.
 * @type {(digits: string) => Spot[]}
 */
export function sortedSpots(digits) {
  const rows = Math.ceil(digits.length / COLUMNS);
  const next = Array.from({ length: 10 }, (_, label) => {
    return Array.from(digits).filter((one) => Number(one) < label).length;
  });
  return Array.from(digits, (one) => {
    const rank = next[Number(one)]++;
    return [Math.floor(rank / rows), rank % rows];
  });
}

/** @type {(kind: string, spots: Spot[], side: number) => SVGElement} */
function tiles(kind, spots, side) {
  const square = `h${side}v${side}h-${side}z`;
  return drawn(`path.${kind}`, { d: spots.map((xy) => `M${xy}${square}`).join("") });
}

/** @type {(label: Class, count: number) => HTMLElement} */
const countView = ({ name, sign }, count) =>
  element("li", silent(`span.st-dot.st-${name}`, sign), element("strong", counted(count)), name);
