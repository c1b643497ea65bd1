// What the kernel computed: sentences, links, tables with bars, curves, strips, and chips.

import { courseLink } from "../course_link.js";
import { columnHead, drawn, element, isolated, rowHead, scrolled, silent } from "../elements.js";

/** @import { Chips, Curve, Link, Part, Strips, Table } from "./types" */

const LONG_WORD = /\S{25}/; // so long that it may be broken

/** @type {(part: Part, manager?: any) => HTMLElement | SVGElement} */
export function partView(part, manager) {
  return VIEWS[part.kind](part, manager);
}

/** @type {Record<string, (part: any, manager?: any) => HTMLElement | SVGElement>} */
const VIEWS = {
  sentence: ({ text }) => element("p.xp-seen", text),
  chips: chipsView,
  curve: curveView,
  link: linkView,
  strips: stripsView,
  table: tableView,
};

/** @type {(link: Link, manager: any) => HTMLElement} */
function linkView({ before, title, after, ...address }, manager) {
  const link = courseLink(element("a", title), address, manager);
  return element("p.xp-seen.xp-linked", before, link, after);
}

/** @type {(chips: Chips) => HTMLElement} */
function chipsView({ label, chips }) {
  const items = chips.map(({ text, mark, look }) => {
    const chip = element("li.xp-chip", { "data-look": look }, isolated(text));
    if (mark) chip.append(element("small", mark));
    return chip;
  });
  const empty = element("li.xp-none", "none");
  const list = element("ul.xp-chips", { "aria-label": label }, items.length ? items : empty);
  return element("div.xp-row", silent("span.xp-label", label), list);
}

/** @type {(table: Table) => HTMLElement} */
function tableView({ head, rows, caption, bars }) {
  const isSigned = bars?.some((part) => part < 0) ?? false;
  const body = rows.map(([first, ...others], row) => {
    const tds = others.map((text) => {
      return element(LONG_WORD.test(text) ? "td.xp-long" : "td", isolated(text));
    });
    if (bars) tds.at(-1)?.append(barOf(bars[row], isSigned));
    return element("tr", rowHead(isolated(first)), tds);
  });
  const heads = head.map((name) => columnHead(name));
  const top = element("thead", element("tr", heads));
  const title = caption ? element("caption", element("span", caption)) : "";
  const table = element("table.xp-table", title, top, element("tbody", body));
  table.classList.toggle("xp-barred", Boolean(bars));
  return scrolled("xp-scroll", caption || head.join(", "), table);
}

/**
 * Zero is at the left; if any bar of the table is negative, zero is a line in the middle.
 * @type {(part: number, isSigned: boolean) => HTMLElement}
 */
function barOf(part, isSigned) {
  const bar = element("span.xp-bar");
  const room = isSigned ? 50 : 100; // in percent, on each side of zero
  if (isSigned) bar.style.marginLeft = `${(room + room * Math.min(part, 0)).toFixed(2)}%`;
  bar.style.width = `${(room * Math.abs(part)).toFixed(2)}%`;
  return silent(isSigned ? "span.xp-track.xp-signed" : "span.xp-track", bar);
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [560, 230, 62, 44, 14, 14];

/** @type {(curve: Curve) => SVGElement} */
function curveView({ points, ends: [left, right, top], x, y, alt }) {
  /** @param {number} part */
  const across = (part) => LEFT + part * (WIDTH - LEFT - RIGHT);
  /** @param {number} part */
  const up = (part) => HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
  const places = points.map((point) => [across(point[0]), up(point[1])]);
  const [cx, cy] = places[places.length - 1];
  /** @type {(words: string, at: [number, number], anchor?: string) => SVGElement} */
  const text = (words, at, anchor = "middle") =>
    drawn("text", { x: at[0], y: at[1], "text-anchor": anchor }, words);
  const below = HEIGHT - BOTTOM + 16;
  const view = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": alt };
  return drawn(
    "svg.xp-curve",
    view,
    drawn("path.xp-axes", { d: `M${across(0)} ${up(1)}V${up(0)}H${across(1)}` }),
    drawn("polyline", { points: places.slice(0, -1).join(" ") }),
    drawn("circle", { cx, cy, r: 6 }),
    text(left, [across(0), below]),
    text(right, [across(1), below], "end"),
    text(x, [across(0.5), HEIGHT - 8]),
    text(top, [LEFT - 7, up(1) + 10], "end"),
    text("0", [LEFT - 7, up(0)], "end"),
    text(y, [LEFT + 10, up(1) + 10], "start"),
  );
}

const [ROW, LETTER] = [16, 9]; // the height of a row, and the narrowest strip with a letter
const FIRST_LETTER = "A".charCodeAt(0);
const SHADES = 3; // neighbors differ

/** @type {(strips: Strips) => HTMLElement} */
function stripsView({ label, rows, alt }) {
  const cells = Math.max(1, ...rows.map((row) => row.reduce((sum, [, length]) => sum + length, 0)));
  const cell = WIDTH / cells;
  const strips = rows.flatMap((row, number) => {
    let start = 0;
    return row.flatMap(([what, length]) => {
      const [x, y, width] = [start * cell, number * ROW, length * cell];
      start += length;
      if (what < 0) return drawn("rect.xp-empty", { x, y, width, height: ROW - 2 });
      const strip = drawn("rect", { x, y, width: Math.max(1, width - 1), height: ROW - 2, rx: 3 });
      strip.classList.add(`xp-shade-${what % SHADES}`);
      if (width < LETTER) return strip;
      const letter = String.fromCharCode(FIRST_LETTER + (what % 26));
      return [strip, drawn("text", { x: x + width / 2, y: y + ROW - 5 }, letter)];
    });
  });
  const view = { viewBox: `0 0 ${WIDTH} ${rows.length * ROW}`, role: "img", "aria-label": alt };
  return element("div.xp-strips", element("p", label), drawn("svg", view, ...strips));
}
