// The borders between the labels: a histogram of ratings, and two sliders on it.

import { drawn, element, nodesOf, place, silent } from "../../../classroom/widgets/elements.js";
import { labFrame } from "../../../classroom/widgets/frame.js";
import { percent } from "../../../classroom/widgets/numbers.js";

/** @import { Borders } from "../types" */
/** @import { Widget } from "../../../classroom/widgets/types" */

const TENTHS = 10;

/** @param {Widget<Borders>} widget */
function render(widget) {
  const { title, lead, note, classes, counts, border } = widget.model.get("about");
  const frame = labFrame(widget, "borders", title, lead);
  const [half, top] = [counts.length / 2, Math.max(...counts, 1)];
  const bars = counts.map((count, x) => {
    const height = (100 * count) / top;
    return drawn("rect", { x: x + 0.05, y: 100 - height, width: 0.9, height });
  });
  const view = { viewBox: `0 0 ${counts.length} 100`, preserveAspectRatio: "none" };
  const picture = drawn("svg", { ...view, "aria-hidden": "true" }, ...bars);
  const shares = classes.map(({ name, sign }) => {
    const figure = element("strong");
    const dot = silent(`span.rt-sign.rt-${name}`, sign);
    return { figure, node: element("li", dot, figure, name) };
  });
  const seen = element("p.rt-said", { role: "status" });
  const borders = [-1, 1].map((side) => {
    const name = side < 0 ? "Border of negative" : "Border of positive";
    const range = element("input.rt-range", { type: "range", max: counts.length, oninput: update });
    range.value = String(half + side * border);
    place(range, { "aria-label": name });
    const stays = (/** @type {number} */ at) => Math.max(1, side * (at - half)) * side + half;
    return { range, stays, label: silent("span.rt-border") };
  });
  function update() {
    const [low, high] = borders.map(({ range, stays }) => stays(Number(range.value)));
    const cuts = [0, low, high, counts.length];
    const words = classes.map((_, n) => percent(share(cuts[n], cuts[n + 1])));
    shares.forEach(({ figure }, n) => (figure.textContent = words[n]));
    bars.forEach((bar, n) => {
      bar.setAttribute("class", `rt-${classes[Number(n >= low) + Number(n >= high)].name}`);
    });
    borders.forEach(({ range, label }, n) => {
      const at = [low, high][n];
      const rating = `${n ? "+" : "−"}${(Math.abs(at - half) / TENTHS).toFixed(1)}`;
      const all = classes.map(({ name }, n) => `${words[n]} ${name}`).join(", ");
      range.value = String(at);
      place(range, { "aria-valuetext": `${rating}: ${all}` });
      label.textContent = rating;
      label.style.left = `${(100 * at) / counts.length}%`;
    });
    const others = moved(low, half - border) + moved(high, half + border);
    seen.textContent = `${percent(others)} of the texts get another label than with our borders.`;
  }
  /** @type {(from: number, to: number) => number} */
  const share = (from, to) => sum(counts.slice(from, to)) / sum(counts);
  /** @type {(one: number, other: number) => number} */
  const moved = (one, other) => share(Math.min(one, other), Math.max(one, other));
  const ends = ["−4", "mean rating", "+4"].map((words) => silent("span", words));
  const nodes = borders.flatMap(({ range, label }) => [label, range]);
  const plot = element("div", element("div.rt-plot", picture, nodes), element("div.rt-axis", ends));
  const list = element("ul.rt-shares", { "aria-label": "Shares of the labels" }, nodesOf(shares));
  frame.setNote(note);
  update();
  return frame.show([element("div.rt-borders", plot, list), seen], () => {});
}

/** @type {(figures: number[]) => number} */
const sum = (figures) => figures.reduce((all, one) => all + one, 0);

export default { render };
