// The two ends of the model: what each word adds to each score, and the probabilities.

import { element, isolated, signed } from "../elements.js";

export function shareTable() {
  const head = element("tr");
  const body = element("tbody");
  const foot = element("tr");
  const node = element(
    "table",
    { class: "lx-shares" },
    element("caption", {}, "What each word adds to each score; the columns sum exactly, to three decimals"),
    element("thead", {}, head),
    body,
    element("tfoot", {}, foot),
  );
  return {
    node,
    update({ classes, tokens, bias, shares, logits }) {
      const largest = Math.max(...[bias, ...shares].flat().map(Math.abs), 1e-9);
      const cells = (figures) => figures.map((figure) => shareCell(figure, largest));
      head.replaceChildren(
        element("th", { scope: "col" }, "word"),
        ...classes.map((one) => element("th", { scope: "col" }, `${one.sign} ${one.name}`)),
      );
      body.replaceChildren(
        element("tr", { class: "lx-bias" }, rowHead("start (bias)"), ...cells(bias)),
        ...tokens.map((token, row) =>
          element("tr", { "data-row": row }, rowHead(isolated(token)), ...cells(shares[row])),
        ),
      );
      foot.replaceChildren(
        rowHead("sum = logit"),
        ...logits.map((figure) => element("td", {}, signed(figure))),
      );
    },
  };
}

function rowHead(content) {
  return element("th", { scope: "row" }, content);
}

function shareCell(figure, largest) {
  const bar = element("span", { class: "lx-share-bar", "data-sign": figure < 0 ? "minus" : "plus" });
  bar.style.setProperty("--part", ((0.5 * Math.abs(figure)) / largest).toFixed(4));
  return element("td", {}, bar, element("span", { class: "lx-share-figure" }, signed(figure)));
}

export function probabilityBars() {
  const node = element("ul", { class: "lx-probabilities" });
  let rows = [];
  return {
    node,
    update({ classes, probabilities, label }) {
      if (rows.length !== classes.length) {
        rows = classes.map(probabilityRow);
        node.replaceChildren(...rows.map((row) => row.node));
      }
      rows.forEach((row, place) => {
        row.node.toggleAttribute("data-decided", classes[place].name === label);
        row.bar.style.width = `${(100 * probabilities[place]).toFixed(2)}%`;
        row.figure.textContent = probabilities[place].toFixed(3);
      });
    },
  };
}

function probabilityRow({ name, sign }) {
  const bar = element("span", { class: "lx-bar", "data-class": name });
  const figure = element("span", { class: "lx-figure" });
  const node = element(
    "li",
    {},
    element("span", { class: "lx-sign", "aria-hidden": "true" }, sign),
    element("span", { class: "lx-class" }, name),
    element("span", { class: "lx-track", "aria-hidden": "true" }, bar),
    figure,
  );
  return { node, bar, figure };
}
