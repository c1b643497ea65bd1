// The latency of each request at the time of its answer, with both percentiles as lines.

import { drawn, place } from "../../../classroom/widgets/elements.js";
import { duration, plainDuration } from "./run.js";

const HEIGHT = 132;
const TOP = 20;
const FLOOR = 110;
const LEFT = 55;
const RIGHT = 94;

export function stripView(identity) {
  const parts = {
    axis: drawn("path.qv-axis"),
    all: drawn("path.qv-points.qv-points-all"),
    answered: drawn("path.qv-points", { "clip-path": `url(#${identity}-answered)` }),
    p50: drawn("path.qv-percentile"),
    p99: drawn("path.qv-percentile.qv-p99"),
    head: drawn("path.qv-head"),
  };
  const names = ["top", "zero", "from", "to", "p50", "p99"];
  const labels = Object.fromEntries(
    names.map((name) => [name, drawn(`text.qv-text.qv-strip-${name}`)]),
  );
  const uncovered = drawn("rect", { y: 0, height: HEIGHT });
  const node = drawn(
    "svg.qv-strip",
    { height: HEIGHT, "aria-hidden": "true" },
    drawn("clipPath", { id: `${identity}-answered` }, uncovered),
    Object.values(parts),
    Object.values(labels),
  );
  let [width, run, drawnAt] = [600, null, null];
  const x = (time) => LEFT + ((width - LEFT - RIGHT) * time) / run.end;

  const redraw = () => {
    place(node, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    node.parentNode.style.height = `${HEIGHT}px`;
    drawnAt = null;
    if (!run) return;
    const latencies = run.finished_s.map((end, request) => end - run.arrivals_s[request]);
    const [p50, p99] = [1e3 * run.figures.p50_ms, 1e3 * run.figures.p99_ms];
    const top = roundUp(latencies.reduce((one, other) => Math.max(one, other), Math.max(p99, 1)));
    const y = (latency) => FLOOR - ((FLOOR - TOP) * latency) / top;
    const right = width - RIGHT;
    const points = latencies.map(
      (one, request) => `M${x(run.finished_s[request]).toFixed(1)} ${y(one).toFixed(1)}h0`,
    );
    const across = (latency) => ({ d: `M${LEFT} ${y(latency).toFixed(1)}H${right}` });
    for (const part of [parts.all, parts.answered]) place(part, { d: points.join("") });
    place(parts.axis, { d: `M${LEFT} ${TOP}V${FLOOR}H${right}` });
    place(parts.p50, across(p50));
    place(parts.p99, across(p99));
    // Labels of lines that are close together are pushed apart.
    const apart = Math.max(0, 14 - (y(p50) - y(p99))) / 2;
    const [low, high] = [Math.min(FLOOR, y(p50) + apart), Math.min(FLOOR - 14, y(p99) - apart)];
    write(labels.p50, right + 6, low + 4, `p50 ${duration(p50)}`);
    write(labels.p99, right + 6, high + 4, `p99 ${duration(p99)}`);
    write(labels.top, LEFT - 6, TOP + 4, plainDuration(top));
    write(labels.zero, LEFT - 6, FLOOR + 4, "0");
    write(labels.from, LEFT, FLOOR + 17, "start");
    write(labels.to, right, FLOOR + 17, `${duration(run.end)} later`);
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
      place(parts.head, { d: `M${here} ${TOP - 4}V${FLOOR}` });
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
