// Progress: a row for each notebook, with a bar and numbers.

import { cells, element, rowHead, tableOf } from "../elements.js";
import { show } from "../kernel_line.js";
import { bar, button, lessonLink } from "./parts.js";

const ADVICE =
  ": its verdict names the notebooks that are worth your time. " +
  "You can also skip it and read on; nothing here depends on it.";

function render(widget) {
  const { model } = widget;
  const manager = model.widget_manager;
  const summary = element("p.qc-summary", { role: "status" });
  const notices = element("div.qc-notices");
  const advice = element("p.qc-summary");
  const heads = ["notebook", "answered", "right", element("td.qc-wide")];
  const table = tableOf("qc-chart.qc-progress", "Questions by notebook", heads);
  const again = button("Look again", "", () => model.send({ do: "look" }));
  const update = () => {
    const { rows, summary: text, test, broken, notices: texts } = model.get("rows");
    summary.textContent = text;
    table.draw(rows.map((row) => progressRow(row, manager)));
    table.node.hidden = !rows.length;
    advice.replaceChildren("A good way to begin is ", lessonLink(test, manager), ADVICE);
    notices.replaceChildren(...[...texts, ...broken].map((one) => element("p.qc-notice", one)));
  };
  const title = element("h2.qc-title", "Your progress");
  const nodes = [title, summary, notices, table.node, advice, element("div.qc-actions", again)];
  return show(widget, element("div.lessons-quiz", nodes), { rows: update });
}

function progressRow({ file, title, title_html, questions, answered, right }, manager) {
  return element(
    "tr",
    rowHead(lessonLink({ file, title, title_html: title ? "" : title_html }, manager)),
    cells([`${answered} of ${questions}`, right]),
    element("td.qc-wide", bar(right, questions)),
  );
}

export default { render };
