// A guess and its result: a control until the guess is committed, then both on one scale.

import { element, isDisabled, place, setDisabled, silent } from "../elements.js";
import { labFrame } from "../frame.js";
import { controlView } from "./controls.js";

const WAITS = "Run the cells below to see the result. You can change your guess until then.";

function render(widget) {
  const { model } = widget;
  const { question, control, asks } = model.get("page");
  const lead = asks ? "Guess before you read on." : "";
  const frame = labFrame(widget, asks ? "guess" : "outcome", question, lead);
  const entry = entryForm(control, frame.identity, "Guess", (value) =>
    frame.line.send({ do: "commit", value }),
  );
  entry.node.hidden = !asks;
  const result = element("div.gs-result");
  frame.setNote("");
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    frame.line.replied();
    frame.notice(page.notices);
    entry.problem(page.problem);
    entry.lock(page.is_final);
    entry.name(page.you ? "Change my guess" : "Guess");
    if (page.you) entry.show(page.control.value);
    const words = resultNodes(page);
    result.replaceChildren(...words);
    if (serial) frame.say(page.problem || result.textContent);
    serial = page.serial;
  };
  return frame.show([entry.node, result], { page: update });
}

// A control with a button that commits its value. Also used by the lab book.
export function entryForm(control, id, text, onCommit) {
  const allow = () => setDisabled(button, isLocked || view.read() === "");
  const view = controlView(control, id, () => allow());
  const button = element("button.lb-button.lb-main", { type: "submit" }, text);
  const problem = element("p.gs-problem", { id: `${id}-problem` });
  const field = view.node.querySelector("input[type=text]");
  let isLocked = false;
  const onsubmit = (event) => {
    event.preventDefault();
    if (!isDisabled(button)) onCommit(view.read());
  };
  // In JupyterLab, Enter in a field does not submit the form.
  const onkeydown = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.target !== button || !event.repeat) form.requestSubmit(button);
  };
  const form = element("form.gs-form", { onsubmit, onkeydown }, view.node, button);
  if (field) place(field, { "aria-describedby": problem.id });
  allow();
  return {
    node: element("div.gs-entry", form, problem),
    button,
    show: view.show,
    read: view.read,
    allow,
    name: (words) => (button.textContent = words),
    problem(words) {
      problem.textContent = words;
      if (field) place(field, { "aria-invalid": words ? "true" : null });
    },
    lock(flag) {
      isLocked = flag;
      view.lock(flag);
      button.hidden = flag;
      allow();
    },
  };
}

function resultNodes({ asks, you, compared, without, explain }) {
  if (!compared) {
    if (!asks) return [element("p.gs-line", without)];
    return you ? [element("p.gs-line", element("strong", `You: ${you}. `), WAITS)] : [];
  }
  const result = compared.at ? "Measured" : "Result";
  const words = `You: ${compared.you}. ${result}: ${compared.result}.`;
  const line = element("p.gs-line", element("strong", words), ` ${compared.line} ${explain}`);
  return compared.at ? [scaleView(compared), line] : [line];
}

// The line below it says the same in words.
function scaleView({ you, result, at }) {
  const mark = (kind, place, text) => {
    const node = element(`span.gs-mark.gs-${kind}`, element("span", text));
    node.style.setProperty("--at", place);
    return node;
  };
  const marks = [mark("you", at[0], `you: ${you}`), mark("true", at[1], `measured: ${result}`)];
  return silent("div.gs-scale", marks);
}

export default { render };
