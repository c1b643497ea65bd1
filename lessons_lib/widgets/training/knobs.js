// The four knobs: two groups of radio buttons, a slider, and a field for a whole number.

import { element, KEYS_STAY_HERE, plural } from "../elements.js";

export function knobsView(identity, { rates, most_epochs, most_seed }, first, onChange) {
  const rate = radioKnob(`${identity}-rate`, "Learning rate", rates.map(({ name, value, figure }) => ({ value, name, figure })), first.learning_rate);
  const start = radioKnob(
    `${identity}-start`,
    "Starting vectors",
    [
      { value: true, name: "ready-made" },
      { value: false, name: "by chance" },
    ],
    first.ready_made,
  );
  const epochs = epochsKnob(`${identity}-epochs`, most_epochs, first.epochs);
  const seed = seedKnob(`${identity}-seed`, most_seed, first.seed);
  const node = element("div", { class: "tl-knobs" }, rate.node, start.node, epochs.node, seed.node);
  node.addEventListener("input", onChange);
  return {
    node,
    get: () => ({ learning_rate: rate.value(), epochs: epochs.value(), ready_made: start.value(), seed: seed.value() }),
  };
}

function radioKnob(name, legend, choices, chosen) {
  const inputs = choices.map(({ value }, place) => {
    const input = element("input", { ...KEYS_STAY_HERE, type: "radio", name, id: `${name}-${place}`, value: String(value) });
    input.checked = value === chosen;
    return input;
  });
  const labels = choices.map(({ name: words, figure }, place) =>
    element("label", { class: "tl-choice", for: `${name}-${place}` }, inputs[place], element("span", {}, words, figure ? element("small", {}, figure) : "")),
  );
  return {
    node: element("fieldset", { class: "tl-knob" }, element("legend", {}, legend), element("div", { class: "tl-choices" }, ...labels)),
    value: () => choices[Math.max(0, inputs.findIndex((input) => input.checked))].value,
  };
}

function epochsKnob(identity, most, first) {
  const input = element("input", { ...KEYS_STAY_HERE, type: "range", id: identity, min: 1, max: most, step: 1 });
  const figure = element("span", { class: "tl-figure", "aria-hidden": "true" });
  input.value = first;
  const show = () => {
    figure.textContent = input.value;
    input.setAttribute("aria-valuetext", plural(Number(input.value), "epoch"));
    input.style.setProperty("--part", (Number(input.value) - 1) / (most - 1));
  };
  input.addEventListener("input", show);
  show();
  return {
    node: element("div", { class: "tl-knob tl-epochs" }, element("label", { for: identity }, "Epochs"), figure, input),
    value: () => Number(input.value),
  };
}

function seedKnob(identity, most, first) {
  const input = element("input", { ...KEYS_STAY_HERE, type: "number", id: identity, min: 0, max: most, step: 1, "aria-describedby": `${identity}-taken` });
  // It has a place of its own: nothing below it moves when it comes.
  const note = element("span", { class: "tl-taken", id: `${identity}-taken`, "aria-live": "polite" });
  input.value = first;
  const taken = () => {
    const typed = input.value.trim() === "" ? NaN : Math.round(Number(input.value));
    return Number.isNaN(typed) ? first : Math.max(0, Math.min(most, typed));
  };
  input.addEventListener("input", () => (note.textContent = ""));
  input.addEventListener("change", () => {
    const typed = input.value.trim();
    input.value = taken();
    note.textContent = typed !== "" && Number(typed) === taken() ? "" : `Taken: ${taken()}${whyTaken(Number(typed), most)}`;
  });
  return {
    node: element("div", { class: "tl-knob tl-seed" }, element("label", { for: identity }, "Seed"), input, note),
    value: taken,
  };
}

function whyTaken(typed, most) {
  if (typed > most) return ", the largest seed";
  if (typed < 0) return ", the smallest seed";
  return Number.isInteger(typed) ? "" : ", a whole number";
}
