// Progress: a row for each notebook, with a bar and numbers, and one for what else was done.

import { cells, element, newIdentity, rowHead, tableOf } from "../elements.js";
import { kernelLine, show } from "../kernel_line.js";
import { barCell, button, lessonLink } from "./parts.js";

/** @import { Progress, ProgressRow } from "./types" */
/** @import { Card, Draw, Link, Manager, Widget } from "../types" */

const GUESS_HEADS = ["guess", "you", "result", "your guess was"];

/** @param {Widget<Card<object, Progress>>} widget */
function render(widget) {
  const { model } = widget;
  const manager = model.widget_manager;
  const summary = element("p.qc-summary", { role: "status" });
  const notices = element("div.qc-notices");
  const advice = element("p.qc-summary");
  const wide = () => element("td.qc-wide");
  const heads = ["notebook", "answered", "right", wide()];
  const table = tableOf("qc-chart.qc-progress", "Questions by notebook", heads);
  const goals = tableOf("qc-chart.qc-progress", "What you can do", ["objective", "right", wide()]);
  const others = tableOf("qc-chart.qc-progress", "Other activities", ["mode", "so far"]);
  const guessed = tableOf("qc-chart.qc-progress.qc-guesses", "Your guesses", GUESS_HEADS);
  const calibration = element("p.qc-summary");
  const line = kernelLine(model, newIdentity("progress"), () => {});
  const again = button("Refresh", "", line.look);
  /** @type {Draw<Progress>} */
  const draw = ({ rows, others: done, summary: text, advice: next, ...more }) => {
    summary.textContent = text;
    table.draw(rows.map((row) => progressRow(row, manager)));
    goals.draw(more.objectives.map(goalRow));
    others.draw(done.map((one) => otherRow(one, manager)));
    guessed.draw(more.guesses.map(guessRow));
    calibration.textContent = more.calibration;
    advice.replaceChildren(next.before, lessonLink(next, manager), next.after);
    const texts = [...more.notices, ...more.broken];
    notices.replaceChildren(...texts.map((one) => element("p.qc-notice", one)));
  };
  const title = element("h2.qc-title", "Your progress");
  const actions = element("div.qc-actions", again);
  const nodes = [title, summary, notices, table.node, goals.node, others.node, guessed.node];
  nodes.push(calibration, advice, actions);
  return show(widget, element("div.lessons-quiz", nodes), line, draw);
}

/** @type {(row: ProgressRow, manager?: Manager) => HTMLElement} */
function progressRow(row, manager) {
  const { questions, answered, right } = row;
  const figures = cells([`${answered} of ${questions}`, right]);
  return element("tr", rowHead(lessonLink(row, manager)), figures, barCell(right, questions));
}

/** @type {(goal: Progress["objectives"][number]) => HTMLElement} */
const goalRow = ({ title, questions, right }) =>
  element("tr", rowHead(title), cells([`${right} of ${questions}`]), barCell(right, questions));

/** @type {(one: Progress["others"][number], manager?: Manager) => HTMLElement} */
const otherRow = (one, manager) =>
  element("tr", rowHead(lessonLink(one, manager)), cells([one.words]));

/** @type {(guess: Progress["guesses"][number]) => HTMLElement} */
const guessRow = ({ question, you, result, words }) =>
  element("tr", rowHead(question), cells([you, result, words]));

export default { render };
