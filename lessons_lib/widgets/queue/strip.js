// The latency of every request at the moment of its answer, with the two percentiles as lines.

import { drawn, place } from "../elements.js";
import { duration, plainDuration } from "./run.js";

const STRIP_HEIGHT = 132;
const STRIP_TOP = 20;
const STRIP_FLOOR = 110;
const STRIP_LEFT = 55;
const STRIP_RIGHT = 94;

export function stripView(identity) {
  const parts = {
    axis: drawn("path", { class: "qv-axis" }),
    all: drawn("path", { class: "qv-points qv-points-all" }),
    answered: drawn("path", { class: "qv-points", "clip-path": `url(#${identity}-answered)` }),
    p50: drawn("path", { class: "qv-percentile" }),
    p99: drawn("path", { class: "qv-percentile qv-p99" }),
    head: drawn("path", { class: "qv-head" }),
  };
  const labels = Object.fromEntries(
    ["top", "zero", "from", "to", "p50", "p99"].map((name) => [name, drawn("text", { class: `qv-text qv-strip-${name}` })]),
  );
  const uncovered = drawn("rect", { y: 0, height: STRIP_HEIGHT });
  const node = drawn(
    "svg",
    { class: "qv-strip", height: STRIP_HEIGHT, "aria-hidden": "true" },
    drawn("clipPath", { id: `${identity}-answered` }, uncovered),
    ...Object.values(parts),
    ...Object.values(labels),
  );
  let [width, run, drawnAt] = [600, null, null];
  const x = (time) => STRIP_LEFT + ((width - STRIP_LEFT - STRIP_RIGHT) * time) / run.end;

  const redraw = () => {
    place(node, { width, viewBox: `0 0 ${width} ${STRIP_HEIGHT}` });
    node.parentNode.style.height = `${STRIP_HEIGHT}px`;
    drawnAt = null;
    if (!run) return;
    const latencies = run.finished_s.map((end, request) => end - run.arrivals_s[request]);
    const { p50_ms, p99_ms } = run.figures;
    const top = roundUp(Math.max(1e3 * p99_ms, latencies.reduce((one, other) => Math.max(one, other), 1)));
    const y = (latency) => STRIP_FLOOR - ((STRIP_FLOOR - STRIP_TOP) * latency) / top;
    const right = width - STRIP_RIGHT;
    const d = latencies.map((one, request) => `M${x(run.finished_s[request]).toFixed(1)} ${y(one).toFixed(1)}h0`).join("");
    place(parts.all, { d });
    place(parts.answered, { d });
    place(parts.axis, { d: `M${STRIP_LEFT} ${STRIP_TOP}V${STRIP_FLOOR}H${right}` });
    const [y50, y99] = [y(1e3 * p50_ms), y(1e3 * p99_ms)];
    place(parts.p50, { d: `M${STRIP_LEFT} ${y50.toFixed(1)}H${right}` });
    place(parts.p99, { d: `M${STRIP_LEFT} ${y99.toFixed(1)}H${right}` });
    // Labels of lines that lie close together are pushed apart.
    const apart = Math.max(0, 14 - (y50 - y99)) / 2;
    write(labels.p50, right + 6, Math.min(STRIP_FLOOR, y50 + apart) + 4, `p50 ${duration(1e3 * p50_ms)}`);
    write(labels.p99, right + 6, Math.min(STRIP_FLOOR - 14, y99 - apart) + 4, `p99 ${duration(1e3 * p99_ms)}`);
    write(labels.top, STRIP_LEFT - 6, STRIP_TOP + 4, plainDuration(top));
    write(labels.zero, STRIP_LEFT - 6, STRIP_FLOOR + 4, "0");
    write(labels.from, STRIP_LEFT, STRIP_FLOOR + 17, "start");
    write(labels.to, right, STRIP_FLOOR + 17, `${duration(run.end)} later`);
  };

  return {
    node,
    layOut(room) {
      width = room;
      redraw();
    },
    show(next) {
      run = next;
      redraw();
    },
    draw({ time }) {
      const here = x(time).toFixed(1);
      if (here === drawnAt) return;
      drawnAt = here;
      place(uncovered, { width: Number(here) + 2.5 });
      place(parts.head, { d: `M${here} ${STRIP_TOP - 4}V${STRIP_FLOOR}` });
    },
  };
}

function write(label, x, y, words) {
  place(label, { x, y });
  label.textContent = words;
}

function roundUp(figure) {
  const power = 10 ** Math.floor(Math.log10(figure));
  return power * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((digit) => digit * power >= figure * 0.999);
}
