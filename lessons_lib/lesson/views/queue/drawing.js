// The picture: the hall where requests wait, two boxes, and their labels.

import { counted, drawn, place, setWords } from "../../../classroom/widgets/elements.js";
import { dotPool, SLOT, targets } from "./dots.js";
import { duration, plainDuration } from "./run.js";

const BOX_TOP = 36;
const FAST_PICTURE_S = 0.3; // numbers that change with each frame would flicker
const ROWS = 6;
const TEXTS = "queue batch model answered more oldest service latest fast".split(" ");

export function sceneView() {
  const parts = {
    hall: drawn("rect.qv-hall", { rx: 12 }),
    batchBox: drawn("rect.qv-batch-box", { rx: 10 }),
    cells: drawn("path.qv-cells"),
    modelBox: drawn("rect.qv-model-box", { rx: 10 }),
    lanes: drawn("path.qv-lanes"),
    waited: drawn("rect.qv-waited", { height: 4, rx: 2 }),
    worked: drawn("rect.qv-worked", { height: 4, rx: 2 }),
    dots: drawn("g.qv-dots"),
    ...Object.fromEntries(TEXTS.map((name) => [name, drawn(`text.qv-text.qv-${name}`)])),
  };
  const node = drawn("svg.qv-scene", { role: "img" }, Object.values(parts));
  const dots = dotPool(parts.dots);
  let at = null;
  let sinceFast = Infinity;
  return {
    node,
    layOut(width, limit) {
      at = geometry(width, limit);
      layOut(node, parts, at);
    },
    // `dt` is the time since the last picture; null moves everything to its place at once.
    draw(run, { count, time, seen, isFast }, dt) {
      sinceFast = isFast ? sinceFast + dt : Infinity;
      if (isFast && sinceFast < FAST_PICTURE_S) return;
      if (isFast) sinceFast = 0;
      const state = run.states[count];
      const waiting = state.arrived - state.started;
      const behind = waiting - run.asked.max_batch_size;
      const hidden = Math.max(0, behind - (behind > at.slots ? at.slotsBesideText : at.slots));
      if (isFast) dots.clear();
      else dots.move(dt, run, targets(run, state, at, waiting - hidden, seen), state, at);
      const batch = state.batch ?? dots.batchInModel(run, at);
      node.classList.toggle("qv-is-fast", isFast);
      parts.modelBox.classList.toggle("qv-on", Boolean(batch));
      setWords(parts.more, hidden && !at.isTiny ? `+${hidden} more` : "");
      setWords(parts.fast, isFast ? "fast forward" : "");
      drawHeads(parts, at, run, { ...state, batch });
      drawBars(parts, at, run, { ...state, batch }, time);
    },
    clear: dots.clear,
  };
}

function layOut(node, parts, { width, left, middle, box, batch, model, rings }) {
  const height = BOX_TOP + box + 38;
  const hallEnd = batch + box + 8;
  const under = BOX_TOP + box + 24;
  const centre = (x) => x + box / 2;
  place(node, { width, height, viewBox: `0 0 ${width} ${height}` });
  node.parentNode.style.height = `${height}px`;
  place(parts.hall, { x: left, y: BOX_TOP - 6, width: hallEnd - left, height: box + 12 });
  place(parts.batchBox, { x: batch, y: BOX_TOP, width: box, height: box });
  place(parts.modelBox, { x: model, y: BOX_TOP, width: box, height: box });
  place(parts.cells, { d: rings, "stroke-width": 1 });
  const ways = [[0, left], [hallEnd, model], [model + box, width]];
  place(parts.lanes, { d: ways.map(([from, to]) => `M${from} ${middle}H${to}`).join("") });
  const spots = {
    queue: [left, 18],
    batch: [centre(batch), 18],
    model: [centre(model), 18],
    answered: [width, 18],
    oldest: [centre(batch), under],
    service: [centre(model), under],
    latest: [width, under],
    more: [left + 10, middle + 4],
    fast: [centre(model), middle + 4],
  };
  for (const [name, [x, y]] of Object.entries(spots)) place(parts[name], { x, y });
  for (const bar of [parts.waited, parts.worked]) place(bar, { y: BOX_TOP + box - 9 });
}

function geometry(width, limit) {
  const [isShort, isNarrow, isTiny] = [width < 640, width < 520, width < 380];
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
  // The queue winds like a snake, so a dot that moves up goes to the neighboring slot.
  const slot = (number) => {
    const [column, row] = [Math.floor(number / rows), number % rows];
    const line = column % 2 ? rows - 1 - row : row;
    return { x: batch - 15 - column * SLOT, y: middle + (line - (rows - 1) / 2) * SLOT, r: 5 };
  };
  const rings = Array.from({ length: limit }, (_, number) => {
    const { x, y, r } = cell(batch, number);
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }).join("");
  return {
    width, isShort, isNarrow, isTiny, box, model, batch, left, middle, rings, cell, slot,
    door: { x: left, y: middle, r: 5 },
    slots: columns * rows,
    slotsBesideText: Math.max(0, columns - 5) * rows,
  };
}

function drawHeads(parts, at, run, { arrived, started, answered, batch }) {
  const { isShort, isNarrow, isTiny } = at;
  const [waiting, limit] = [arrived - started, run.asked.max_batch_size];
  const size = batch && `${isShort ? "" : "batch of "}${batch.size}`;
  const done = counted(answered);
  const queued = `${isNarrow ? "" : "queue: "}${counted(waiting)} waiting`;
  const next = `${isNarrow ? "" : "next "}batch: ${Math.min(waiting, limit)} of ${limit}`;
  setWords(parts.queue, isTiny ? "" : queued);
  setWords(parts.batch, isTiny ? queued : next);
  setWords(parts.model, `model: ${size ?? "idle"}`);
  setWords(parts.answered, isTiny ? `✓ ${done}` : isNarrow ? `${done} done` : `answered ${done}`);
}

function drawBars(parts, at, run, { started, arrived, answered, batch }, time) {
  const room = at.box - 20;
  const timeout = 1e3 * run.asked.batch_wait_timeout_ms;
  const isWaiting = arrived > started;
  const waited = isWaiting ? Math.max(0, time - run.arrivals_s[started]) : 0;
  const share = timeout > 0 ? Math.min(1, waited / timeout) : Number(isWaiting);
  place(parts.waited, { x: at.batch + 10, width: room * share });
  const part = batch ? (time - batch.start) / (batch.end - batch.start) : 0;
  place(parts.worked, { x: at.model + 10, width: room * Math.max(0, Math.min(1, part)) });
  const isFull = arrived - started >= run.asked.max_batch_size || waited >= timeout;
  const rest = timeout > 0 ? `waits ${plainDuration(timeout)} at most` : "";
  setWords(parts.oldest, !isWaiting ? "" : batch && isFull ? "waits for the model" : rest);
  setWords(parts.service, batch ? `takes ${duration(batch.end - batch.start)}` : "");
  const last = answered - 1;
  const isShown = answered && !at.isNarrow;
  const latest = isShown && duration(run.finished_s[last] - run.arrivals_s[last]);
  setWords(parts.latest, isShown ? `latest: ${latest}` : "");
}
