// Two panels of curves by epoch: training is solid with dots, held-out is dashed with rings.

import { drawn, element, nodesOf, place } from "../../../classroom/widgets/elements.js";
import { decimals, plural, roundedUp } from "../../../classroom/widgets/numbers.js";

/** @import { Column, CurveScale, EpochRow, Line, Places, Shown } from "./types" */
/** @import { TrainingPage, TrainingRun } from "./types" */

const PANEL = { width: 356, height: 232, left: 38, right: 290, top: 26, floor: 200 };

/**
 * @param {string} identity
 * @param {number} guess
 */
export function curvesView(identity, guess) {
  const panels = [
    curvePanel(`${identity}-loss`, "loss", "Loss per text", [0.4, 1.2], guess),
    curvePanel(`${identity}-accuracy`, "accuracy", "Accuracy (share correct)", [0.4, 1]),
  ];
  return {
    node: element("div.tl-panels", nodesOf(panels)),
    /**
     * Returns the curves of the previous run that are off the scale: [], ["held-out loss"] …
     * @param {TrainingPage} page
     */
    draw: (page) => panels.flatMap((panel) => panel.draw(page)),
  };
}

/**
 * @param {string} identity
 * @param {Shown} what
 * @param {string} title
 * @param {[number, number]} empty
 * @param {number} [guess]
 */
function curvePanel(identity, what, title, empty, guess) {
  const svg = drawn("svg", { viewBox: `0 0 ${PANEL.width} ${PANEL.height}`, role: "img" });
  const clip = `${identity}-room`;
  const lines = linesOf(what);
  const caption = element("figcaption", { id: `${identity}-title` }, title);
  return {
    node: element("figure.tl-panel", caption, svg),
    /** @param {TrainingPage} page */
    draw({ run, before, knobs, phase }) {
      const old = before.rows ?? [];
      const planned = run.rows.length || ["ready", "running"].includes(phase) ? knobs.epochs : 0;
      const most = Math.max(2, planned, ...[...run.rows, ...old].map(({ epoch }) => epoch));
      const scale = scaleOf(figures(run.rows, lines), figures(old, lines), empty, what);
      const at = placesIn(scale, most);
      const inside = drawn("g", { "clip-path": `url(#${clip})` });
      svg.replaceChildren(roomFor(clip), ...grid(scale, at, most), inside);
      if (guess && guess <= scale.high && guess >= scale.low) svg.append(...guessLine(guess, at));
      if (run.best) svg.append(...bestMark(run.best, at, what));
      for (const { side, key } of lines) {
        inside.append(curve(old, key, `tl-${side}.tl-before`, at), ...loneDots(old, side, key, at));
      }
      for (const { side, key } of lines) inside.append(curve(run.rows, key, `tl-${side}`, at));
      for (const { side, key } of lines) svg.append(...dots(run, side, key, at));
      svg.append(...names(run.rows, lines, at));
      svg.setAttribute("aria-label", inWordsOf(run, lines, title));
      return offScale(old, lines, what, scale);
    },
  };
}

/**
 * The curves of a panel: training, then held-out.
 * @type {(what: Shown) => Line[]}
 */
export function linesOf(what) {
  return [
    { side: "train", name: "training", key: `train_${what}` },
    { side: "held_out", name: "held-out", key: `held_out_${what}` },
  ];
}

/** @type {(scale: CurveScale, most: number) => Places} */
function placesIn({ low, high }, most) {
  const { left, right, top, floor } = PANEL;
  return {
    x: (epoch) => left + ((right - left) * (epoch - 1)) / (most - 1),
    y: (value) => floor - ((floor - top) * (value - low)) / (high - low),
  };
}

/** @type {(rows: EpochRow[], lines: Line[]) => number[]} */
function figures(rows, lines) {
  return rows.flatMap((row) => lines.flatMap(({ key }) => row[key] ?? []));
}

/**
 * The previous run uses the scale of this run, so its curves may leave the panel.
 * @type {(own: number[], old: number[], empty: [number, number], what: Shown) => CurveScale}
 */
export function scaleOf(own, old, empty, what) {
  const fits = !own.length || (old.length && Math.max(...old) <= 1.6 * Math.max(...own));
  const values = [...own, ...(fits ? old : [])];
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : empty;
  if (high - low < 0.15) [low, high] = [low - 0.05, high + 0.1];
  const step = roundedUp((high - low) / 4, [1, 2, 2.5, 5]);
  low = Math.floor(low / step + 1e-9) * step;
  high = Math.ceil(high / step - 1e-9) * step;
  if (what === "accuracy") [low, high] = [Math.max(0, low), Math.min(1, high)];
  const count = Math.floor((high - low) / step + 1e-3) + 1;
  return { low, high, step, ticks: Array.from({ length: count }, (_, tick) => low + tick * step) };
}

/**
 * Names the curves of the previous run that are entirely above or below the panel.
 * @type {(old: EpochRow[], lines: Line[], what: Shown, scale: CurveScale) => string[]}
 */
export function offScale(old, lines, what, { low, high }) {
  const off = lines.filter((line) => {
    const values = figures(old, [line]);
    return values.length && (Math.min(...values) > high || Math.max(...values) < low);
  });
  return off.length === lines.length ? [what] : off.map(({ name }) => `${name} ${what}`);
}

/** @type {(value: number, step: number) => string} */
export function tickFigure(value, step) {
  if (value >= 1e5) return value.toExponential(0);
  const whole = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const rest = Math.abs(step * 10 ** whole - Math.round(step * 10 ** whole)) > 1e-6 ? 1 : 0;
  return decimals(value, whole + rest);
}

/** @type {(clip: string) => SVGElement} */
function roomFor(clip) {
  const { left, right, top, floor } = PANEL;
  const room = { x: left - 4, y: top - 4, width: right - left + 8, height: floor - top + 8 };
  return drawn("clipPath", { id: clip }, drawn("rect", room));
}

/** @type {(kind: string, height: number) => SVGElement} */
function acrossAt(kind, height) {
  return drawn(`path.${kind}`, { d: `M${PANEL.left} ${height.toFixed(1)}H${PANEL.right}` });
}

/** @type {(scale: CurveScale, places: Places, most: number) => SVGElement[]} */
function grid({ ticks, step }, { x, y }, most) {
  const { left, right, floor } = PANEL;
  const across = ticks.map((value) => acrossAt("tl-grid", y(value)));
  const levels = ticks.map((value) =>
    word("tl-tick.tl-end", left - 7, y(value) + 4, tickFigure(value, step)),
  );
  const shown = Array.from({ length: most }, (_, place) => place + 1).filter(
    (epoch) => most <= 10 || epoch % 2,
  );
  const epochs = shown.map((epoch) => word("tl-tick.tl-middle", x(epoch), floor + 16, `${epoch}`));
  const below = word("tl-tick.tl-middle", (left + right) / 2, floor + 30, "epoch");
  return [...across, ...levels, ...epochs, below];
}

/** @type {(guess: number, places: Places) => SVGElement[]} */
function guessLine(guess, { y }) {
  const words = `a guess: ${guess.toFixed(2)}`;
  const label = word("tl-tick.tl-end.tl-over", PANEL.right - 6, labelHeight(y(guess)), words);
  return [acrossAt("tl-guess", y(guess)), label];
}

/**
 * Above its line, or below a high one, because the label of the best epoch is there.
 * @type {(line: number) => number}
 */
export const labelHeight = (line) => (line < PANEL.top + 14 ? line + 14 : line - 5);

/** @type {(best: number, places: Places, what: Shown) => SVGElement[]} */
function bestMark(best, { x }, what) {
  const { width, top, floor } = PANEL;
  const line = drawn("path.tl-best", { d: `M${x(best).toFixed(1)} ${top - 6}V${floor}` });
  if (what !== "loss") return [line];
  const isLeft = x(best) > width / 2 - 20;
  const kind = `tl-mark.${isLeft ? "tl-end" : "tl-start"}`;
  const words = word(kind, x(best), top - 12, `lowest held-out: epoch ${best}`);
  place(words, { dx: isLeft ? 14 : -14 });
  return [line, words];
}

/**
 * A missing value breaks the line.
 * @type {(rows: EpochRow[], key: Column, kind: string, places: Places) => SVGElement}
 */
function curve(rows, key, kind, { x, y }) {
  const pieces = rows.map(({ epoch, [key]: value }, place) => {
    if (value === null) return "";
    const isStart = place === 0 || rows[place - 1][key] === null;
    return `${isStart ? "M" : "L"}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return drawn(`path.tl-curve.${kind}`, { d: pieces.join("") });
}

/** @type {(kind: string, x: number, y: number, r: number) => SVGElement} */
function dot(kind, x, y, r) {
  return drawn(`circle.tl-dot.${kind}`, { cx: x.toFixed(1), cy: y.toFixed(1), r });
}

/**
 * A value without neighbors makes no line, so the previous run shows it as a dot.
 * @type {(rows: EpochRow[], side: string, key: Column, places: Places) => SVGElement[]}
 */
function loneDots(rows, side, key, { x, y }) {
  return rows.flatMap(({ epoch, [key]: value }, at) => {
    const isAlone = [rows[at - 1], rows[at + 1]].every((row) => (row?.[key] ?? null) === null);
    return value !== null && isAlone ? [dot(`tl-${side}.tl-before`, x(epoch), y(value), 3)] : [];
  });
}

/** @type {(run: TrainingRun, side: string, key: Column, places: Places) => SVGElement[]} */
function dots({ rows, best }, side, key, { x, y }) {
  const isTraining = side === "train";
  return rows.map(({ epoch, [key]: value }) => {
    const height = PANEL.top + (isTraining ? 8 : 22);
    if (value === null) return word("tl-mark.tl-middle", x(epoch), height, "no number");
    const isBest = !isTraining && epoch === best;
    const radius = isBest ? 5 : isTraining ? 2.6 : 3;
    return dot(`tl-${side}${isBest ? ".tl-is-best" : ""}`, x(epoch), y(value), radius);
  });
}

/**
 * The labels are at the ends of the curves, pushed apart if these are close.
 * @type {(rows: EpochRow[], lines: Line[], places: Places) => SVGElement[]}
 */
function names(rows, lines, { x, y }) {
  const last = rows[rows.length - 1];
  const ends = last ? lines.filter(({ key }) => last[key] !== null) : [];
  const heights = apart(ends.map(({ key }) => y(last[key] ?? 0)));
  return ends.map(({ name }, n) => word("tl-name", x(last.epoch) + 9, heights[n] + 4, name));
}

/**
 * Two heights, moved so that their labels do not overlap.
 * @type {(heights: number[]) => number[]}
 */
export function apart(heights) {
  const [one, other] = heights;
  if (heights.length < 2 || Math.abs(one - other) >= 16) return heights;
  const half = one <= other ? 8 : -8;
  return [(one + other) / 2 - half, (one + other) / 2 + half];
}

/** @type {(kind: string, x: number, y: number, text: string) => SVGElement} */
function word(kind, x, y, text) {
  return drawn(`text.${kind}`, { x: x.toFixed(1), y: y.toFixed(1) }, text);
}

/** @type {(run: TrainingRun, lines: Line[], title: string) => string} */
export function inWordsOf({ rows, best }, lines, title) {
  if (!rows.length) return `${title} by epoch: nothing trained yet.`;
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const lowest = rows.find(({ epoch }) => epoch === best);
  const parts = lines.map(
    ({ key, name }) =>
      `${name} from ${rowFigure(first[key])} to ${rowFigure(last[key])}${atBest(lowest, key)}`,
  );
  return `${title} over ${plural(rows.length, "epoch")}: ${parts.join("; ")}.`;
}

/**
 * Makes overfitting visible in words: where the held-out loss was before it rose again.
 * @type {(row: EpochRow | undefined, key: Column) => string}
 */
function atBest(row, key) {
  if (!row || key !== "held_out_loss") return "";
  return `, lowest ${rowFigure(row[key])} after epoch ${row.epoch}`;
}

/** @type {(value: number | null) => string} */
export function rowFigure(value) {
  if (value === null) return "no number";
  return value >= 1e4 ? value.toExponential(1) : value.toFixed(3);
}
