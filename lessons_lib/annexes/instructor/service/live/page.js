// The instructor's page: a question to the whole room, and how many chose what. It asks the service
// once a second; what is enabled and shown is what the service says.

import {
  element,
  isDisabled,
  place,
  rowHead,
  setDisabled,
  setWords,
} from "../../../../classroom/widgets/elements.js";
import { counted, percent } from "../../../../classroom/widgets/numbers.js";
import { bar, rendered, sign } from "../../../../classroom/widgets/quiz/parts.js";

/** @import { Do, Item, Row, State } from "./types" */

const EVERY_MS = 1000;
const SAYS_EVERY_MS = 5000; // so that a screen reader is not flooded
const UNREACHED = "The class's server can't be reached. This page tries again by itself.";
const PHASES = { open: "Open", closed: "Closed", revealed: "Revealed" };
/** @type {Record<State["phase"], Do>} */
const MAIN = { idle: "open", open: "close", closed: "reveal", revealed: "open" };

/** @type {(id: string) => any} */
const part = (id) => document.getElementById(id);
/** @type {HTMLButtonElement[]} */
const buttons = [...document.querySelectorAll("button")];
const xsrf = document.querySelector("meta[name=xsrf]")?.getAttribute("content") ?? "";
/** @type {Item[]} */
let items = [];
/** @type {State | null} */
let state = null;
let [drawn, said, serial, isActing, isLost] = ["", -SAYS_EVERY_MS, 0, false, false];

/** @type {(query: string, body?: object) => Promise<any>} */
async function asked(query, body) {
  const headers = { "X-XSRFToken": xsrf };
  const more = body ? { method: "POST", body: JSON.stringify(body) } : {};
  let page = { problem: UNREACHED };
  try {
    const response = await fetch(`api/teach${query}`, { headers, ...more });
    page = await response.json();
    if (response.ok) return page;
  } catch {} // nobody is there, or the hub's proxy has a page of its own
  throw new Error(page.problem);
}

/** The list gets shorter as one types. */
function drawList() {
  const words = part("search").value.toLowerCase().split(/\s+/);
  const [list, groups] = [part("list"), new Map()];
  const chosen = list.value;
  for (const { name, group, text } of items) {
    const all = `${group} ${text}`.toLowerCase();
    if (!words.every((/** @type {string} */ word) => all.includes(word))) continue;
    if (!groups.has(group)) groups.set(group, element("optgroup", { label: group }));
    groups.get(group).append(element("option", { value: name }, text));
  }
  list.replaceChildren(...groups.values());
  list.value = chosen;
  if (!list.value && list.length) list.selectedIndex = 0;
  drawChoice();
}

function drawChoice() {
  setWords(part("whole"), part("list").selectedOptions[0]?.textContent ?? "No question fits.");
}

/**
 * An answer with a bar for each round; all but that of the current round are thin.
 * @type {(row: Row, answers: number[], rounds: number) => HTMLElement}
 */
function answerRow({ label, html, counts, is_right: isRight, why_html: why }, answers, rounds) {
  const words = html ? [element("span.qc-letter", label), rendered("span.qc-text", html)] : [label];
  const head = [element("div.lv-answer", words)];
  if (isRight) head.push(element("div.qc-standing.qc-right", sign("✓ "), "Right"));
  if (why) head.push(rendered("div.qc-why", why));
  const bars = counts.map((count, at) => {
    const name = rounds > 1 ? [element("span.lv-round", `Round ${at + 1}`)] : [];
    const share = percent(answers[at] ? count / answers[at] : 0);
    const figure = element("span.lv-figure", `${counted(count)} (${share})`);
    const look = at < rounds - 1 ? "lv-before" : "";
    return element(`div.lv-bar.${look}`, name, bar(count, answers[at]), figure);
  });
  return element("tr", rowHead(...head), bars.length ? [element("td", bars)] : []);
}

/** @type {(state: State) => Node[]} */
function questionNodes({ stem_html: stem, rows = [], answers = [], rounds = 1, ...more }) {
  if (!stem) return [];
  const { unit, phase, why_html: why } = more;
  const caption = answers.length ? "Answers, and how many gave each" : "Answers";
  const lines = rows.map((row) => answerRow(row, answers, rounds));
  const table = element("table.lv-rows", element("caption", caption), element("tbody", lines));
  const typed = `Learners type a number${unit ? ` (${unit})` : ""}.`;
  const none = element("p.qc-how", phase === "open" ? typed : "Nobody answered.");
  const reasons = why ? [rendered("div.qc-why.lv-why", why)] : [];
  return [rendered("div.qc-stem", stem), rows.length ? table : none, ...reasons];
}

/** @type {(state: State) => string} */
function statusOf({ phase, here, answered = 0, rounds = 1 }) {
  if (phase === "idle") return `No question is open. Learners here: ${counted(here)}`;
  const round = rounds > 1 ? `Round ${rounds}. ` : "";
  return `${round}${PHASES[phase]}: ${counted(answered)} of ${counted(here)} answered`;
}

/** @type {(next: State) => void} */
function draw(next) {
  const [status, count] = [part("status"), statusOf(next)];
  const { here: _here, answered: _answered, problem: _problem, ...shown } = next;
  const now = JSON.stringify(shown);
  setWords(part("count"), count);
  if (performance.now() - said >= SAYS_EVERY_MS && status.textContent !== count) {
    said = performance.now();
    setWords(status, count);
  }
  if (state?.mark !== next.mark) part("result").value = next.result ?? "";
  state = next;
  if (now === drawn) return;
  drawn = now;
  for (const button of buttons) {
    const what = /** @type {Do} */ (button.dataset.do);
    setDisabled(button, !next.may.includes(what));
    button.classList.toggle("qc-main", what === MAIN[next.phase]);
  }
  const isLeft = part("picker").contains(document.activeElement) && !next.may.includes("open");
  part("picker").hidden = !next.may.includes("open");
  part("field").hidden = !(next.is_guess && next.may.includes("reveal"));
  part("question").replaceChildren(...questionNodes(next));
  if (isLeft) buttons[0].focus(); // what had the focus is hidden now
}

/** @type {(body?: object) => Promise<void>} */
async function reach(body) {
  const mine = ++serial;
  let words = "";
  try {
    const next = await asked("", body);
    if (mine !== serial) return; // it says what is out of date
    draw(next);
    if (!body && !isLost) return; // what went wrong with a step stays until the next one
    words = next.problem;
    isLost = false;
  } catch (error) {
    words = /** @type {Error} */ (error).message;
    isLost = true;
  }
  setWords(part("problem"), words);
  part("problem").hidden = !words;
}

/** @type {(event: Event) => Promise<void>} */
async function act(event) {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  if (isActing || isDisabled(button)) return;
  isActing = true;
  const [question, result] = [part("list").value, part("result").value];
  await reach({ do: button.dataset.do, seen: state?.mark ?? "", question, result });
  isActing = false;
}

async function poll() {
  if (!items.length) {
    items = await asked("?list=1").catch(() => []);
    if (items.length) drawList();
  }
  if (!isActing) await reach();
  setTimeout(poll, EVERY_MS);
}

buttons.forEach((button) => place(button, { onclick: act }));
place(part("search"), { oninput: drawList });
place(part("list"), { onchange: drawChoice });
poll();
