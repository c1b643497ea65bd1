// What the kernel computed: sentences, tables with bars, and chips.

import { columnHead, element, isolated, rowHead, scrolled, silent } from "../elements.js";

const LONG_WORD = /\S{25}/; // so long that it may be broken
const MARKS = { cut: "cut off", unknown: "unknown", padding: "padding", strong: "" };

export function partView(part) {
  return VIEWS[part.kind](part);
}

const VIEWS = {
  sentence: ({ text }) => element("p.xp-seen", text),
  chips: chipsView,
  table: tableView,
};

function chipsView({ label, chips }) {
  const items = chips.map(({ text, mark }) => {
    const chip = element("li.xp-chip", { "data-mark": mark }, isolated(text));
    if (MARKS[mark]) chip.append(element("small", MARKS[mark]));
    return chip;
  });
  const empty = element("li.xp-none", "none");
  const list = element("ul.xp-chips", { "aria-label": label }, items.length ? items : empty);
  return element("div.xp-row", silent("span.xp-label", label), list);
}

function tableView({ head, rows, caption, bars }) {
  const body = rows.map(([first, ...others], row) => {
    const tds = others.map((text) => {
      return element(LONG_WORD.test(text) ? "td.xp-long" : "td", isolated(text));
    });
    if (bars) tds.at(-1).append(barOf(bars[row]));
    return element("tr", rowHead(isolated(first)), tds);
  });
  const top = element("thead", element("tr", head.map((name) => columnHead(name))));
  const title = caption ? element("caption", element("span", caption)) : "";
  const table = element("table.xp-table", title, top, element("tbody", body));
  table.classList.toggle("xp-barred", Boolean(bars));
  return scrolled("xp-scroll", caption || head.join(", "), table);
}

function barOf(part) {
  const bar = element("span.xp-bar");
  bar.style.width = `${(100 * part).toFixed(2)}%`;
  return silent("span.xp-track", bar);
}
