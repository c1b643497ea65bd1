// The learner's controls: three sliders, each with a field for the exact value, the rule by which
// a batch is closed, and the tour.

import {
  element,
  focusedIn,
  nodesOf,
  place,
  plainButton,
  silent,
} from "../../../classroom/widgets/elements.js";
import { sameSetting } from "./run.js";
import {
  figure,
  inFigures,
  logarithmic,
  logarithmicFromZero,
  nearestTo,
  powersOfTwo,
} from "./scales.js";

/** @import { Knob, Queue, Scale, Setting, SliderEvents, Stop } from "./types" */

/** @type {Knob} */
const RATE = {
  name: "Arrival rate",
  unit: "per second",
  words: (value) => `${inFigures(value, "request")} per second`,
};
/** @type {Knob} */
const SIZE = {
  name: "Maximum batch size",
  unit: "texts",
  words: (value) => inFigures(value, "text"),
};
/** @type {Knob} */
const WAIT = {
  name: "Batch wait timeout",
  unit: "ms",
  words: (value) => inFigures(value, "millisecond") + (value ? "" : ", start without waiting"),
};

const RULES = ["when the model is free", "at the timeout, even while it is busy"];

/**
 * @param {string} identity
 * @param {Queue["about"]["limits"]} limits
 * @param {SliderEvents} events
 */
export function sliders(identity, limits, events) {
  const size = powersOfTwo(limits.max_batch_size[1]);
  const wait = logarithmicFromZero(limits.batch_wait_timeout_ms[1]);
  const all = {
    rate_per_s: slider(`${identity}-rate`, RATE, logarithmic(...limits.rate_per_s), events),
    max_batch_size: slider(`${identity}-size`, SIZE, size, events),
    batch_wait_timeout_ms: slider(`${identity}-wait`, WAIT, wait, events),
  };
  const rule = ruleView(`${identity}-rule`, events.onMove);
  return {
    node: element("div.qv-sliders", nodesOf(Object.values(all)), rule.node),
    get: () => ({
      rate_per_s: all.rate_per_s.value,
      max_batch_size: all.max_batch_size.value,
      batch_wait_timeout_ms: all.batch_wait_timeout_ms.value,
      closes_while_busy: rule.isAtTimeout(),
    }),
    /** @param {Setting} setting */
    set(setting) {
      all.rate_per_s.show(setting.rate_per_s);
      all.max_batch_size.show(setting.max_batch_size);
      all.batch_wait_timeout_ms.show(setting.batch_wait_timeout_ms);
      rule.show(Boolean(setting.closes_while_busy));
    },
  };
}

/**
 * @param {string} name
 * @param {() => void} onchange
 */
function ruleView(name, onchange) {
  const radios = RULES.map(() => element("input", { type: "radio", name, onchange }));
  const labels = RULES.map((words, place) => element("label", radios[place], ` ${words}`));
  return {
    node: element("fieldset.qv-rule", element("legend", "Closes a batch"), labels),
    isAtTimeout: () => radios[1].checked,
    /** @param {boolean} isAtTimeout */
    show: (isAtTimeout) => (radios[Number(isAtTimeout)].checked = true),
  };
}

/**
 * @param {string} id
 * @param {Knob} knob
 * @param {Scale} scale
 * @param {SliderEvents} events
 */
function slider(id, { name, unit, words }, scale, { onMove, onNote }) {
  const [least, most] = scale.ends;
  /** @param {number} value */
  const move = (value) => {
    one.show(value);
    onMove();
  };
  const accept = () => {
    const typed = exact.value;
    const value = nearestTo(typed, one.value, scale);
    exact.value = String(value);
    if (value !== one.value) move(value);
    if (typed.trim() !== "" && value === Number(typed)) return;
    const steps = scale.grain ? `, in steps of ${scale.grain}` : "";
    const range = `choose ${figure(least)} to ${figure(most)} ${unit}${steps}`;
    onNote(`${name}: ${range}. Now set to ${words(value)}.`);
  };
  const range = element("input", { type: "range", id, min: 0, max: scale.last, step: 1 });
  const limits = { min: least, max: most, step: scale.grain === 1 ? 1 : "any" };
  const exact = element("input", { type: "number", id: `${id}-exact`, ...limits });
  place(range, { oninput: () => move(scale.valueAt(Number(range.value))) });
  // In JupyterLab, Enter does not trigger a change event.
  place(exact, { onchange: accept, onkeydown: (event) => event.key === "Enter" && accept() });
  place(exact, { "aria-label": `${name}, exact, ${unit}` });
  const label = element("label", { for: id }, name);
  const field = element("span.qv-exact", exact, silent("span", unit));
  const one = {
    value: 0,
    node: element("div.qv-slider", label, field, range),
    /** @param {number} value */
    show(value) {
      one.value = value;
      range.value = String(scale.positionOf(value));
      range.style.setProperty("--part", String(Number(range.value) / scale.last));
      range.setAttribute("aria-valuetext", words(value));
      if (Number(exact.value) !== value || focusedIn(exact) !== exact) exact.value = String(value);
    },
  };
  return one;
}

/**
 * @param {Stop[]} stops
 * @param {(stop: Stop) => void} onStop
 */
export function tourView(stops, onStop) {
  let [last, isTaken] = [0, false];
  /** @param {number} number */
  const choose = (number) => {
    isTaken = true;
    onStop(stops[number]);
  };
  const buttons = stops.map((stop, number) => {
    const sign = element("span.qv-stop-number", `${number + 1}`);
    return plainButton("qv-stop", [sign, ` ${stop.name}`], () => choose(number));
  });
  const items = buttons.map((button) => element("li", button));
  const words = element("span");
  const next = plainButton("qv-button.qv-next", [words, silent("span", " ▶")], () =>
    choose(isTaken ? (last + 1) % stops.length : 0),
  );
  const look = element("p.qv-look");
  const list = element("ol.qv-stops", { "aria-label": "Guided tour" }, items);
  const node = element("div.qv-tour", list, next, look);
  next.hidden = stops.length < 2;
  node.addEventListener("lessons:start", (event) => {
    const { detail } = /** @type {CustomEvent<string>} */ (event);
    choose(
      Math.max(
        0,
        stops.findIndex(({ name }) => name === detail),
      ),
    );
  });
  return {
    node,
    look,
    /**
     * A stop is current as long as the sliders have its setting, and past after that.
     * @param {Setting} setting
     */
    mark(setting) {
      const here = stops.findIndex((stop) => sameSetting(stop, setting));
      buttons.forEach((button, number) =>
        place(button, { "aria-current": number === here ? "step" : null }),
      );
      if (here >= 0) last = here;
      const where = `${here < 0 ? "At stop" : "Stop"} ${last + 1} of ${stops.length}`;
      look.classList.toggle("qv-left", here < 0);
      look.textContent = `${where}: ${stops[last].look}`;
      const again = last + 1 < stops.length ? "Next stop" : "Back to stop 1";
      words.textContent = isTaken ? again : "Take the tour";
    },
  };
}
