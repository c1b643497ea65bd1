// The four settings: two groups of radio buttons, a slider, and a field for an integer.

import { element, mapped, plural, silent } from "../../../classroom/widgets/elements.js";

const STARTS = [{ value: true, name: "ready-made" }, { value: false, name: "random" }];

export function knobsView(identity, { rates, most_epochs, most_seed }, first, onChange) {
  const rate = radioKnob(`${identity}-rate`, "Learning rate", rates, first.learning_rate);
  const start = radioKnob(`${identity}-start`, "Starting vectors", STARTS, first.ready_made);
  const epochs = epochsKnob(`${identity}-epochs`, most_epochs, first.epochs);
  const seed = seedKnob(`${identity}-seed`, most_seed, first.seed);
  const knobs = { learning_rate: rate, ready_made: start, epochs, seed };
  const nodes = Object.values(knobs).map((knob) => knob.node);
  return {
    node: element("div.tl-knobs", { oninput: onChange }, nodes),
    get: () => mapped(knobs, (knob) => knob.value()),
  };
}

function radioKnob(name, legend, choices, chosen) {
  const ids = choices.map((_, place) => `${name}-${place}`);
  const inputs = choices.map(({ value }, place) => {
    const input = element("input", { type: "radio", name, id: ids[place], value });
    input.checked = value === chosen;
    return input;
  });
  const labels = choices.map(({ name: words, figure = "" }, place) => {
    const text = element("span", words, figure && element("small", figure));
    return element("label.tl-choice", { for: ids[place] }, inputs[place], text);
  });
  const group = element("div.tl-choices", labels);
  return {
    node: element("fieldset.tl-knob", element("legend", legend), group),
    value: () => choices[Math.max(0, inputs.findIndex((one) => one.checked))].value,
  };
}

function epochsKnob(identity, most, first) {
  const show = () => {
    figure.textContent = input.value;
    input.setAttribute("aria-valuetext", plural(Number(input.value), "epoch"));
    input.style.setProperty("--part", (Number(input.value) - 1) / (most - 1));
  };
  const range = { type: "range", id: identity, min: 1, max: most, step: 1, oninput: show };
  const input = element("input", range);
  const figure = silent("span.tl-figure");
  const label = element("label", { for: identity }, "Epochs");
  input.value = first;
  show();
  return {
    node: element("div.tl-knob.tl-epochs", label, figure, input),
    value: () => Number(input.value),
  };
}

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
      const typed = input.value.trim();
      const used = value();
      const isSame = typed !== "" && Number(typed) === used;
      input.value = used;
      note.textContent = isSame ? "" : `Using ${used}${reason(Number(typed), most)}`;
    },
  });
  const value = () => {
    const typed = input.value.trim() === "" ? NaN : Math.round(Number(input.value));
    return Number.isNaN(typed) ? first : Math.max(0, Math.min(most, typed));
  };
  input.value = first;
  return {
    node: element("div.tl-knob.tl-seed", element("label", { for: identity }, "Seed"), input, note),
    value,
  };
}

function reason(typed, most) {
  if (typed > most) return ", the largest seed";
  if (typed < 0) return ", the smallest seed";
  return Number.isInteger(typed) ? "" : ", rounded to an integer";
}
