// The latency of each request at the time of its answer, with both percentiles as lines.

import { drawn, place } from "../../../classroom/widgets/elements.js";
import { duration, plainDuration, roundedUp } from "../../../classroom/widgets/numbers.js";

/** @import { Moment, Run } from "./types" */

const HEIGHT = 132;
const TOP = 20;
const FLOOR = 110;
const LEFT = 55;
const RIGHT = 94;
const TOPS = [1, 1.5, 2, 3, 4, 5, 6, 8];

/** @param {string} identity */
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
  let width = 600;
  let drawnAt = "";
  /** @type {Run | null} */
  let run = null;
  /** @param {number} time */
  const x = (time) => LEFT + ((width - LEFT - RIGHT) * time) / (run?.end ?? 1);

  const redraw = () => {
    place(node, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    node.parentElement?.style.setProperty("height", `${HEIGHT}px`);
    drawnAt = "";
    if (!run) return;
    const { arrivals_s: arrivals, finished_s: finished } = run;
    const latencies = finished.map((end, request) => end - arrivals[request]);
    const [p50, p99] = [1e3 * run.figures.p50_ms, 1e3 * run.figures.p99_ms];
    const slowest = latencies.reduce((one, other) => Math.max(one, other), Math.max(p99, 1));
    const top = roundedUp(slowest, TOPS);
    /** @param {number} latency */
    const y = (latency) => FLOOR - ((FLOOR - TOP) * latency) / top;
    const right = width - RIGHT;
    const points = latencies.map(
      (one, request) => `M${x(finished[request]).toFixed(1)} ${y(one).toFixed(1)}h0`,
    );
    /** @param {number} latency */
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
    /** @param {number} room */
    layOut(room) {
      width = room;
      redraw();
    },
    /** @param {Run} next */
    show(next) {
      run = next;
      redraw();
    },
    /** @param {Moment} moment */
    draw({ time }) {
      const here = x(time).toFixed(1);
      if (here === drawnAt) return;
      drawnAt = here;
      place(uncovered, { width: Number(here) + 2.5 });
      place(parts.head, { d: `M${here} ${TOP - 4}V${FLOOR}` });
    },
  };
}

/** @type {(label: Element, x: number, y: number, words: string) => void} */
function write(label, x, y, words) {
  place(label, { x, y });
  label.textContent = words;
}
