// The batch: a cell for each text, filled pass by pass as measured, in a stated slow motion.

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
  /** @param {number} ms */
  const drawAt = (ms) => {
    mosaic.fill(batch, batch.ends_ms.filter((end) => end <= ms).length);
    time.textContent = `${decimals(ms, 1)} ms`;
  };
  /** @param {boolean} isNew */
  const finish = (isNew) => {
    stop();
    mosaic.fill(batch, batch.ends_ms.length);
    time.textContent = batch.time;
    seen.textContent = `${batch.seen} ${batch.note}`;
    offer();
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
     * @param {Start["batch"]} next
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
      if (!isMoving) return finish(isNew);
      stopReplay = replay(
        end,
        slowness,
        (seconds) => drawAt(1000 * seconds),
        () => finish(true),
      );
      offer();
    },
  };
}

/**
 * The cells, and how many of them have each label.
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
    node.replaceChildren(cells("st-open", 0, "-".repeat(total), "-"));
    node.setAttribute("aria-label", `${counted(total)} texts, none labeled yet`);
  };
  /** @type {(batch: Batch, passes: number) => void} */
  const fill = ({ digits, texts_a_pass: size }, passes) => {
    for (let pass = node.childElementCount - 1; pass < passes; pass += 1) {
      const own = digits.slice(pass * size, (pass + 1) * size);
      const paths = classes.map(({ name }, n) => cells(`st-${name}`, pass * size, own, `${n}`));
      node.append(drawn("g", paths));
      found = found.map((count, n) => count + own.split(`${n}`).length - 1);
    }
    counts.replaceChildren(...classes.map((one, n) => countView(one, found[n])));
    node.setAttribute("aria-label", `One cell per text: ${words()}`);
  };
  clear(TEXTS);
  return { node, counts, words, clear, fill };
}

/** @type {(kind: string, start: number, digits: string, digit: string) => SVGElement} */
function cells(kind, start, digits, digit) {
  const at = Array.from(digits, (one, n) => (one === digit ? start + n : -1));
  const corners = at.filter((n) => n >= 0).map((n) => [n % COLUMNS, Math.floor(n / COLUMNS)]);
  return drawn(`path.${kind}`, { d: corners.map((xy) => `M${xy}h1v1h-1z`).join("") });
}

/** @type {(label: Class, count: number) => HTMLElement} */
const countView = ({ name, sign }, count) =>
  element("li", silent(`span.st-dot.st-${name}`, sign), element("strong", counted(count)), name);
