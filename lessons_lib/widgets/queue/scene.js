// The picture: the hall, two boxes, and what is said of them.

import { drawn, place } from "../elements.js";
import { dotPool, SLOT, targets } from "./dots.js";
import { duration, plainDuration } from "./run.js";

const BOX_TOP = 36;
const FAST_PICTURE_S = 0.3; // figures that change with each frame flicker
const ROWS = 6;

// The same words again would have the page laid out anew.
export function setWords(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

export function sceneView() {
  const text = (name) => drawn("text", { class: `qv-text qv-${name}` });
  const parts = {
    hall: drawn("rect", { class: "qv-hall", rx: 12 }),
    batchBox: drawn("rect", { class: "qv-batch-box", rx: 10 }),
    cells: drawn("path", { class: "qv-cells" }),
    modelBox: drawn("rect", { class: "qv-model-box", rx: 10 }),
    lanes: drawn("path", { class: "qv-lanes" }),
    waited: drawn("rect", { class: "qv-waited", height: 4, rx: 2 }),
    worked: drawn("rect", { class: "qv-worked", height: 4, rx: 2 }),
    dots: drawn("g", { class: "qv-dots" }),
    ...Object.fromEntries(
      ["queue", "batch", "model", "answered", "more", "oldest", "service", "latest", "fast"].map((name) => [name, text(name)]),
    ),
  };
  const node = drawn("svg", { class: "qv-scene", role: "img" }, ...Object.values(parts));
  const dots = dotPool(parts.dots);
  let at = null;
  let sinceFast = Infinity;

  const layOut = (width, limit) => {
    at = geometry(width, limit);
    const height = BOX_TOP + at.box + 38;
    place(node, { width, height, viewBox: `0 0 ${width} ${height}` });
    node.parentNode.style.height = `${height}px`;
    place(parts.hall, { x: at.left, y: BOX_TOP - 6, width: at.batch + at.box + 8 - at.left, height: at.box + 12 });
    place(parts.batchBox, { x: at.batch, y: BOX_TOP, width: at.box, height: at.box });
    place(parts.modelBox, { x: at.model, y: BOX_TOP, width: at.box, height: at.box });
    place(parts.cells, { d: at.rings, "stroke-width": 1 });
    place(parts.lanes, { d: `M0 ${at.middle}H${at.left}M${at.batch + at.box + 8} ${at.middle}H${at.model}M${at.model + at.box} ${at.middle}H${width}` });
    const [under, centre] = [BOX_TOP + at.box + 24, (x) => x + at.box / 2];
    place(parts.queue, { x: at.left, y: 18 });
    place(parts.batch, { x: centre(at.batch), y: 18 });
    place(parts.model, { x: centre(at.model), y: 18 });
    place(parts.answered, { x: width, y: 18 });
    place(parts.oldest, { x: centre(at.batch), y: under });
    place(parts.service, { x: centre(at.model), y: under });
    place(parts.latest, { x: width, y: under });
    place(parts.more, { x: at.left + 10, y: at.middle + 4 });
    place(parts.fast, { x: at.model + at.box / 2, y: at.middle + 4 });
    for (const bar of [parts.waited, parts.worked]) place(bar, { y: BOX_TOP + at.box - 9 });
  };

  return {
    node,
    layOut,
    // `dt` is how long ago the last picture was; null draws everything where it belongs at once.
    draw(run, { count, time, seen, isFast }, dt) {
      sinceFast = isFast ? sinceFast + dt : Infinity;
      if (isFast && sinceFast < FAST_PICTURE_S) return;
      if (isFast) sinceFast = 0;
      const state = run.states[count];
      const limit = run.asked.max_batch_size;
      const [waiting, behind] = [state.arrived - state.started, state.arrived - state.started - limit];
      const hidden = Math.max(0, behind - (behind > at.slots ? at.slotsBesideText : at.slots));
      if (isFast) dots.clear();
      else dots.move(dt, run, targets(run, state, at, waiting - hidden, seen), state, at);
      const batch = state.batch ?? dots.batchInModel(run, at);
      node.classList.toggle("qv-is-fast", isFast);
      parts.modelBox.classList.toggle("qv-on", Boolean(batch));
      setWords(parts.queue, `${at.isNarrow ? "" : "queue: "}${waiting.toLocaleString("en")} waiting`);
      setWords(parts.batch, `${at.isNarrow ? "" : "next "}batch: ${Math.min(waiting, limit)} of ${limit}`);
      setWords(parts.model, batch ? `model: ${at.isShort ? "" : "batch of "}${batch.size}` : "model: idle");
      setWords(parts.answered, at.isNarrow ? `${state.answered.toLocaleString("en")} done` : `answered ${state.answered.toLocaleString("en")}`);
      setWords(parts.more, hidden ? `+${hidden} more` : "");
      setWords(parts.fast, isFast ? "fast forward" : "");
      drawBars(parts, at, run, { ...state, batch }, time);
    },
    clear: () => dots.clear(),
  };
}

function geometry(width, limit) {
  const [isShort, isNarrow] = [width < 640, width < 520];
  const box = isNarrow ? 92 : 122;
  const exit = Math.max(36, Math.min(140, width * 0.15));
  const gap = isNarrow ? 24 : 48;
  const model = width - exit - box;
  const batch = model - gap - box;
  const left = Math.max(18, Math.min(56, width * 0.06));
  const columns = Math.max(0, Math.floor((batch - 12 - left) / SLOT));
  const rows = isNarrow ? 5 : ROWS;
  const side = Math.ceil(Math.sqrt(limit));
  const pitch = (box - 26) / Math.max(side, 3);
  const radius = Math.min(6.5, pitch * 0.36);
  const middle = BOX_TOP + box / 2;
  const lines = Math.ceil(limit / side);
  const cell = (x, number) => ({
    x: x + box / 2 + ((number % side) - (side - 1) / 2) * pitch,
    y: middle - 4 + (Math.floor(number / side) - (lines - 1) / 2) * pitch,
    r: radius,
  });
  // A snake: whoever moves up goes to the place beside.
  const slot = (number) => {
    const [column, row] = [Math.floor(number / rows), number % rows];
    const line = column % 2 ? rows - 1 - row : row;
    return { x: batch - 15 - column * SLOT, y: middle + (line - (rows - 1) / 2) * SLOT, r: 5 };
  };
  const rings = Array.from({ length: limit }, (_, number) => {
    const { x, y, r } = cell(batch, number);
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }).join("");
  const door = { x: left, y: middle, r: 5 };
  const slots = columns * rows;
  const slotsBesideText = Math.max(0, columns - 5) * rows;
  return { width, isShort, isNarrow, box, model, batch, left, middle, rings, cell, slot, door, slots, slotsBesideText };
}

function drawBars(parts, at, run, { started, arrived, answered, batch }, time) {
  const room = at.box - 20;
  const timeout = 1e3 * run.asked.batch_wait_timeout_ms;
  const waited = arrived > started ? Math.max(0, time - run.arrivals_s[started]) : 0;
  const share = arrived > started ? (timeout > 0 ? Math.min(1, waited / timeout) : 1) : 0;
  place(parts.waited, { x: at.batch + 10, width: room * share });
  const worked = batch ? Math.max(0, Math.min(1, (time - batch.start) / (batch.end - batch.start))) : 0;
  place(parts.worked, { x: at.model + 10, width: room * worked });
  setWords(parts.oldest, oldestInWords(arrived - started, waited, timeout, batch, run.asked.max_batch_size));
  setWords(parts.service, batch ? `takes ${duration(batch.end - batch.start)}` : "");
  const last = answered ? run.finished_s[answered - 1] - run.arrivals_s[answered - 1] : null;
  setWords(parts.latest, last === null || at.isNarrow ? "" : `latest: ${duration(last)}`);
}

function oldestInWords(waiting, waited, timeout, batch, limit) {
  if (!waiting) return "";
  if (batch && (waiting >= limit || waited >= timeout)) return "waits for the model";
  return timeout > 0 ? `waits ${plainDuration(timeout)} at most` : "";
}
