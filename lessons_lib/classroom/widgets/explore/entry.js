// A control with a button that commits its value.

import { element, isDisabled, place, setDisabled } from "../elements.js";
import { controlView } from "./controls.js";

/** @import { Control, Value } from "./types" */

/**
 * @param {Control} control
 * @param {string} id
 * @param {string} text
 * @param {(value: Value) => void} onCommit
 */
export function entryForm(control, id, text, onCommit) {
  let isBusy = false;
  // While its work runs, the button stays enabled, since it stops the work.
  const allow = () => setDisabled(button, !isBusy && String(view.read()).trim() === "");
  const view = controlView(control, id, () => allow());
  const button = element("button.lb-button.lb-main", { type: "submit" }, text);
  const problem = element("p.gs-problem", { id: `${id}-problem` });
  const field = view.node.querySelector("input[type=text]");
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    if (!isDisabled(button)) onCommit(view.read());
  };
  /**
   * In JupyterLab, Enter in a field does not submit the form. A second Enter does not stop work.
   * @param {KeyboardEvent} event
   */
  const onkeydown = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target === button) return;
    event.preventDefault();
    if (!isBusy) form.requestSubmit(button);
  };
  const form = element("form.gs-form", { onsubmit, onkeydown }, view.node, button);
  if (field) place(field, { "aria-describedby": problem.id });
  allow();
  return {
    node: element("div.gs-entry", form, problem),
    button,
    /** @param {Value} value */
    show(value) {
      view.show(value);
      allow();
    },
    /** @param {string} words */
    name: (words) => (button.textContent = words),
    /** @param {string} words */
    problem(words) {
      problem.textContent = words;
      if (field) place(field, { "aria-invalid": words ? "true" : null });
    },
    /**
     * A busy entry shows what was committed.
     * @param {boolean} flag
     */
    hold(flag) {
      isBusy = flag;
      view.lock(isBusy);
      allow();
    },
  };
}
