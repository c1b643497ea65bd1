// The decision table: a mode for each task, and a check against the measurements.

import { element, setDisabled, silent } from "../../../classroom/widgets/elements.js";
import { labButton, labFrame } from "../../../classroom/widgets/frame.js";

const LEAD = "Choose a mode for each task, then check your choices against the measurements.";
const CHECK = "Check against the measurements";
const SHOW = "Show what each mode would do";
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
    if (serial && page.status) frame.say(page.status);
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
  let last = "";
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
      if (last === JSON.stringify(found)) return; // what the learner has opened stays open
      last = JSON.stringify(found);
      verdict.dataset.standing = found?.standing ?? "";
      verdict.replaceChildren(...(found ? verdictNodes(found) : []));
    },
  };
}

// A wrong choice does not give the answer away: what the others would do is behind a button.
function verdictNodes({ standing, word, line, each }) {
  const sign = silent("span", `${STANDING_SIGNS[standing]} `);
  const head = element("p", element("strong.dt-word", sign, `${word}.`), ` ${line}`);
  if (!each) return [head];
  const items = each.map(({ name, meets, text }) => {
    const what = `${meets ? "✓" : "✗"} ${name} ${meets ? "meets it" : "does not meet it"}.`;
    return element("li", element("strong", what), ` ${text}`);
  });
  const all = element("ul.dt-each", items);
  const button = labButton(SHOW, "dt-show", () => {
    all.hidden = !all.hidden;
    button.setAttribute("aria-expanded", String(!all.hidden));
  });
  button.setAttribute("aria-expanded", "false");
  all.hidden = true;
  return [head, button, all];
}

export default { render };
