// What each word adds to the lead in both texts, and how far it moved it: figures with small bars.

import { element, isolated, signed } from "../elements.js";
import { labButton } from "../frame.js";

const SHOWN_AT_ONCE = 9;

export function movesTable() {
  let isOpen = false;
  let answer = null;
  const caption = element("caption");
  const head = element("tr");
  const body = element("tbody");
  const foot = element("tr");
  const table = element("table", { class: "tp-moves" }, caption, element("thead", {}, head), body, element("tfoot", {}, foot));
  const toggle = labButton("", "tp-toggle", () => {
    isOpen = !isOpen;
    draw();
  });
  const draw = () => {
    const { ahead, behind, words, bias, leads, moved } = answer;
    const isLong = words.length > SHOWN_AT_ONCE + 1;
    const rows = isLong && !isOpen ? [...words.slice(0, SHOWN_AT_ONCE), together(words.slice(SHOWN_AT_ONCE))] : words;
    const largest = Math.max(...rows.map((row) => Math.abs(row.moved)), 1e-9);
    caption.textContent = `What each word adds to the lead of ${ahead.name} over ${behind.name}, in each text`;
    head.replaceChildren(
      ...["word", "first", "second"].map((name) => element("th", { scope: "col" }, name)),
      element("th", { scope: "col", class: "tp-moved" }, element("span", { class: "tp-sr" }, "moved the lead"), ...directions(ahead, behind)),
    );
    body.replaceChildren(...rows.map((row) => moveRow(row, largest, answer)), moveRow({ ...bias, word: "start (bias)", isPlain: true }, largest, answer));
    foot.replaceChildren(element("th", { scope: "row" }, "the lead"), ...leads.map((lead) => element("td", {}, signed(lead))), element("td", { class: "tp-moved" }, element("span", { class: "tp-step" }, signed(moved))));
    toggle.hidden = !isLong;
    toggle.textContent = isOpen ? "Show fewer words" : `Show all ${words.length} words`;
    toggle.setAttribute("aria-expanded", String(isOpen));
  };
  return {
    node: element("div", { class: "tp-table" }, table, toggle),
    update(next) {
      answer = next;
      draw();
    },
  };
}

function directions(ahead, behind) {
  return [element("span", { "aria-hidden": "true" }, `← ${behind.sign} ${behind.name}`), element("span", { "aria-hidden": "true" }, `${ahead.sign} ${ahead.name} →`)];
}

function together(words) {
  const sum = (call) => words.reduce((total, row) => total + Math.round(1000 * call(row)), 0) / 1000;
  return { word: `${words.length} more words`, isPlain: true, times: [1, 1], parts: [sum((row) => row.parts[0]), sum((row) => row.parts[1])], moved: sum((row) => row.moved) };
}

function moveRow(row, largest, { ahead, behind }) {
  const towards = row.moved > 0 ? ahead : behind;
  const bar = element("span", { class: "tp-bar", "data-class": towards.name, "data-side": row.moved > 0 ? "right" : "left" });
  bar.style.setProperty("--part", ((0.5 * Math.abs(row.moved)) / largest).toFixed(4));
  const name = element("th", { scope: "row", class: row.isPlain ? "tp-plain" : "" }, row.isPlain ? row.word : isolated(row.word), timesNote(row));
  const parts = row.parts.map((part, text) => element("td", {}, row.times[text] ? signed(part) : element("span", { class: "tp-none" }, element("span", { "aria-hidden": "true" }, "·"), element("span", { class: "tp-sr" }, "not there"))));
  return element("tr", {}, name, ...parts, element("td", { class: "tp-moved" }, bar, element("span", { class: "tp-step" }, signed(row.moved))));
}

function timesNote({ times: [first, second], isPlain }) {
  if (isPlain) return "";
  if (!first) return element("small", {}, "added");
  if (!second) return element("small", {}, "taken away");
  if (first !== second) return element("small", {}, `${first} × → ${second} ×`);
  return "";
}
