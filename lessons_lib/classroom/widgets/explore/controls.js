// The controls of explorations and guesses: radio buttons, a slider, a number, or a text.

import { element, fill, numberField, place, silent, textArea, typedIn } from "../elements.js";

/** @import { Choice, Control, ControlView, NumberControl } from "./types" */
/** @import { Slider, TextControl, Value } from "./types" */

/**
 * Each control has a node, the values that it reads and shows, and can be locked.
 * @type {(control: Control, id: string, onInput: () => void) => ControlView}
 */
export function controlView(control, id, onInput) {
  return VIEWS[control.kind]({ ...control, id }, onInput);
}

/** @type {Record<string, (control: any, onInput: () => void) => ControlView>} */
const VIEWS = { choice: choiceView, slider: sliderView, number: numberView, text: textView };

/** @type {(control: Choice & { id: string }, onInput: () => void) => ControlView} */
function choiceView({ id, label, options, value }, onInput) {
  const radios = options.map((option) =>
    element("input", { type: "radio", name: id, value: option, onchange: onInput }),
  );
  /** @param {Value} chosen */
  const show = (chosen) => radios.forEach((radio) => (radio.checked = radio.value === chosen));
  const labels = radios.map((radio) =>
    element("label.xp-option", radio, element("span", radio.value)),
  );
  const node = element("fieldset.xp-choice", element("legend", label));
  node.append(element("div.xp-options", labels));
  show(value);
  return {
    node,
    show,
    read: () => radios.find(({ checked }) => checked)?.value ?? "",
    lock: (flag) => radios.forEach((radio) => (radio.disabled = flag)),
  };
}

/**
 * Without a value, nothing is chosen until the learner moves the slider or clicks it.
 * @type {(control: Slider & { id: string }, onInput: () => void) => ControlView}
 */
function sliderView({ id, label, stops, value }, onInput) {
  let isSet = false;
  const words = silent("span.xp-value");
  const range = element("input", { type: "range", id, min: 0, max: stops.length - 1, step: 1 });
  const say = () => {
    const stop = isSet ? stops[Number(range.value)] : "";
    words.textContent = stop;
    range.classList.toggle("xp-unset", !isSet);
    place(range, { "aria-valuetext": isSet ? stop : "not set yet" });
  };
  /** @param {Value} position */
  const show = (position) => {
    isSet = position !== "";
    range.value = String(isSet ? position : Math.floor(stops.length / 2));
    say();
  };
  const choose = () => {
    isSet = true;
    say();
    onInput();
  };
  place(range, { oninput: choose, onclick: choose });
  show(value);
  const ticks = silent("span.xp-ticks");
  ticks.style.setProperty("--steps", String(stops.length - 1));
  const [low, high] = [stops[0], stops[stops.length - 1]].map((stop) => element("span", stop));
  const scale = silent("span.xp-ends", low, high);
  const name = element("label", { for: id }, label);
  return {
    node: element("div.xp-slider", name, words, range, ticks, scale),
    show,
    read: () => (isSet ? Number(range.value) : ""),
    lock: (flag) => (range.disabled = flag),
  };
}

/** @type {(control: NumberControl & { id: string }, onInput: () => void) => ControlView} */
function numberView({ id, label, unit, value }, oninput) {
  const asks = unit && silent("span.xp-unit", unit);
  const name = unit ? `${label} (${unit})` : label;
  const input = numberField("xp-number", { id, oninput });
  const entry = element("span.xp-entry", input, asks);
  input.value = String(value);
  return typed(input, element("div.xp-typed", element("label", { for: id }, name), entry));
}

/** @type {(control: TextControl & { id: string }, onInput: () => void) => ControlView} */
function textView({ id, label, max_length: maxlength, value }, oninput) {
  const input = textArea("xp-text", { id, maxlength, oninput });
  input.value = String(value);
  return typed(input, element("div.xp-typed.xp-wide", element("label", { for: id }, label), input));
}

/** @type {(input: HTMLInputElement | HTMLTextAreaElement, node: HTMLElement) => ControlView} */
function typed(input, node) {
  return {
    node,
    show: (text) => fill(input, String(text)),
    read: () => typedIn(input),
    lock: (flag) => (input.readOnly = flag),
  };
}
