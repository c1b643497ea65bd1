// The picture: the hall where requests wait, two boxes, and their labels.

import { drawn, place, setWords } from "../../../classroom/widgets/elements.js";
import { counted, duration, plainDuration } from "../../../classroom/widgets/numbers.js";
import { dotPool, targets } from "./dots.js";
import { BOX_TOP, geometry } from "./geometry.js";
import { roomOfNext } from "./run.js";

/** @import { Geometry } from "./geometry.js" */
/** @import { PlayerParts, Run, SceneParts, SceneText, State } from "./types" */

const FAST_PICTURE_S = 0.3; // numbers that change with each frame would flicker

export function sceneView() {
  let at = geometry(600, 1);
  const texts = Object.keys(textSpots(at)).map((name) => [name, drawn(`text.qv-text.qv-${name}`)]);
  /** @type {SceneParts} */
  const parts = {
    hall: drawn("rect.qv-hall", { rx: 12 }),
    batchBox: drawn("rect.qv-batch-box", { rx: 10 }),
    cells: drawn("path.qv-cells"),
    modelBox: drawn("rect.qv-model-box", { rx: 10 }),
    lanes: drawn("path.qv-lanes"),
    waited: drawn("rect.qv-waited", { height: 4, rx: 2 }),
    worked: drawn("rect.qv-worked", { height: 4, rx: 2 }),
    dots: drawn("g.qv-dots"),
    ...Object.fromEntries(texts),
  };
  const node = drawn("svg.qv-scene", { role: "img" }, Object.values(parts));
  const dots = dotPool(parts.dots);
  let sinceFast = Infinity;
  return {
    node,
    /**
     * @param {number} width
     * @param {number} limit
     */
    layOut(width, limit) {
      at = geometry(width, limit);
      layOut(node, parts, at);
    },
    /** @type {PlayerParts["draw"]} */
    draw(run, { count, time, seen, isFast }, dt) {
      sinceFast = isFast ? sinceFast + (dt ?? 0) : Infinity;
      if (isFast && sinceFast < FAST_PICTURE_S) return;
      if (isFast) sinceFast = 0;
      const state = run.states[count];
      const waiting = state.arrived - state.started;
      const behind = waiting - roomOfNext(run, state.started);
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

/**
 * @param {SVGElement} node
 * @param {SceneParts} parts
 * @param {Geometry} at
 */
function layOut(node, parts, at) {
  const { width, left, middle, box, batch, model, rings } = at;
  const height = BOX_TOP + box + 38;
  const hallEnd = batch + box + 8;
  place(node, { width, height, viewBox: `0 0 ${width} ${height}` });
  node.parentElement?.style.setProperty("height", `${height}px`);
  place(parts.hall, { x: left, y: BOX_TOP - 6, width: hallEnd - left, height: box + 12 });
  place(parts.batchBox, { x: batch, y: BOX_TOP, width: box, height: box });
  place(parts.modelBox, { x: model, y: BOX_TOP, width: box, height: box });
  place(parts.cells, { d: rings, "stroke-width": 1 });
  /** @type {(from: number, to: number) => string} */
  const across = (from, to) => `M${from} ${middle}H${to}`;
  const ways = [across(0, left), across(hallEnd, model), across(model + box, width)];
  place(parts.lanes, { d: ways.join("") });
  for (const [name, spot] of Object.entries(textSpots(at))) {
    place(parts[/** @type {SceneText} */ (name)], spot);
  }
  for (const bar of [parts.waited, parts.worked]) place(bar, { y: BOX_TOP + box - 9 });
}

/**
 * Where each text is.
 * @type {(at: Geometry) => Record<SceneText, { x: number, y: number }>}
 */
function textSpots({ width, left, middle, box, batch, model }) {
  const [batchMiddle, modelMiddle] = [batch + box / 2, model + box / 2];
  const under = BOX_TOP + box + 24;
  return {
    queue: { x: left, y: 18 },
    batch: { x: batchMiddle, y: 18 },
    model: { x: modelMiddle, y: 18 },
    answered: { x: width, y: 18 },
    more: { x: left + 10, y: middle + 4 },
    oldest: { x: batchMiddle, y: under },
    service: { x: modelMiddle, y: under },
    latest: { x: width, y: under },
    fast: { x: modelMiddle, y: middle + 4 },
  };
}

/**
 * @param {SceneParts} parts
 * @param {Geometry} at
 * @param {Run} run
 * @param {State} state
 */
function drawHeads(parts, at, run, { arrived, started, answered, batch }) {
  const { isShort, isNarrow, isTiny } = at;
  const [waiting, limit] = [arrived - started, run.asked.max_batch_size];
  const size = batch && `${isShort ? "" : "batch of "}${batch.size}`;
  const done = counted(answered);
  const queued = `${isNarrow ? "" : "queue: "}${counted(waiting)} waiting`;
  const inNext = Math.min(waiting, roomOfNext(run, started));
  const next = `${isNarrow ? "" : "next "}batch: ${inNext} of ${limit}`;
  setWords(parts.queue, isTiny ? "" : queued);
  setWords(parts.batch, isTiny ? queued : next);
  setWords(parts.model, `model: ${size ?? "idle"}`);
  setWords(parts.answered, isTiny ? `✓ ${done}` : isNarrow ? `${done} done` : `answered ${done}`);
}

/**
 * @param {SceneParts} parts
 * @param {Geometry} at
 * @param {Run} run
 * @param {State} state
 * @param {number} time
 */
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
