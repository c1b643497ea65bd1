// The pages around the questions: start, final check, review, and result of a test.

import { element, rowHead } from "../elements.js";
import { barCell, button, heading, lessonLink, sign, SIGNS, standingMark } from "./parts.js";

/** @import { Chart, Ending, Place, ReviewPage, StartPage } from "./types" */
/** @import { Manager, Send } from "../types" */

/**
 * @param {ReviewPage} page
 * @param {Send} send
 * @param {Manager} [manager]
 */
export function reviewPage(page, send, manager) {
  const title = heading(page.heading);
  /** @type {HTMLElement[]} */
  const nodes = [title, element("p.qc-summary", page.summary)];
  const [first, ...others] = page.following ?? [];
  const items = page.questions.map((one) => questionItem(one, send));
  const list = element("ul.qc-list", items);
  const questions = items.length ? [element("h4", "Questions"), list] : [];
  const reading = readingList("What to read", page.reading, manager);
  if (page.level) title.dataset.level = page.level;
  if (page.view === "check") nodes.push(action(page.button ?? "", "end", send));
  if (first) nodes.push(nextStep(first, manager));
  if (page.again) nodes.push(action(page.again, "missed", send));
  if (page.onward) nodes.push(action(page.onward.text, page.onward.do, send));
  if (page.ending) nodes.push(...ending(page.ending, !page.again, manager));
  if (page.charts) nodes.push(element("div.qc-charts", page.charts.map(chart)));
  if (page.view !== "result")
    return { heading: title, nodes: [...nodes, ...reading, ...questions] };
  const more = readingList("What else to do", others, manager);
  const rule = [element("h4", "How this is scored"), element("p.qc-rule", page.rule ?? "")];
  nodes.push(folded("What else to do and to read", [...more, ...reading]));
  nodes.push(folded("Your answers, and how they are scored", [...questions, ...rule]));
  nodes.push(action(page.button ?? "", "start", send, ""));
  return { heading: title, nodes };
}

const GOALS = {
  right: "",
  answered: "Some questions on it are not answered yet.",
  partly: "You missed a question on it.",
  wrong: "You missed what you answered on it.",
  open: "Not answered yet.",
};

/** @type {(words: string, nodes: HTMLElement[]) => HTMLElement} */
function folded(words, nodes) {
  const node = element("details.qc-more", element("summary", words), nodes);
  node.hidden = !nodes.length;
  return node;
}

/** @type {(place: Place, manager?: Manager) => HTMLElement} */
const nextStep = (place, manager) =>
  element("p.qc-step", "Next: ", lessonLink(place, manager), place.about ? `: ${place.about}` : "");

/**
 * The end of a lesson: what was learned, how the guesses went, and where to go on.
 * @type {(about: Ending, isOnward: boolean, manager?: Manager) => HTMLElement[]}
 */
function ending({ can, guesses, onward }, isOnward, manager) {
  /** @type {HTMLElement[]} */
  const nodes = [element("h4", "What you can do now")];
  const goals = can.map((goal) => {
    const { about, standing } = goal;
    const isMissed = ["partly", "wrong"].includes(standing);
    const more = isMissed ? [" Read it in ", lessonLink(goal, manager), "."] : [];
    const rule = element("span.qc-rule", GOALS[standing], more);
    return element("li", sign(SIGNS[standing]), ` ${about}`, rule);
  });
  nodes.push(element("ul.qc-list.qc-can", goals));
  if (guesses) nodes.push(element("p.qc-summary", guesses));
  if (isOnward && onward) nodes.push(nextStep(onward, manager));
  return nodes;
}

/** @type {(text: string, what: string, send: Send, kind?: string) => HTMLElement} */
const action = (text, what, send, kind = "qc-main") =>
  element(
    "div.qc-actions",
    button(text, kind, () => send({ do: what })),
  );

/** @type {(title: string, places?: Place[], manager?: Manager) => HTMLElement[]} */
function readingList(title, places, manager) {
  const items = (places ?? []).map((place) => {
    const { about, numbers = [] } = place;
    const which = `(question${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")})`;
    const rule = numbers.length ? element("span.qc-rule", which) : "";
    return element("li", lessonLink(place, manager), `: ${about} `, rule);
  });
  return items.length ? [element("h4", title), element("ul.qc-reading", items)] : [];
}

/** @type {(chart: Chart) => HTMLElement} */
function chart({ title, rows }) {
  const lines = rows.map(({ name, right, of }) => {
    return element("tr", rowHead(name), barCell(right, of), element("td", `${right} of ${of}`));
  });
  return element("table.qc-chart", element("caption", title), element("tbody", lines));
}

/** @type {(question: ReviewPage["questions"][number], send: Send) => HTMLElement} */
function questionItem({ number, difficulty, standing }, send) {
  const go = button(`Question ${number}`, "qc-go", () => send({ do: "go", to: number }));
  go.setAttribute("aria-label", `Go to question ${number}`);
  return element("li", go, element("span.qc-difficulty", difficulty), standingMark(standing));
}

/**
 * @param {StartPage} page
 * @param {Send} send
 */
export function startPage(page, send) {
  const title = heading(page.heading);
  const problem = page.problem ? [element("p.qc-notice", page.problem)] : [];
  const texts = page.introduction.map((text) => element("p.qc-summary", text));
  const start = page.button ? [action(page.button, "start", send)] : [];
  const rule = page.rule ? [element("p.qc-rule", page.rule)] : [];
  const more = folded("How the verdict is found", rule);
  return { heading: title, nodes: [title, ...texts, ...problem, ...start, more] };
}
