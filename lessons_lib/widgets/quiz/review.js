// The pages around the questions: a start, a last look, a review, a test's result.

import { element } from "../elements.js";
import { bar, button, heading, lessonLink, standingMark } from "./parts.js";

export function reviewPage(page, { send, manager }) {
  const title = heading(4, page.heading);
  if (page.level) title.dataset.level = page.level;
  const action = { check: "end", result: "start" }[page.view];
  const act = action && element("div", { class: "qc-actions" }, button(page.button, "qc-main", () => send({ do: action })));
  const nodes = [title, element("p", { class: "qc-summary" }, page.summary)];
  if (page.view === "check") nodes.push(act);
  if (page.charts) nodes.push(element("div", { class: "qc-charts" }, ...page.charts.map(chart)));
  if (page.reading?.length) nodes.push(element("h5", {}, "To read"), element("ul", { class: "qc-reading" }, ...page.reading.map((one) => readingItem(one, manager))));
  nodes.push(element("h5", {}, "Questions"), element("ul", { class: "qc-list" }, ...page.questions.map((one) => questionItem(one, send))));
  if (page.rule) nodes.push(element("h5", {}, "The rule"), element("p", { class: "qc-rule" }, page.rule));
  if (page.view === "result") nodes.push(act);
  return { heading: title, nodes };
}

function readingItem(place, manager) {
  const numbers = `${place.numbers.length > 1 ? "questions" : "question"} ${place.numbers.join(", ")}`;
  return element("li", {}, lessonLink(place, manager), `: ${place.about} `, element("span", { class: "qc-rule" }, `(${numbers})`));
}

function chart({ title, rows }) {
  return element(
    "table",
    { class: "qc-chart" },
    element("caption", {}, title),
    element(
      "tbody",
      {},
      ...rows.map(({ name, right, of }) =>
        element("tr", {}, element("th", { scope: "row" }, name), element("td", { class: "qc-wide" }, bar(right, of)), element("td", {}, `${right} of ${of}`)),
      ),
    ),
  );
}

function questionItem({ number, difficulty, standing }, send) {
  const go = button(`Question ${number}`, "qc-go", () => send({ do: "go", to: number }));
  go.setAttribute("aria-label", `Go to question ${number}`);
  return element("li", {}, go, element("span", { class: "qc-difficulty" }, difficulty), standingMark(standing));
}

export function startPage(page, { send }) {
  const title = heading(4, "Ten questions, one verdict");
  const nodes = [title, ...page.introduction.map((text) => element("p", { class: "qc-summary" }, text))];
  if (page.problem) nodes.push(element("p", { class: "qc-notice" }, page.problem));
  nodes.push(element("div", { class: "qc-actions" }, button(page.button, "qc-main", () => send({ do: "start" }))));
  return { heading: title, nodes };
}
