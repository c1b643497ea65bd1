// The decision table: a mode for each task, then a check against what was measured.

import { element, KEYS_STAY_HERE } from "../elements.js";
import { labButton, labFrame, setDisabled } from "../frame.js";
import { kernelLine, WAITING } from "../kernel_line.js";

const STANDING_SIGNS = { right: "✓", wrong: "✗", open: "○", failed: "!" };

function render({ model, el }) {
  const frame = labFrame("decisions", "Which mode for which task?", "Choose a mode for each task, then check your choices against the measurements.");
  const line = kernelLine(model, () => {
    frame.notice([WAITING]);
    frame.say(WAITING);
  });
  const { tasks, modes } = model.get("page");
  const rows = tasks.map((task, place) => taskView(task, modes, `${frame.identity}-${place}`, line.send));
  const check = labButton("Check against the measurements", "lb-main", () => line.send({ do: "check" }));
  const summary = element("p", { class: "dt-summary" });
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    frame.notice(page.notices);
    frame.setNote(page.note);
    line.heard();
    page.tasks.forEach((task, place) => rows[place].draw(task));
    const hasChoice = page.tasks.some(({ chosen }) => chosen);
    check.textContent = page.is_checking ? "Checking…" : "Check against the measurements";
    setDisabled(check, page.is_checking || !hasChoice);
    summary.textContent = page.summary;
    if (serial && page.said) frame.say(page.said);
    serial = page.serial;
  };
  frame.body.append(element("ol", { class: "dt-list" }, ...rows.map((row) => row.node)), element("div", { class: "lb-actions" }, check, summary));
  model.on("change:page", update);
  el.append(frame.root);
  update();
  return () => {
    line.heard();
    model.off("change:page", update);
  };
}

function taskView({ id, text }, modes, identity, send) {
  const choices = modes.map(({ name, title }) => {
    const radio = element("input", { ...KEYS_STAY_HERE, type: "radio", name: identity, value: name });
    radio.addEventListener("change", () => send({ do: "choose", task: id, mode: name }));
    return { radio, name, node: element("label", { class: "dt-mode", "data-mode": name }, radio, element("span", {}, title)) };
  });
  const verdict = element("div", { class: "dt-verdict" });
  return {
    node: element(
      "li",
      { class: "dt-item", "data-task": id },
      element("p", { class: "dt-text", id: `${identity}-text` }, text),
      element("div", { class: "dt-modes", role: "radiogroup", "aria-labelledby": `${identity}-text` }, ...choices.map((choice) => choice.node)),
      verdict,
    ),
    draw({ chosen, verdict: told }) {
      for (const choice of choices) choice.radio.checked = choice.name === chosen;
      verdict.dataset.standing = told?.standing ?? "";
      verdict.replaceChildren(...(told ? verdictNodes(told) : []));
    },
  };
}

function verdictNodes({ standing, word, lines }) {
  const [first, ...rest] = lines;
  const sign = element("span", { "aria-hidden": "true" }, `${STANDING_SIGNS[standing]} `);
  const head = element("p", {}, element("strong", { class: "dt-word" }, sign, `${word}.`), ` ${first}`);
  return [head, ...rest.map((text) => element("p", {}, text))];
}

export default { render };
