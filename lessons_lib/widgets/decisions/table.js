// The decision table: a mode for each task, and a check against the measurements.

import { element, setDisabled, silent } from "../elements.js";
import { labButton, labFrame } from "../frame.js";

const LEAD = "Choose a mode for each task, then check your choices against the measurements.";
const CHECK = "Check against the measurements";
const STANDING_SIGNS = { right: "✓", wrong: "✗", open: "○", failed: "!" };

function render(widget) {
  const { model } = widget;
  const frame = labFrame(widget, "decisions", "Which mode for which task?", LEAD);
  const { tasks, modes } = model.get("page");
  const rows = tasks.map((task, place) =>
    taskView(task, modes, `${frame.identity}-${place}`, frame.line.send),
  );
  const check = labButton(CHECK, "lb-main", () => frame.line.send({ do: "check" }));
  const summary = element("p.dt-summary");
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    frame.notice(page.notices);
    frame.setNote(page.note);
    frame.line.replied();
    page.tasks.forEach((task, place) => rows[place].draw(task));
    const hasChoice = page.tasks.some(({ chosen }) => chosen);
    check.textContent = page.is_checking ? "Checking…" : CHECK;
    setDisabled(check, page.is_checking || !hasChoice);
    summary.textContent = page.summary;
    if (serial && page.said) frame.say(page.said);
    serial = page.serial;
  };
  const list = element("ol.dt-list", rows.map((row) => row.node));
  return frame.show([list, element("div.lb-actions", check, summary)], { page: update });
}

function taskView({ id, text }, modes, identity, send) {
  const radios = modes.map(({ name: mode }) => {
    const onchange = () => send({ do: "choose", task: id, mode });
    return element("input", { type: "radio", name: identity, value: mode, onchange });
  });
  const labels = modes.map(({ name, title }, place) =>
    element("label.dt-mode", { "data-mode": name }, radios[place], element("span", title)),
  );
  const group = { role: "radiogroup", "aria-labelledby": `${identity}-text` };
  const verdict = element("div.dt-verdict");
  return {
    node: element(
      "li.dt-item",
      { "data-task": id },
      element("p.dt-text", { id: `${identity}-text` }, text),
      element("div.dt-modes", group, labels),
      verdict,
    ),
    draw({ chosen, verdict: found }) {
      for (const radio of radios) radio.checked = radio.value === chosen;
      verdict.dataset.standing = found?.standing ?? "";
      verdict.replaceChildren(...(found ? verdictNodes(found) : []));
    },
  };
}

function verdictNodes({ standing, word, lines }) {
  const [first, ...rest] = lines;
  const sign = silent("span", `${STANDING_SIGNS[standing]} `);
  const head = element("p", element("strong.dt-word", sign, `${word}.`), ` ${first}`);
  return [head, ...rest.map((text) => element("p", text))];
}

export default { render };
