// The lab book: a guess opens the way to the measurement; both are kept side by side.

import { element, KEYS_STAY_HERE, plural } from "../elements.js";
import { labFrame, setDisabled } from "../frame.js";
import { kernelLine, WAITING } from "../kernel_line.js";

function render({ model, el }) {
  const frame = labFrame("book", "Lab book", "Guess first, then measure. A wrong guess teaches more than a right one.");
  const line = kernelLine(model, () => {
    frame.notice([WAITING]);
    frame.say(WAITING);
  });
  const blocks = model.get("page").experiments.map((one, place) => experimentView(one, `${frame.identity}-${place}`, line.send));
  const table = roundsView();
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    line.heard();
    frame.notice(page.notices);
    frame.setNote(page.note);
    const next = page.experiments.findIndex(({ result }) => !result);
    page.experiments.forEach((one, place) => blocks[place].draw(one, page.measuring, place === next));
    table.draw(page.rows, page.left_out);
    if (serial && page.serial !== serial) frame.say(page.said);
    serial = page.serial;
  };
  frame.body.append(element("ol", { class: "bk-list" }, ...blocks.map((block) => block.node)), table.node);
  model.on("change:page", update);
  el.append(frame.root);
  update();
  return () => {
    line.heard();
    blocks.forEach((block) => block.leave());
    model.off("change:page", update);
  };
}

function experimentView({ id, question, asks }, identity, send) {
  const input = element("input", {
    ...KEYS_STAY_HERE,
    id: identity,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    maxlength: 60,
    class: "bk-guess",
    "aria-describedby": `${identity}-problem`,
  });
  const measure = element("button", { ...KEYS_STAY_HERE, type: "submit", class: "lb-button" }, "Measure");
  const problem = element("p", { class: "bk-problem", id: `${identity}-problem` });
  const result = element("p", { class: "bk-result" });
  const explain = element("p", { class: "bk-explain" });
  const seconds = secondsShown(measure);
  const form = element(
    "form",
    { class: "bk-form" },
    element("label", { for: identity }, "Your guess", asks ? element("span", { class: "bk-in" }, `, ${asks}`) : ""),
    element("div", { class: "bk-entry" }, input, measure),
  );
  let isMine = false;
  let isOther = false;
  const act = () => send(isMine ? { do: "stop", experiment: id } : { do: "measure", experiment: id, guess: input.value });
  const allow = () => setDisabled(measure, !isMine && (isOther || !input.value.trim()));
  input.addEventListener("input", allow);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (measure.getAttribute("aria-disabled") !== "true") act();
  });
  // Inside JupyterLab, Enter in a field submits no form by itself. A second one stops nothing.
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (!isMine) form.requestSubmit(measure);
  });
  return {
    node: element("li", { class: "bk-item", "data-experiment": id }, element("h4", { class: "bk-question" }, question), form, problem, result, explain),
    draw(one, measuring, isNext) {
      const wasMine = isMine;
      isMine = measuring === id;
      isOther = Boolean(measuring) && !isMine;
      if (isMine) seconds.begin();
      else seconds.end();
      if (wasMine && !isMine && !one.problem) input.value = "";
      input.readOnly = isMine;
      if (one.problem) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      problem.textContent = one.problem;
      result.textContent = one.result;
      explain.textContent = one.result && one.explain;
      measure.classList.toggle("lb-main", isNext && !isMine);
      if (!isMine) measure.textContent = one.result ? "Measure again" : "Measure";
      allow();
    },
    leave: () => seconds.end(),
  };
}

// The button of a running measurement stops it, and counts the seconds for those who wait.
function secondsShown(button) {
  let timer = 0;
  return {
    begin() {
      if (timer) return;
      const began = Date.now();
      const show = () => (button.textContent = `Stop (measuring, ${Math.round((Date.now() - began) / 1000)} s)`);
      show();
      timer = setInterval(show, 1000);
    },
    end() {
      clearInterval(timer);
      timer = 0;
    },
  };
}

function roundsView() {
  const body = element("tbody");
  const heads = ["question", "your guess", "measured", "your guess was"];
  const head = element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, name)));
  const caption = element("caption");
  const table = element("table", { class: "bk-rounds" }, caption, element("thead", {}, head), body);
  // A narrow column scrolls the table sideways, with keys too.
  const node = element("div", { ...KEYS_STAY_HERE, class: "bk-scroll", role: "region", tabindex: "0", "aria-label": "Your rounds" }, table);
  return {
    node,
    draw(rows, leftOut) {
      node.hidden = !rows.length;
      caption.textContent = leftOut ? `Your last ${rows.length} rounds; ${plural(leftOut, "earlier one")} left out here` : "Your rounds so far";
      body.replaceChildren(...rows.map(roundRow));
    },
  };
}

function roundRow({ question, guess, measured, factor, time }) {
  const when = element("time", { datetime: time, class: "bk-when" }, new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
  const cells = [guess, measured, factor].map((text) => element("td", {}, text));
  return element("tr", {}, element("th", { scope: "row" }, question, when), ...cells);
}

export default { render };
