// The contributions of the words to the scores, and the probabilities.

import {
  cells,
  columnHead,
  element,
  isolated,
  rowHead,
  silent,
} from "../../../classroom/widgets/elements.js";
import { signed } from "../../../classroom/widgets/numbers.js";

/** @import { Class, Layers } from "../types" */

const CAPTION = "What each word adds to each logit, rounded; sums may be off in the last digit";

export function shareTable() {
  const [head, body, foot] = ["thead", "tbody", "tfoot"].map((name) => element(name));
  return {
    node: element("table.lx-shares", element("caption", CAPTION), head, body, foot),
    /** @param {Layers} layers */
    update({ classes, tokens, bias, shares, logits }) {
      const largest = Math.max(...[bias, ...shares].flat().map(Math.abs), 1e-9);
      /** @param {number[]} figures */
      const shareCells = (figures) => figures.map((figure) => shareCell(figure, largest));
      const rows = tokens.map((token, row) =>
        element("tr", { "data-row": row }, rowHead(isolated(token)), shareCells(shares[row])),
      );
      const sums = cells(logits.map((figure) => signed(figure)));
      const names = ["word", ...classes.map(({ sign, name }) => `${sign} ${name}`)];
      const heads = names.map((name) => columnHead(name));
      const start = element("tr.lx-bias", rowHead("start (bias)"), shareCells(bias));
      head.replaceChildren(element("tr", heads));
      body.replaceChildren(start, ...rows);
      foot.replaceChildren(element("tr", rowHead("sum = logit"), sums));
    },
  };
}

/** @type {(figure: number, largest: number) => HTMLElement} */
function shareCell(figure, largest) {
  const bar = element("span.lx-share-bar", { "data-sign": figure < 0 ? "minus" : "plus" });
  bar.style.setProperty("--part", ((0.5 * Math.abs(figure)) / largest).toFixed(4));
  return element("td", bar, element("span.lx-share-figure", signed(figure)));
}

// A bar for each label.
export function probabilityBars() {
  const node = element("ul.pb-list");
  /** @type {ReturnType<typeof probabilityRow>[]} */
  let rows = [];
  return {
    node,
    /**
     * @param {Class[]} classes
     * @param {number[]} probabilities
     * @param {string} decided
     */
    update(classes, probabilities, decided) {
      if (rows.length !== classes.length) {
        rows = classes.map(probabilityRow);
        node.replaceChildren(...rows.map((row) => row.node));
      }
      classes.forEach(({ name }, place) => {
        const [row, p] = [rows[place], probabilities[place]];
        row.node.toggleAttribute("data-decided", name === decided);
        row.bar.style.width = `${(100 * p).toFixed(2)}%`;
        row.figure.textContent = p.toFixed(3);
      });
    },
  };
}

/** @param {Class} label */
function probabilityRow({ name, sign }) {
  const bar = element("span.pb-filled", { "data-class": name });
  const figure = element("span.pb-figure");
  const node = element(
    "li",
    silent("span.pb-sign", sign),
    element("span", name),
    silent("span.pb-track", bar),
    figure,
  );
  return { node, bar, figure };
}
