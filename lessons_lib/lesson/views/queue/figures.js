// The figures of the whole run, compared with a measurement of the same setting.

import {
  element,
  nodesOf,
  plainButton,
  rowHead,
  setDisabled,
  tableOf,
} from "../../../classroom/widgets/elements.js";
import { counted, duration, percent, rate, twoDigits } from "../../../classroom/widgets/numbers.js";

/** @import { Figures, FigureShown, Measured, MeasuredFigures, Run } from "./types" */

const MEASURE = "Measure for real";
const SOURCES =
  "Simulated figures come from the cost of a batch; " +
  "measured ones come from a real queue on this machine.";
const OTHER_RULE =
  "Our predictor closes a batch when the model is free, so this is only simulated.";
/** @type {FigureShown[]} */
const FIGURES_SHOWN = [
  ["p50_ms", "p50", "half are answered within", (value) => duration(1e3 * value)],
  ["p99_ms", "p99", "99 % are answered within", (value) => duration(1e3 * value)],
  ["texts_per_s", "throughput", "", (value) => `${rate(value)} texts/s`],
  ["utilization", "utilization", "share of time busy", percent],
  ["n", "requests (n)", "", counted],
];

/**
 * @param {boolean} canMeasure
 * @param {() => void} onMeasure
 */
export function figuresView(canMeasure, onMeasure) {
  const button = plainButton("qv-button.qv-measure", MEASURE, onMeasure);
  const remark = element("p.qv-remark");
  const rows = FIGURES_SHOWN.map((shown) => figureRow(shown, canMeasure));
  const more = canMeasure ? ["simulated, same n", "measured here", "ratio"] : [];
  const heads = [element("td"), "simulated", ...more];
  const table = tableOf("qv-figures", "Figures for the whole run", heads);
  const measuring = canMeasure ? [element("div.qv-measuring", button, remark)] : [];
  table.draw(nodesOf(rows));
  let [isBusy, isOther] = [false, false];
  const showButton = () => {
    button.textContent = isBusy ? "measuring…" : MEASURE;
    setDisabled(button, isBusy || isOther);
  };
  return {
    node: element("div.qv-result", table.node, measuring),
    /** @param {boolean} flag */
    waiting: (flag) => table.node.setAttribute("aria-busy", String(flag)),
    /**
     * `measured` is null if this setting has not been measured.
     * @param {Run} run
     * @param {Measured | null} measured
     */
    draw(run, measured) {
      const isDone = measured?.state === "done" && !measured.error;
      const found = isDone ? /** @type {MeasuredFigures} */ (measured) : null;
      const simulated = { ...run.figures, n: run.n };
      for (const row of rows) row.draw(simulated, found?.simulated ?? null, found);
      remark.textContent = measured?.error ? notMeasured(measured) : compared(found, run);
      isOther = Boolean(run.asked.closes_while_busy);
      if (isOther) remark.textContent = OTHER_RULE;
      showButton();
    },
    /** @param {boolean} flag */
    busy(flag) {
      isBusy = flag;
      showButton();
    },
    /** @param {(string | Node)[]} nodes */
    problem: (...nodes) => remark.replaceChildren(...nodes),
  };
}

/** @type {(measured: Measured) => string} */
export const notMeasured = ({ error }) => `The measurement failed. ${error}`;

/** @type {(measured: MeasuredFigures | null, run: Run) => string} */
export function compared(measured, run) {
  if (!measured) return SOURCES;
  const growing = " When the queue grows, a small error in the cost turns into a long wait.";
  const ratio = `The ratio is measured divided by simulated, both with n = ${counted(measured.n)}.`;
  return `${SOURCES} ${ratio}${run.grows ? growing : ""}`;
}

/**
 * @param {FigureShown} shown
 * @param {boolean} canMeasure
 */
function figureRow([name, term, rest, format], canMeasure) {
  const cells = Array.from({ length: canMeasure ? 4 : 1 }, () => element("td"));
  const head = rowHead(term, rest ? element("small", rest) : "");
  return {
    node: element("tr", { "data-figure": name }, head, cells),
    /**
     * @param {Figures} simulated
     * @param {Figures | null} alike
     * @param {Partial<Figures> | null} measured
     */
    draw(simulated, alike, measured) {
      const [mine, theirs] = [alike?.[name], measured?.[name]];
      const figures = [simulated[name], mine, theirs];
      const texts = figures.map((value) => (value === undefined ? "–" : format(value)));
      const isRatio = theirs !== undefined && name !== "n" && mine;
      texts.push(isRatio ? `× ${twoDigits(theirs / mine)}` : "–");
      cells.forEach((cell, place) => (cell.textContent = texts[place]));
    },
  };
}
