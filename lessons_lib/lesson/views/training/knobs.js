// The four settings: two groups of radio buttons, a slider, and a field for an integer.

import { element, nodesOf, place, silent } from "../../../classroom/widgets/elements.js";
import { plural } from "../../../classroom/widgets/numbers.js";

/** @import { Knobs, TrainingAbout } from "./types" */

const STARTS = [
  { value: true, name: "ready-made" },
  { value: false, name: "random" },
];

/**
 * @param {string} identity
 * @param {TrainingAbout} about
 * @param {Knobs} first
 * @param {() => void} onChange
 */
export function knobsView(identity, { rates, most_epochs, most_seed }, first, onChange) {
  const rate = radioKnob(`${identity}-rate`, "Learning rate", rates, first.learning_rate);
  const start = radioKnob(`${identity}-start`, "Starting vectors", STARTS, first.ready_made);
  const epochs = epochsKnob(`${identity}-epochs`, most_epochs, first.epochs);
  const seed = seedKnob(`${identity}-seed`, most_seed, first.seed);
  const nodes = nodesOf([rate, start, epochs, seed]);
  return {
    node: element("div.tl-knobs", { oninput: onChange }, nodes),
    get: () => ({
      learning_rate: rate.value(),
      ready_made: start.value(),
      epochs: epochs.value(),
      seed: seed.value(),
    }),
  };
}

/**
 * @template Value
 * @param {string} name
 * @param {string} legend
 * @param {{ value: Value, name: string, figure?: string }[]} choices
 * @param {Value} chosen
 */
function radioKnob(name, legend, choices, chosen) {
  const inputs = choices.map(({ value }) => {
    const input = element("input", { type: "radio", name, value: String(value) });
    input.checked = value === chosen;
    return input;
  });
  const labels = choices.map(({ name: words, figure = "" }, place) => {
    const text = element("span", words, figure && element("small", figure));
    return element("label.tl-choice", inputs[place], text);
  });
  const group = element("div.tl-choices", labels);
  return {
    node: element("fieldset.tl-knob", element("legend", legend), group),
    value: () => (choices.find((_, place) => inputs[place].checked) ?? choices[0]).value,
  };
}

/**
 * @param {string} identity
 * @param {number} most
 * @param {number} first
 */
function epochsKnob(identity, most, first) {
  const show = () => {
    figure.textContent = input.value;
    input.setAttribute("aria-valuetext", plural(Number(input.value), "epoch"));
    input.style.setProperty("--part", String((Number(input.value) - 1) / (most - 1)));
  };
  const input = element("input", { type: "range", id: identity, min: 1, max: most, step: 1 });
  const figure = silent("span.tl-figure");
  const label = element("label", { for: identity }, "Epochs");
  place(input, { oninput: show });
  input.value = String(first);
  show();
  return {
    node: element("div.tl-knob.tl-epochs", label, figure, input),
    value: () => Number(input.value),
  };
}

/**
 * @param {string} identity
 * @param {number} most
 * @param {number} first
 */
function seedKnob(identity, most, first) {
  // Its space is reserved, so nothing below moves when it appears.
  const note = element("span.tl-taken", { id: `${identity}-taken`, "aria-live": "polite" });
  const input = element("input", {
    type: "number",
    id: identity,
    min: 0,
    max: most,
    step: 1,
    "aria-describedby": note.id,
    oninput: () => (note.textContent = ""),
    onchange() {
      const { used, note: words } = seedOf(input.value, first, most);
      input.value = String(used);
      note.textContent = words;
    },
  });
  input.value = String(first);
  return {
    node: element("div.tl-knob.tl-seed", element("label", { for: identity }, "Seed"), input, note),
    value: () => seedOf(input.value, first, most).used,
  };
}

/**
 * The seed that a typed text stands for, and a note if it is another one.
 * @type {(text: string, first: number, most: number) => { used: number, note: string }}
 */
export function seedOf(text, first, most) {
  const typed = text.trim() === "" ? NaN : Number(text);
  if (Number.isNaN(typed)) return { used: first, note: `Using ${first}` };
  const used = Math.max(0, Math.min(most, Math.round(typed)));
  if (used === typed) return { used, note: "" };
  if (typed > most) return { used, note: `Using ${used}, the largest seed` };
  if (typed < 0) return { used, note: `Using ${used}, the smallest seed` };
  return { used, note: `Using ${used}, rounded to an integer` };
}
