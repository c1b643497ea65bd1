// Progress: a row for each notebook, with figures beside the bars.

import { element } from "../elements.js";
import { bar, button, lessonLink } from "./parts.js";

function render({ model, el }) {
  const manager = model.widget_manager;
  const summary = element("p", { class: "qc-summary", role: "status" });
  const body = element("tbody");
  const notices = element("div", { class: "qc-notices" });
  const advice = element("p", { class: "qc-summary" });
  const table = element(
    "table",
    { class: "qc-chart qc-progress" },
    element("caption", {}, "Questions by notebook"),
    element("thead", {}, element("tr", {}, ...["notebook", "answered", "right", ""].map((name) => headCell(name)))),
    body,
  );
  const again = button("Look again", "", () => model.send({ do: "look" }));
  const update = () => {
    const { rows, summary: text, test, broken, notices: told } = model.get("rows");
    summary.textContent = text;
    body.replaceChildren(...rows.map((row) => progressRow(row, manager)));
    table.hidden = !rows.length;
    advice.replaceChildren(
      "A good way to begin is ",
      lessonLink(test, manager),
      ": its verdict names the notebooks that are worth your time. You can also skip it and read on; nothing here depends on it.",
    );
    notices.replaceChildren(...[...told, ...broken].map((one) => element("p", { class: "qc-notice" }, one)));
  };
  model.on("change:rows", update);
  update();
  const title = element("h3", { class: "qc-title" }, "Your progress");
  el.append(element("div", { class: "lessons-quiz" }, title, summary, notices, table, advice, element("div", { class: "qc-actions" }, again)));
  return () => model.off("change:rows", update);
}

function headCell(name) {
  return name ? element("th", { scope: "col" }, name) : element("td", { class: "qc-wide" });
}

function progressRow({ file, title, title_html, questions, answered, right }, manager) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, lessonLink({ file, title, title_html: title ? "" : title_html }, manager)),
    element("td", {}, `${answered} of ${questions}`),
    element("td", {}, String(right)),
    element("td", { class: "qc-wide" }, bar(right, questions)),
  );
}

export default { render };
