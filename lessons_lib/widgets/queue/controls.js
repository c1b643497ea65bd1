// What the learner sets: three sliders, each with a field for the exact figure, and the tour.

import { element, KEYS_STAY_HERE } from "../elements.js";

const POSITIONS = 120;

export function sliders(identity, limits, { onMove, onNote }) {
  const [least, most] = limits.rate_per_s;
  const longest = limits.batch_wait_timeout_ms[1];
  const sizes = powersOfTwo(limits.max_batch_size[1]);
  const all = {
    rate_per_s: slider(`${identity}-rate`, {
      name: "Arrival rate",
      unit: "a second",
      words: (value) => `${counted(value, "request")} a second`,
      ...logarithmic(least, most, 0),
    }),
    max_batch_size: slider(`${identity}-size`, {
      name: "Maximum batch size",
      unit: "texts",
      words: (value) => counted(value, "text"),
      most: sizes.length - 1,
      ends: limits.max_batch_size,
      valueAt: (position) => sizes[position],
      positionOf: (value) => nearest(sizes, value),
      grain: 1,
    }),
    batch_wait_timeout_ms: slider(`${identity}-wait`, {
      name: "Batch wait timeout",
      unit: "ms",
      words: (value) => `${counted(value, "millisecond")}${value ? "" : ", no wait for company"}`,
      grain: 0.001,
      ...logarithmic(longest / 2000, longest, 1),
    }),
  };
  for (const [name, one] of Object.entries(all)) one.listen(() => onMove(name), onNote);
  return {
    node: element("div", { class: "qv-sliders" }, ...Object.values(all).map((one) => one.node)),
    get: () => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.value])),
    set: (setting) => Object.entries(all).forEach(([name, one]) => one.show(setting[name])),
  };
}

// Positions from `first` on are even steps of the logarithm; a position before it means 0.
function logarithmic(least, most, first) {
  const ratio = Math.log(most / least) / (POSITIONS - first);
  return {
    most: POSITIONS,
    ends: [first ? 0 : least, most],
    valueAt(position) {
      if (position < first) return 0;
      if (position === first) return first ? Number(least.toPrecision(2)) : least;
      return position === POSITIONS ? most : Number((least * Math.exp(ratio * (position - first))).toPrecision(2));
    },
    positionOf: (value) => (value < least ? 0 : Math.round(first + Math.log(value / least) / ratio)),
  };
}

function slider(identity, { name, unit, words, most, ends, valueAt, positionOf, grain }) {
  const range = element("input", { ...KEYS_STAY_HERE, type: "range", id: identity, min: 0, max: most, step: 1 });
  const exact = element("input", {
    ...KEYS_STAY_HERE,
    type: "number",
    id: `${identity}-exact`,
    min: ends[0],
    max: ends[1],
    step: grain === 1 ? 1 : "any",
    "aria-label": `${name}, exact, ${unit}`,
  });
  const one = {
    value: 0,
    node: element(
      "div",
      { class: "qv-slider" },
      element("label", { for: identity }, name),
      element("span", { class: "qv-exact" }, exact, element("span", { "aria-hidden": "true" }, unit)),
      range,
    ),
    show(value) {
      one.value = value;
      range.value = positionOf(value);
      range.style.setProperty("--part", Number(range.value) / most);
      range.setAttribute("aria-valuetext", words(value));
      if (document.activeElement !== exact || Number(exact.value) !== value) exact.value = value;
    },
    listen(onMove, onNote) {
      range.addEventListener("input", () => {
        one.show(valueAt(Number(range.value)));
        onMove();
      });
      const take = () => {
        const typed = exact.value.trim() === "" ? NaN : Number(exact.value);
        const within = Math.max(ends[0], Math.min(ends[1], grain ? Math.round(typed / grain) / Math.round(1 / grain) : typed));
        const taken = Number.isNaN(typed) ? one.value : within;
        exact.value = taken;
        if (taken !== one.value) {
          one.show(taken);
          onMove();
        }
        const steps = grain ? `, in steps of ${grain}` : "";
        if (taken !== typed) onNote(`${name}: ${figure(ends[0])} to ${figure(ends[1])} ${unit} can be set${steps}. Taken: ${words(taken)}.`);
      };
      exact.addEventListener("change", take);
      // JupyterLab keeps Enter from changing the field.
      exact.addEventListener("keydown", (event) => event.key === "Enter" && take());
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

function counted(value, noun) {
  return `${figure(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function tourView(stops, onStop) {
  const buttons = stops.map((stop, number) => {
    const button = element(
      "button",
      { ...KEYS_STAY_HERE, type: "button", class: "qv-stop" },
      element("span", { class: "qv-stop-number" }, String(number + 1)),
      ` ${stop.name}`,
    );
    button.addEventListener("click", () => onStop(stop));
    return element("li", {}, button);
  });
  const look = element("p", { class: "qv-look" });
  const list = element("ol", { class: "qv-stops", "aria-label": "Guided tour" }, ...buttons);
  const node = element("div", { class: "qv-tour" }, list, look);
  node.hidden = !stops.length;
  let last = -1;
  return {
    node,
    // A stop is current while the sliders stand where it put them; then its sentence is of the past.
    mark(setting) {
      const here = stops.findIndex((stop) => Object.keys(setting).every((name) => stop[name] === setting[name]));
      stops.forEach((_, number) => {
        const button = buttons[number].firstChild;
        if (number === here) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
      });
      if (here >= 0) last = here;
      const isLeft = here < 0 && last >= 0;
      look.classList.toggle("qv-left", isLeft);
      if (last >= 0) look.textContent = isLeft ? `At stop ${last + 1}: ${stops[last].look}` : stops[last].look;
    },
  };
}
