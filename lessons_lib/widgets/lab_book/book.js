// The lab book: a guess enables the measurement; both are saved and compared.

import {
  cells, element, isDisabled, numberField, place, plural, rowHead, scrolled, setDisabled, tableOf,
} from "../elements.js";
import { labFrame } from "../frame.js";

const LEAD = "Guess first, then measure. A wrong guess teaches more than a right one.";

function render(widget) {
  const { model } = widget;
  const frame = labFrame(widget, "book", "Lab book", LEAD);
  const blocks = model.get("page").experiments.map((one, number) =>
    experimentView(one, `${frame.identity}-${number}`, frame.line.send),
  );
  const table = roundsView();
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    frame.line.replied();
    frame.notice(page.notices);
    frame.setNote(page.note);
    const next = page.experiments.findIndex(({ result }) => !result);
    page.experiments.forEach((one, number) =>
      blocks[number].draw(one, page.measuring, number === next),
    );
    table.draw(page.rows, page.left_out);
    if (serial && page.serial !== serial) frame.say(page.said);
    serial = page.serial;
  };
  const list = element("ol.bk-list", blocks.map((block) => block.node));
  const end = () => blocks.forEach((block) => block.leave());
  return frame.show([list, table.node], { page: update }, end);
}

function experimentView({ id, question, asks }, identity, send) {
  let [isMine, isOther, endCount] = [false, false, () => {}];
  const allow = () => setDisabled(measure, !isMine && (isOther || !input.value.trim()));
  const input = numberField("bk-guess", {
    id: identity,
    "aria-describedby": `${identity}-problem`,
    oninput: allow,
    // In JupyterLab, Enter in a field does not submit the form. A second Enter does not stop it.
    onkeydown(event) {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (!isMine) form.requestSubmit(measure);
    },
  });
  const measure = element("button.lb-button", { type: "submit" }, "Measure");
  const problem = element("p.bk-problem", { id: `${identity}-problem` });
  const result = element("p.bk-result");
  const explain = element("p.bk-explain");
  const onsubmit = (event) => {
    event.preventDefault();
    if (isDisabled(measure)) return;
    if (isMine) send({ do: "stop", experiment: id });
    else send({ do: "measure", experiment: id, guess: input.value });
  };
  const unit = asks ? element("span.bk-in", `, ${asks}`) : "";
  const form = element(
    "form.bk-form",
    { onsubmit },
    element("label", { for: identity }, "Your guess", unit),
    element("div.bk-entry", input, measure),
  );
  const head = element("h3.bk-question", question);
  return {
    node: element("li.bk-item", { "data-experiment": id }, head, form, problem, result, explain),
    draw(one, measuring, isNext) {
      const wasMine = isMine;
      isMine = measuring === id;
      isOther = Boolean(measuring) && !isMine;
      if (isMine && !wasMine) endCount = countSeconds(measure);
      if (wasMine && !isMine) endCount();
      if (wasMine && !isMine && !one.problem) input.value = "";
      input.readOnly = isMine;
      place(input, { "aria-invalid": one.problem ? "true" : null });
      problem.textContent = one.problem;
      result.textContent = one.result;
      explain.textContent = one.result && one.explain;
      measure.classList.toggle("lb-main", isNext && !isMine);
      if (!isMine) measure.textContent = one.result ? "Measure again" : "Measure";
      allow();
    },
    leave: () => endCount(),
  };
}

// While a measurement runs, its button stops it and counts the seconds.
// Returns a function that ends the count.
function countSeconds(button) {
  const began = Date.now();
  const show = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    button.textContent = `Stop (measuring, ${seconds} s)`;
  };
  const timer = setInterval(show, 1000);
  show();
  return () => clearInterval(timer);
}

function roundsView() {
  const heads = ["question", "your guess", "measured", "your guess was"];
  const table = tableOf("bk-rounds", "", heads);
  const node = scrolled("bk-scroll", "Your rounds", table.node);
  return {
    node,
    draw(rows, leftOut) {
      node.hidden = !rows.length;
      table.caption.textContent = leftOut
        ? `Your last ${rows.length} rounds; ${plural(leftOut, "earlier round")} not shown`
        : "Your rounds so far";
      table.draw(rows.map(roundRow));
    },
  };
}

function roundRow({ question, guess, measured, factor, time }) {
  const words = new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const when = element("time.bk-when", { datetime: time }, words);
  return element("tr", rowHead(question, when), cells([guess, measured, factor]));
}

export default { render };
