// Two panels of curves by epoch: training a full line with dots, held-out dashed with rings.

import { drawn, element, plural } from "../elements.js";

const PANEL = { width: 356, height: 232, left: 38, right: 66, top: 26, floor: 200 };
const LINES = [
  { side: "train", name: "training" },
  { side: "held_out", name: "held-out" },
];

export function curvesView(identity, guess) {
  const panels = [
    curvePanel(`${identity}-loss`, { what: "loss", title: "Loss per text", empty: [0.4, 1.2], guess }),
    curvePanel(`${identity}-accuracy`, { what: "accuracy", title: "Accuracy, the share right", empty: [0.4, 1] }),
  ];
  return {
    node: element("div", { class: "tl-panels" }, ...panels.map((panel) => panel.node)),
    // Returns what of the run before lies off the scale: ["loss"], ["held-out loss"], or nothing.
    draw: (page) => panels.flatMap((panel) => panel.draw(page)),
  };
}

function curvePanel(identity, { what, title, empty, guess }) {
  const svg = drawn("svg", { viewBox: `0 0 ${PANEL.width} ${PANEL.height}`, role: "img" });
  const clip = `${identity}-room`;
  return {
    node: element("figure", { class: "tl-panel" }, element("figcaption", { id: `${identity}-title` }, title), svg),
    draw({ run, before, knobs, phase }) {
      const old = before.rows ?? [];
      const most = Math.max(2, phase === "ready" ? knobs.epochs : 0, ...[...run.rows, ...old].map(({ epoch }) => epoch), run.rows.length || phase === "running" ? knobs.epochs : 0);
      const scale = scaleOf(figuresOf(run.rows, what), figuresOf(old, what), empty, what);
      const x = (epoch) => PANEL.left + ((PANEL.width - PANEL.left - PANEL.right) * (epoch - 1)) / (most - 1);
      const y = (value) => PANEL.floor - ((PANEL.floor - PANEL.top) * (value - scale.low)) / (scale.high - scale.low);
      const inside = drawn("g", { "clip-path": `url(#${clip})` });
      svg.replaceChildren(roomFor(clip), ...grid(scale, x, y, most), inside);
      if (guess && guess <= scale.high && guess >= scale.low) svg.append(...guessLine(guess, y));
      if (run.best) svg.append(...bestMark(run, x, what));
      for (const { side } of LINES) inside.append(curve(old, `${side}_${what}`, `tl-${side} tl-before`, x, y), ...loneDots(old, `${side}_${what}`, side, x, y));
      for (const { side } of LINES) inside.append(curve(run.rows, `${side}_${what}`, `tl-${side}`, x, y));
      for (const { side } of LINES) svg.append(...dots(run.rows, `${side}_${what}`, side, run.best, x, y));
      svg.append(...ends(run.rows, what, x, y));
      svg.setAttribute("aria-label", inWordsOf(run.rows, what, title));
      return offScale(old, what, scale);
    },
  };
}

function figuresOf(rows, what) {
  return rows.flatMap((row) => LINES.map(({ side }) => row[`${side}_${what}`])).filter((value) => value !== null);
}

// The run before is drawn in this run's scale; where it went far off, it leaves the panel.
function scaleOf(own, old, empty, what) {
  const fits = !own.length || (old.length && Math.max(...old) <= 1.6 * Math.max(...own));
  const values = [...own, ...(fits ? old : [])];
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : empty;
  if (high - low < 0.15) [low, high] = [low - 0.05, high + 0.1];
  const step = niceStep((high - low) / 4);
  low = Math.floor(low / step + 1e-9) * step;
  high = Math.ceil(high / step - 1e-9) * step;
  if (what === "accuracy") [low, high] = [Math.max(0, low), Math.min(1, high)];
  const ticks = [];
  for (let count = 0; low + count * step <= high + step / 1000; count += 1) ticks.push(low + count * step);
  return { low, high, step, ticks };
}

// Names the curves of the run before that lie above or below the panel as a whole.
function offScale(old, what, { low, high }) {
  const off = LINES.filter(({ side }) => {
    const values = old.map((row) => row[`${side}_${what}`]).filter((value) => value !== null);
    return values.length && (Math.min(...values) > high || Math.max(...values) < low);
  });
  return off.length === LINES.length ? [what] : off.map(({ name }) => `${name} ${what}`);
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 2.5, 5, 10].find((digit) => digit * power >= rough * 0.999);
}

function tickFigure(value, step) {
  if (value >= 1e5) return value.toExponential(0);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const rest = Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6 ? 1 : 0;
  return value.toLocaleString("en", { minimumFractionDigits: digits + rest, maximumFractionDigits: digits + rest });
}

function roomFor(clip) {
  const { left, right, top, floor, width } = PANEL;
  return drawn("clipPath", { id: clip }, drawn("rect", { x: left - 4, y: top - 4, width: width - left - right + 8, height: floor - top + 8 }));
}

function grid({ ticks, step }, x, y, most) {
  const right = PANEL.width - PANEL.right;
  const across = ticks.map((value) => drawn("path", { class: "tl-grid", d: `M${PANEL.left} ${y(value).toFixed(1)}H${right}` }));
  const figures = ticks.map((value) => word(tickFigure(value, step), PANEL.left - 7, y(value) + 4, "tl-tick tl-end"));
  const every = most > 10 ? 2 : 1;
  const epochs = Array.from({ length: most }, (_, place) => place + 1).filter((epoch) => (epoch - 1) % every === 0);
  const below = epochs.map((epoch) => word(String(epoch), x(epoch), PANEL.floor + 16, "tl-tick tl-middle"));
  return [...across, ...figures, ...below, word("epoch", (PANEL.left + right) / 2, PANEL.floor + 30, "tl-tick tl-middle")];
}

function guessLine(guess, y) {
  const right = PANEL.width - PANEL.right;
  const isHigh = y(guess) < PANEL.top + 14; // above it stands the name of the best epoch
  return [
    drawn("path", { class: "tl-guess", d: `M${PANEL.left} ${y(guess).toFixed(1)}H${right}` }),
    word(`a guess, ${guess.toFixed(2)}`, right - 6, y(guess) + (isHigh ? 14 : -5), "tl-tick tl-end tl-over"),
  ];
}

function bestMark({ best, rows }, x, what) {
  const line = drawn("path", { class: "tl-best", d: `M${x(best).toFixed(1)} ${PANEL.top - 6}V${PANEL.floor}` });
  if (what !== "loss") return [line];
  const isLeft = x(best) > PANEL.width / 2 - 20;
  const words = word(`lowest held-out: epoch ${best}`, x(best), PANEL.top - 12, `tl-mark ${isLeft ? "tl-end" : "tl-start"}`);
  words.setAttribute("dx", isLeft ? 14 : -14);
  return rows.length ? [line, words] : [];
}

// A figure that is no number breaks the line.
function curve(rows, key, kind, x, y) {
  const pieces = rows.map((row, place) => {
    if (row[key] === null) return "";
    const isStart = place === 0 || rows[place - 1][key] === null;
    return `${isStart ? "M" : "L"}${x(row.epoch).toFixed(1)} ${y(row[key]).toFixed(1)}`;
  });
  return drawn("path", { class: `tl-curve ${kind}`, d: pieces.join("") });
}

// A figure without a neighbour makes no line, so the run before shows it as a dot.
function loneDots(rows, key, side, x, y) {
  const has = (place) => (rows[place]?.[key] ?? null) !== null;
  const lone = rows.filter((_, place) => has(place) && !has(place - 1) && !has(place + 1));
  return lone.map((row) => drawn("circle", { class: `tl-dot tl-${side} tl-before`, cx: x(row.epoch).toFixed(1), cy: y(row[key]).toFixed(1), r: 3 }));
}

function dots(rows, key, side, best, x, y) {
  return rows.map((row) => {
    if (row[key] === null) return word("no number", x(row.epoch), side === "train" ? PANEL.top + 8 : PANEL.top + 22, "tl-mark tl-middle");
    const isBest = side === "held_out" && row.epoch === best;
    return drawn("circle", { class: `tl-dot tl-${side}${isBest ? " tl-is-best" : ""}`, cx: x(row.epoch).toFixed(1), cy: y(row[key]).toFixed(1), r: isBest ? 5 : side === "train" ? 2.6 : 3 });
  });
}

// The names stand where the curves end, pushed apart where these come close.
function ends(rows, what, x, y) {
  const last = rows.at(-1);
  if (!last) return [];
  const named = LINES.map(({ side, name }) => ({ name, value: last[`${side}_${what}`] })).filter(({ value }) => value !== null);
  const places = named.map(({ value }) => y(value));
  if (places.length === 2 && Math.abs(places[0] - places[1]) < 14) {
    const middle = (places[0] + places[1]) / 2;
    const isFirstAbove = places[0] <= places[1];
    places[0] = middle + (isFirstAbove ? -7 : 7);
    places[1] = middle + (isFirstAbove ? 7 : -7);
  }
  return named.map(({ name }, place) => word(name, x(last.epoch) + 9, places[place] + 4, "tl-name"));
}

function word(text, x, y, kind) {
  const node = drawn("text", { class: kind, x: x.toFixed(1), y: y.toFixed(1) });
  node.textContent = text;
  return node;
}

function inWordsOf(rows, what, title) {
  if (!rows.length) return `${title} by epoch: nothing trained yet.`;
  const [first, last] = [rows[0], rows.at(-1)];
  const parts = LINES.map(({ side, name }) => `${name} from ${rowFigure(first[`${side}_${what}`])} to ${rowFigure(last[`${side}_${what}`])}`);
  return `${title} by epoch: ${parts.join(", ")}, in ${plural(rows.length, "epoch")}.`;
}

export function rowFigure(value) {
  if (value === null) return "no number";
  return value >= 1e4 ? value.toExponential(1) : value.toFixed(3);
}
