// Two panels of curves by epoch: training is solid with dots, held-out is dashed with rings.

import { decimals, drawn, element, plural } from "../../../classroom/widgets/elements.js";

const PANEL = { width: 356, height: 232, left: 38, right: 290, top: 26, floor: 200 };
const SIDES = [["train", "training"], ["held_out", "held-out"]];

export function curvesView(identity, guess) {
  const panels = [
    curvePanel(`${identity}-loss`, "loss", "Loss per text", [0.4, 1.2], guess),
    curvePanel(`${identity}-accuracy`, "accuracy", "Accuracy (share correct)", [0.4, 1]),
  ];
  return {
    node: element("div.tl-panels", panels.map((panel) => panel.node)),
    // Returns the curves of the previous run that are off the scale: [], ["held-out loss"] …
    draw: (page) => panels.flatMap((panel) => panel.draw(page)),
  };
}

function curvePanel(identity, what, title, empty, guess) {
  const svg = drawn("svg", { viewBox: `0 0 ${PANEL.width} ${PANEL.height}`, role: "img" });
  const clip = `${identity}-room`;
  const lines = SIDES.map(([side, name]) => ({ side, name, key: `${side}_${what}` }));
  const caption = element("figcaption", { id: `${identity}-title` }, title);
  return {
    node: element("figure.tl-panel", caption, svg),
    draw({ run, before, knobs, phase }) {
      const old = before.rows ?? [];
      const planned = run.rows.length || ["ready", "running"].includes(phase) ? knobs.epochs : 0;
      const most = Math.max(2, planned, ...[...run.rows, ...old].map(({ epoch }) => epoch));
      const scale = scaleOf(figures(run.rows, lines), figures(old, lines), empty, what);
      const at = placesIn(scale, most);
      const inside = drawn("g", { "clip-path": `url(#${clip})` });
      svg.replaceChildren(roomFor(clip), ...grid(scale, at, most), inside);
      if (guess && guess <= scale.high && guess >= scale.low) svg.append(...guessLine(guess, at));
      if (run.best) svg.append(...bestMark(run, at, what));
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

function placesIn({ low, high }, most) {
  const { left, right, top, floor } = PANEL;
  return {
    x: (epoch) => left + ((right - left) * (epoch - 1)) / (most - 1),
    y: (value) => floor - ((floor - top) * (value - low)) / (high - low),
  };
}

function figures(rows, lines) {
  return rows.flatMap((row) => lines.map(({ key }) => row[key])).filter((value) => value !== null);
}

// The previous run uses the scale of this run, so its curves may leave the panel.
function scaleOf(own, old, empty, what) {
  const fits = !own.length || (old.length && Math.max(...old) <= 1.6 * Math.max(...own));
  const values = [...own, ...(fits ? old : [])];
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : empty;
  if (high - low < 0.15) [low, high] = [low - 0.05, high + 0.1];
  const step = niceStep((high - low) / 4);
  low = Math.floor(low / step + 1e-9) * step;
  high = Math.ceil(high / step - 1e-9) * step;
  if (what === "accuracy") [low, high] = [Math.max(0, low), Math.min(1, high)];
  const count = Math.floor((high - low) / step + 1e-3) + 1;
  return { low, high, step, ticks: Array.from({ length: count }, (_, tick) => low + tick * step) };
}

// Names the curves of the previous run that are entirely above or below the panel.
function offScale(old, lines, what, { low, high }) {
  const off = lines.filter((line) => {
    const values = figures(old, [line]);
    return values.length && (Math.min(...values) > high || Math.max(...values) < low);
  });
  return off.length === lines.length ? [what] : off.map(({ name }) => `${name} ${what}`);
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 2.5, 5, 10].find((digit) => digit * power >= rough * 0.999);
}

function tickFigure(value, step) {
  if (value >= 1e5) return value.toExponential(0);
  const whole = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const rest = Math.abs(step * 10 ** whole - Math.round(step * 10 ** whole)) > 1e-6 ? 1 : 0;
  return decimals(value, whole + rest);
}

function roomFor(clip) {
  const { left, right, top, floor } = PANEL;
  const room = { x: left - 4, y: top - 4, width: right - left + 8, height: floor - top + 8 };
  return drawn("clipPath", { id: clip }, drawn("rect", room));
}

function acrossAt(kind, height) {
  return drawn(`path.${kind}`, { d: `M${PANEL.left} ${height.toFixed(1)}H${PANEL.right}` });
}

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

function guessLine(guess, { y }) {
  const isHigh = y(guess) < PANEL.top + 14; // the label of the best epoch is above
  const words = `a guess: ${guess.toFixed(2)}`;
  const height = y(guess) + (isHigh ? 14 : -5);
  return [
    acrossAt("tl-guess", y(guess)),
    word("tl-tick.tl-end.tl-over", PANEL.right - 6, height, words),
  ];
}

function bestMark({ best }, { x }, what) {
  const { width, top, floor } = PANEL;
  const line = drawn("path.tl-best", { d: `M${x(best).toFixed(1)} ${top - 6}V${floor}` });
  if (what !== "loss") return [line];
  const isLeft = x(best) > width / 2 - 20;
  const kind = `tl-mark.${isLeft ? "tl-end" : "tl-start"}`;
  const words = word(kind, x(best), top - 12, `lowest held-out: epoch ${best}`);
  words.setAttribute("dx", isLeft ? 14 : -14);
  return [line, words];
}

// A missing value breaks the line.
function curve(rows, key, kind, { x, y }) {
  const pieces = rows.map((row, place) => {
    if (row[key] === null) return "";
    const isStart = place === 0 || rows[place - 1][key] === null;
    return `${isStart ? "M" : "L"}${x(row.epoch).toFixed(1)} ${y(row[key]).toFixed(1)}`;
  });
  return drawn(`path.tl-curve.${kind}`, { d: pieces.join("") });
}

function dot(kind, x, y, r) {
  return drawn(`circle.tl-dot.${kind}`, { cx: x.toFixed(1), cy: y.toFixed(1), r });
}

// A value without neighbors makes no line, so the previous run shows it as a dot.
function loneDots(rows, side, key, { x, y }) {
  const has = (place) => (rows[place]?.[key] ?? null) !== null;
  const lone = rows.filter((_, place) => has(place) && !has(place - 1) && !has(place + 1));
  return lone.map((row) => dot(`tl-${side}.tl-before`, x(row.epoch), y(row[key]), 3));
}

function dots({ rows, best }, side, key, { x, y }) {
  const isTraining = side === "train";
  return rows.map((row) => {
    const height = PANEL.top + (isTraining ? 8 : 22);
    if (row[key] === null) return word("tl-mark.tl-middle", x(row.epoch), height, "no number");
    const isBest = !isTraining && row.epoch === best;
    const radius = isBest ? 5 : isTraining ? 2.6 : 3;
    return dot(`tl-${side}${isBest ? ".tl-is-best" : ""}`, x(row.epoch), y(row[key]), radius);
  });
}

// The labels are at the ends of the curves, pushed apart if these are close.
function names(rows, lines, { x, y }) {
  const last = rows.at(-1);
  const ends = lines.filter(({ key }) => last && last[key] !== null);
  const heights = ends.map(({ key }) => y(last[key]));
  if (heights.length === 2 && Math.abs(heights[0] - heights[1]) < 16) {
    const middle = (heights[0] + heights[1]) / 2;
    const half = heights[0] <= heights[1] ? 8 : -8;
    [heights[0], heights[1]] = [middle - half, middle + half];
  }
  return ends.map(({ name }, n) => word("tl-name", x(last.epoch) + 9, heights[n] + 4, name));
}

function word(kind, x, y, text) {
  return drawn(`text.${kind}`, { x: x.toFixed(1), y: y.toFixed(1) }, text);
}

function inWordsOf({ rows, best }, lines, title) {
  if (!rows.length) return `${title} by epoch: nothing trained yet.`;
  const [first, last] = [rows[0], rows.at(-1)];
  const lowest = rows.find(({ epoch }) => epoch === best);
  const parts = lines.map(
    ({ key, name }) =>
      `${name} from ${rowFigure(first[key])} to ${rowFigure(last[key])}${atBest(lowest, key)}`,
  );
  return `${title} over ${plural(rows.length, "epoch")}: ${parts.join("; ")}.`;
}

// Makes overfitting visible in words: where the held-out loss was before it rose again.
function atBest(row, key) {
  if (!row || key !== "held_out_loss") return "";
  return `, lowest ${rowFigure(row[key])} after epoch ${row.epoch}`;
}

export function rowFigure(value) {
  if (value === null) return "no number";
  return value >= 1e4 ? value.toExponential(1) : value.toFixed(3);
}
