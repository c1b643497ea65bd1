// What each word adds to the lead in both texts, and how far it moved the lead, with small bars.

import {
  cells, columnHead, element, isolated, rowHead, signed, silent,
} from "../../../classroom/widgets/elements.js";
import { labButton } from "../../../classroom/widgets/frame.js";

const SHOWN_AT_ONCE = 9;

export function movesTable() {
  let isOpen = false;
  let answer = null;
  const caption = element("caption");
  const [head, body, foot] = ["thead", "tbody", "tfoot"].map((name) => element(name));
  const toggle = labButton("", "tp-toggle", () => {
    isOpen = !isOpen;
    draw();
  });
  const draw = () => {
    const { ahead, behind, words, bias, leads, moved } = answer;
    const isLong = words.length > SHOWN_AT_ONCE + 1;
    const rows =
      isLong && !isOpen
        ? [...words.slice(0, SHOWN_AT_ONCE), together(words.slice(SHOWN_AT_ONCE))]
        : words;
    const largest = Math.max(...rows.map((row) => Math.abs(row.moved)), 1e-9);
    const start = { ...bias, word: "start (bias)", isPlain: true };
    caption.textContent =
      `What each word adds to the lead of ${ahead.name} over ${behind.name} in each text, rounded`;
    head.replaceChildren(headRow(ahead, behind));
    body.replaceChildren(...[...rows, start].map((row) => moveRow(row, largest, ahead, behind)));
    foot.replaceChildren(
      element("tr", rowHead("the lead"), cells(leads.map((lead) => signed(lead))), moveCell(moved)),
    );
    toggle.hidden = !isLong;
    toggle.textContent = isOpen ? "Show fewer words" : `Show all ${words.length} words`;
    toggle.setAttribute("aria-expanded", String(isOpen));
  };
  return {
    node: element("div.tp-table", element("table.tp-moves", caption, head, body, foot), toggle),
    update(next) {
      answer = next;
      draw();
    },
  };
}

function headRow(ahead, behind) {
  const [left, right] = [`← ${behind.sign} ${behind.name}`, `${ahead.sign} ${ahead.name} →`];
  const words = element("span.tp-sr", "change of the lead");
  const last = columnHead(words, silent("span", left), silent("span", right));
  last.className = "tp-moved";
  return element("tr", ["word", "first", "second"].map((name) => columnHead(name)), last);
}

function moveCell(moved, bar = "") {
  return element("td.tp-moved", bar, element("span.tp-step", signed(moved)));
}

function together(words) {
  const sum = (figure) =>
    words.reduce((total, row) => total + Math.round(1000 * figure(row)), 0) / 1000;
  return {
    word: `${words.length} more words`,
    isPlain: true,
    times: [1, 1],
    parts: [sum((row) => row.parts[0]), sum((row) => row.parts[1])],
    moved: sum((row) => row.moved),
  };
}

function moveRow(row, largest, ahead, behind) {
  const isRight = row.moved > 0;
  const bar = element("span.tp-bar", {
    "data-class": (isRight ? ahead : behind).name,
    "data-side": isRight ? "right" : "left",
  });
  bar.style.setProperty("--part", ((0.5 * Math.abs(row.moved)) / largest).toFixed(4));
  const name = rowHead(row.isPlain ? row.word : isolated(row.word), timesNote(row));
  name.className = row.isPlain ? "tp-plain" : "";
  const parts = row.parts.map((part, text) =>
    row.times[text]
      ? signed(part)
      : element("span.tp-none", silent("span", "·"), element("span.tp-sr", "absent")),
  );
  return element("tr", name, cells(parts), moveCell(row.moved, bar));
}

function timesNote({ times: [first, second], isPlain }) {
  if (isPlain || first === second) return "";
  if (!first) return element("small", "added");
  return element("small", second ? `${first} × → ${second} ×` : "removed");
}
