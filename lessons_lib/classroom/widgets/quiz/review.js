// The pages around the questions: start, final check, review, and result of a test.

import { element, rowHead } from "../elements.js";
import { bar, button, heading, lessonLink, standingMark } from "./parts.js";

/** @import { Chart, Place, ReviewPage, StartPage } from "./types" */
/** @import { Manager, Send } from "../types" */

/**
 * @param {ReviewPage} page
 * @param {Send} send
 * @param {Manager} [manager]
 */
export function reviewPage(page, send, manager) {
  const title = heading(page.heading);
  /** @param {string} what */
  const act = (what) => actions(page.button ?? "", () => send({ do: what }));
  const nodes = [title, element("p.qc-summary", page.summary)];
  if (page.level) title.dataset.level = page.level;
  if (page.view === "check") nodes.push(act("end"));
  if (page.again) nodes.push(actions(page.again, () => send({ do: "missed" })));
  if (page.charts) nodes.push(element("div.qc-charts", page.charts.map(chart)));
  nodes.push(...readingList("What to do next", page.following, manager));
  nodes.push(...readingList("What to read", page.reading, manager));
  const items = page.questions.map((one) => questionItem(one, send));
  nodes.push(element("h4", "Questions"), element("ul.qc-list", items));
  if (page.rule) nodes.push(element("h4", "How this is scored"), element("p.qc-rule", page.rule));
  if (page.view === "result") nodes.push(act("start"));
  return { heading: title, nodes };
}

/** @type {(text: string, onClick: () => void) => HTMLElement} */
const actions = (text, onClick) => element("div.qc-actions", button(text, "qc-main", onClick));

/** @type {(title: string, places?: Place[], manager?: Manager) => HTMLElement[]} */
function readingList(title, places, manager) {
  const items = (places ?? []).map((place) => {
    const { about, numbers = [] } = place;
    const which = `(question${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")})`;
    const rule = numbers.length ? [element("span.qc-rule", which)] : [];
    return element("li", lessonLink(place, manager), `: ${about} `, rule);
  });
  return items.length ? [element("h4", title), element("ul.qc-reading", items)] : [];
}

/** @type {(chart: Chart) => HTMLElement} */
function chart({ title, rows }) {
  const lines = rows.map(({ name, right, of }) => {
    const wide = element("td.qc-wide", bar(right, of));
    return element("tr", rowHead(name), wide, element("td", `${right} of ${of}`));
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
  const nodes = [title, ...texts, ...problem, actions(page.button, () => send({ do: "start" }))];
  return { heading: title, nodes };
}
