// The learner's controls: three sliders, each with a field for the exact value, and the tour.

import {
  element, focusedIn, mapped, place, plainButton, silent,
} from "../../../classroom/widgets/elements.js";

const POSITIONS = 120;

export function sliders(identity, limits, { onMove, onNote }) {
  const [least, most] = limits.rate_per_s;
  const longest = limits.batch_wait_timeout_ms[1];
  const sizes = powersOfTwo(limits.max_batch_size[1]);
  const settings = {
    rate_per_s: {
      id: `${identity}-rate`,
      name: "Arrival rate",
      unit: "per second",
      words: (value) => `${inFigures(value, "request")} per second`,
      ...logarithmic(least, most, 0),
    },
    max_batch_size: {
      id: `${identity}-size`,
      name: "Maximum batch size",
      unit: "texts",
      words: (value) => inFigures(value, "text"),
      last: sizes.length - 1,
      ends: limits.max_batch_size,
      valueAt: (position) => sizes[position],
      positionOf: (value) => nearest(sizes, value),
      grain: 1,
    },
    batch_wait_timeout_ms: {
      id: `${identity}-wait`,
      name: "Batch wait timeout",
      unit: "ms",
      words: (value) => inFigures(value, "millisecond") + (value ? "" : ", start without waiting"),
      grain: 0.001,
      ...logarithmic(longest / 2000, longest, 1),
    },
  };
  const all = mapped(settings, (setting) => slider(setting, onMove, onNote));
  return {
    node: element("div.qv-sliders", Object.values(all).map((one) => one.node)),
    get: () => mapped(all, (one) => one.value),
    set: (setting) => Object.entries(all).forEach(([name, one]) => one.show(setting[name])),
  };
}

// Positions from `first` on are equal steps of the logarithm; a position before it means 0.
function logarithmic(least, most, first) {
  const ratio = Math.log(most / least) / (POSITIONS - first);
  const positionOf = (value) => Math.round(first + Math.log(value / least) / ratio);
  return {
    last: POSITIONS,
    ends: [first ? 0 : least, most],
    valueAt(position) {
      if (position < first) return 0;
      if (position === first && !first) return least;
      if (position === POSITIONS) return most;
      return Number((least * Math.exp(ratio * (position - first))).toPrecision(2));
    },
    positionOf: (value) => (value < least ? 0 : positionOf(value)),
  };
}

function slider(setting, onMove, onNote) {
  const { id, name, unit, words, last, ends: [least, most], valueAt, positionOf, grain } = setting;
  const move = (value) => {
    one.show(value);
    onMove();
  };
  const rounded = (typed) => (grain ? Math.round(typed / grain) / Math.round(1 / grain) : typed);
  const accept = () => {
    const typed = exact.value.trim() === "" ? NaN : Number(exact.value);
    const within = Math.max(least, Math.min(most, rounded(typed)));
    const value = Number.isNaN(typed) ? one.value : within;
    const range = `choose ${figure(least)} to ${figure(most)} ${unit}`;
    const steps = grain ? `, in steps of ${grain}` : "";
    exact.value = value;
    if (value !== one.value) move(value);
    if (value !== typed) onNote(`${name}: ${range}${steps}. Now set to ${words(value)}.`);
  };
  const oninput = () => move(valueAt(Number(range.value)));
  const range = element("input", { type: "range", id, min: 0, max: last, step: 1, oninput });
  const limits = { min: least, max: most, step: grain === 1 ? 1 : "any" };
  const exact = element("input", { type: "number", id: `${id}-exact`, ...limits });
  // In JupyterLab, Enter does not trigger a change event.
  place(exact, { onchange: accept, onkeydown: (event) => event.key === "Enter" && accept() });
  place(exact, { "aria-label": `${name}, exact, ${unit}` });
  const label = element("label", { for: id }, name);
  const field = element("span.qv-exact", exact, silent("span", unit));
  const one = {
    value: 0,
    node: element("div.qv-slider", label, field, range),
    show(value) {
      one.value = value;
      range.value = positionOf(value);
      range.style.setProperty("--part", Number(range.value) / last);
      range.setAttribute("aria-valuetext", words(value));
      if (focusedIn(exact) !== exact || Number(exact.value) !== value) exact.value = value;
    },
  };
  return one;
}

function powersOfTwo(most) {
  const sizes = [];
  for (let size = 1; size < most; size *= 2) sizes.push(size);
  return [...sizes, most];
}

function nearest(sizes, value) {
  const off = sizes.map((size) => Math.abs(Math.log(size / value)));
  return off.indexOf(Math.min(...off));
}

function figure(value) {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 4 });
}

function inFigures(value, noun) {
  return `${figure(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function tourView(stops, onStop) {
  let [last, isTaken] = [0, false];
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
  return {
    node,
    look,
    // A stop is current as long as the sliders have its setting, and past after that.
    mark(setting) {
      const names = Object.keys(setting);
      const here = stops.findIndex((stop) => names.every((name) => stop[name] === setting[name]));
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
