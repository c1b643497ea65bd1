// The figures of the whole run, and beside them what the same setting measured for real.

import { element, KEYS_STAY_HERE } from "../elements.js";
import { duration, percent, throughput, twoDigits } from "./run.js";

const MEASURING = "measuring…";
const FIGURES_SHOWN = [
  ["p50_ms", "p50: half are answered within", (value) => duration(1e3 * value)],
  ["p99_ms", "p99: 99 in 100 are answered within", (value) => duration(1e3 * value)],
  ["texts_per_s", "throughput", (value) => `${throughput(value)} texts/s`],
  ["utilisation", "utilisation: share of time busy", percent],
  ["n", "requests (n)", (value) => value.toLocaleString("en")],
];

export function figuresView(canMeasure, onMeasure) {
  const button = element("button", { ...KEYS_STAY_HERE, type: "button", class: "qv-button qv-measure" }, "Measure for real");
  const told = element("p", { class: "qv-told" });
  const rows = FIGURES_SHOWN.map(([name, words, format]) => figureRow(name, words, format, canMeasure));
  const heads = canMeasure ? ["simulated", "simulated, same n", "measured here", "ratio"] : ["simulated"];
  const head = element("tr", {}, element("td"), ...heads.map((words) => element("th", { scope: "col" }, words)));
  const table = element(
    "table",
    { class: "qv-figures" },
    element("caption", {}, "Figures of the whole run"),
    element("thead", {}, head),
    element("tbody", {}, ...rows.map((row) => row.node)),
  );
  const node = element("div", { class: "qv-result" }, table);
  if (canMeasure) node.append(element("div", { class: "qv-measuring" }, button, told));
  let isBusy = false;
  button.addEventListener("click", () => isBusy || onMeasure());
  return {
    node,
    waiting(flag) {
      table.setAttribute("aria-busy", String(flag));
    },
    simulated({ figures, n }) {
      for (const row of rows) row.simulated({ ...figures, n });
    },
    // `measured` is null where this setting has not been measured.
    measured(measured, run) {
      const found = measured?.state === "done" && !measured.error ? measured : null;
      const alike = found && simulatedAlike(found, run);
      for (const row of rows) row.measured(found, alike);
      told.textContent = measured?.error ? `It could not be measured. ${measured.error}` : compared(found, alike, run);
    },
    busy(flag) {
      isBusy = flag;
      button.textContent = flag ? MEASURING : "Measure for real";
      button.setAttribute("aria-disabled", String(flag));
    },
    problem(sentence) {
      told.textContent = sentence;
    },
  };
}

// A simulation of as many requests as were measured: runs of another length are not compared.
function simulatedAlike(measured, run) {
  const known = [measured.simulated, { ...run.figures, n: run.n }];
  return known.find((one) => one?.n === measured.n) ?? null;
}

function compared(measured, alike, run) {
  const sources = "Simulated figures come from the cost of a batch; measured ones from a real queue on this machine.";
  if (!measured) return sources;
  if (!alike) return `${sources} No ratio: ${run.n.toLocaleString("en")} requests were simulated and ${measured.n.toLocaleString("en")} measured, and runs of different length cannot be compared.`;
  const growing = run.grows ? " Where the queue grows, a small error in the cost becomes a long wait." : "";
  return `${sources} The ratio is measured to simulated, both with n = ${measured.n.toLocaleString("en")}.${growing}`;
}

function figureRow(name, words, format, canMeasure) {
  const cells = Array.from({ length: canMeasure ? 4 : 1 }, () => element("td"));
  const [term, rest] = words.split(": ");
  const label = element("th", { scope: "row" }, term);
  if (rest) label.append(element("small", {}, rest));
  return {
    node: element("tr", { "data-figure": name }, label, ...cells),
    simulated(figures) {
      cells[0].textContent = format(figures[name]);
    },
    measured(measured, alike) {
      if (!canMeasure) return;
      [alike, measured].forEach((known, place) => {
        cells[place + 1].textContent = known?.[name] === undefined ? "–" : format(known[name]);
      });
      const isRatio = measured?.[name] !== undefined && name !== "n" && alike?.[name] > 0;
      cells[3].textContent = isRatio ? `× ${twoDigits(measured[name] / alike[name])}` : "–";
    },
  };
}
