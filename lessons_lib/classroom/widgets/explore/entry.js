// A control with a button that commits its value.

import { element, isDisabled, onEnter, place, setDisabled } from "../elements.js";
import { controlView } from "./controls.js";

/** @import { Control, Guess, Value } from "./types" */

/**
 * @param {Control} control
 * @param {string} id
 * @param {(value: Value) => void} onCommit
 */
export function entryForm(control, id, onCommit) {
  let isBusy = false;
  // While its work runs, the button stays enabled, since it stops the work.
  const allow = () => setDisabled(button, !isBusy && String(view.read()).trim() === "");
  const view = controlView(control, id, () => allow());
  const button = element("button.lb-button.lb-main", { type: "submit" });
  const problem = element("p.gs-problem", { id: `${id}-problem` });
  const field = view.node.querySelector("input[type=text]");
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    if (!isDisabled(button)) onCommit(view.read());
  };
  const onkeydown = onEnter(() => isBusy || form.requestSubmit(button)); // does not stop work
  const form = element("form.gs-form", { onsubmit, onkeydown }, view.node, button);
  if (field) place(field, { "aria-describedby": problem.id });
  return {
    node: element("div.gs-entry", form, problem),
    /**
     * A busy entry shows what was committed.
     * @param {Guess} guess
     */
    draw({ you, stops, button: words, problem: wrong, control: { value } }) {
      isBusy = stops;
      button.textContent = words;
      button.classList.toggle("lb-main", !you);
      problem.textContent = wrong;
      if (field) place(field, { "aria-invalid": wrong ? "true" : null });
      view.lock(isBusy);
      if (you && !wrong) view.show(value);
      allow();
    },
  };
}
