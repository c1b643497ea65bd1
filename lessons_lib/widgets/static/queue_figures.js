// The figures of the whole run, and beside them what the same setting measured for real.

const MEASURING = "measuring…";
const FIGURES_SHOWN = [
  ["p50_ms", "p50: half are answered within", (value) => duration(1e3 * value)],
  ["p99_ms", "p99: 99 in 100 are answered within", (value) => duration(1e3 * value)],
  ["texts_per_s", "throughput", (value) => `${Math.round(value).toLocaleString("en")} texts/s`],
  ["utilisation", "utilisation: share of time busy", (value) => `${Math.round(100 * value)}%`],
  ["n", "requests (n)", (value) => value.toLocaleString("en")],
];

function figuresView(canMeasure, onMeasure) {
  const button = element("button", { ...KEYS_STAY_HERE, type: "button", class: "qv-button qv-measure" }, "Measure for real");
  const told = element("p", { class: "qv-told" });
  const rows = FIGURES_SHOWN.map(([name, words, format]) => figureRow(name, words, format, canMeasure));
  const heads = canMeasure ? ["simulated", "measured here", "ratio"] : ["simulated"];
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
    measured(measured, simulated) {
      const hasFigures = measured?.state === "done" && !measured.error;
      for (const row of rows) row.measured(hasFigures ? measured : null, simulated);
      told.textContent = measured?.error
        ? `It could not be measured. ${measured.error}`
        : "Simulated figures come from the cost of a batch; measured ones from a real queue on this machine, under the same load.";
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

function figureRow(name, words, format, canMeasure) {
  const cells = Array.from({ length: canMeasure ? 3 : 1 }, () => element("td"));
  const [term, rest] = words.split(": ");
  const label = element("th", { scope: "row" }, term);
  if (rest) label.append(element("small", {}, rest));
  return {
    node: element("tr", { "data-figure": name }, label, ...cells),
    simulated(figures) {
      cells[0].textContent = format(figures[name]);
    },
    measured(measured, simulated) {
      if (!canMeasure) return;
      const has = measured?.[name] !== undefined;
      cells[1].textContent = has ? format(measured[name]) : "–";
      const isRatio = has && name !== "n" && simulated?.[name] > 0;
      cells[2].textContent = isRatio ? `× ${twoDigits(measured[name] / simulated[name])}` : "–";
    },
  };
}
