// Requests are dots that glide to their positions in the run.

import { drawn, place } from "../../../classroom/widgets/elements.js";
import { SLOT } from "./geometry.js";
import { roomOfNext } from "./run.js";

/** @import { Geometry } from "./geometry.js" */
/** @import { Batch, Dot, Run, State, Target } from "./types" */

const GLIDE_S = 0.075;
const COMING_S = 0.55; // how long before its arrival a request appears
const THERE_S = 0.13; // the glide lags: by then an arriving dot is in its position
const LEAVE_S = 0.8; // from the answer until the dot has faded
const EXIT_S = 0.12; // from the answer until the dot is out of the model
const UNHURRIED_S = 0.4; // time needed to see a dot enter the model and leave it
const NEAR = 5; // a dot this close to its position may leave the model, so short work is visible

/** @type {("x" | "y" | "r")[]} */
const AXES = ["x", "y", "r"];

/**
 * Which dots to show where: in the model, in the next batch, behind it, or arriving.
 * @param {Run} run
 * @param {State} state
 * @param {Geometry} at
 * @param {number} visible
 * @param {number} seen
 */
export function targets(run, { arrived, started, answered, batch }, at, visible, seen) {
  const limit = roomOfNext(run, started);
  /** @param {number} ahead */
  const queued = (ahead) => (ahead < limit ? at.cell(at.batch, ahead) : at.slot(ahead - limit));
  /** @type {Map<number, Target>} */
  const found = new Map();
  for (let one = answered; batch && one < started; one += 1) {
    found.set(one, { ...at.cell(at.model, one - batch.first), zone: "working" });
  }
  for (let ahead = 0; ahead < Math.min(visible, arrived - started); ahead += 1) {
    found.set(started + ahead, { ...queued(ahead), zone: "waiting" });
  }
  for (let one = arrived; run.arrivalsSeenAt[one] - seen < COMING_S; one += 1) {
    const ahead = one - started;
    const isHidden = visible < arrived - started || ahead - limit >= at.slots;
    const { x, y, r } = isHidden ? at.door : queued(ahead);
    const way = Math.min(1, (COMING_S - run.arrivalsSeenAt[one] + seen) / (COMING_S - THERE_S));
    const height = at.middle + way ** 3 * (y - at.middle);
    found.set(one, { x: way * (x + 8) - 8, y: height, r, zone: "coming" });
  }
  return found;
}

/** @param {Element} group */
export function dotPool(group) {
  /** @type {Map<number, Dot>} */
  const live = new Map();
  /** @type {SVGElement[]} */
  const spare = [];
  /** @type {(request: number, dot: Dot) => void} */
  const drop = (request, dot) => {
    dot.node.setAttribute("display", "none");
    spare.push(dot.node);
    live.delete(request);
  };
  /** @type {(spot: Target) => Dot} */
  const birth = (spot) => {
    const node = spare.pop() ?? group.appendChild(drawn("circle"));
    place(node, { display: null, opacity: null });
    return { ...spot, node, leaving: 0, from: 0, isDrawn: false };
  };
  /**
   * An answered dot first reaches its position in the model, unless the next batch is there. Then
   * it leaves the box at once, moves right and fades.
   * @param {number} request
   * @param {Dot} dot
   * @param {number} dt
   * @param {Run} run
   * @param {Geometry} at
   * @param {boolean} isNext
   */
  const leave = (request, dot, dt, run, at, isNext) => {
    const batch = run.batchOf[request];
    /** @type {Target} */
    const spot = { ...at.cell(at.model, request - batch.first), zone: "working" };
    const isOnItsWay = dot.zone !== "done" && Math.abs(dot.x - spot.x) > NEAR;
    if (isOnItsWay && !isNext) return glide(dot, spot, share(dt, batch));
    if (dot.zone !== "done") [dot.zone, dot.from] = ["done", dot.x];
    dot.leaving += dt;
    if (dot.leaving >= LEAVE_S) return drop(request, dot);
    const [outside, exit] = [at.model + at.box + dot.r + 2, EXIT_S * hurry(batch)];
    if (dot.leaving < exit) dot.x = dot.from + ((outside - dot.from) * dot.leaving) / exit;
    else dot.x = outside + ((at.width - outside) * (dot.leaving - exit)) / (LEAVE_S - exit);
    const opacity = (1 - (dot.leaving / LEAVE_S) ** 2).toFixed(2);
    place(dot.node, { class: "qv-done", cx: dot.x.toFixed(2), opacity });
  };
  return {
    clear() {
      for (const [request, dot] of live) drop(request, dot);
    },
    /**
     * The batch whose dots are still in the model or entering it.
     * @type {(run: Run, at: Geometry) => Batch | null}
     */
    batchInModel(run, at) {
      /** @param {Dot} dot */
      const isInside = ({ zone, x, r }) =>
        zone === "working" || (zone === "done" && x - r < at.model + at.box);
      for (const [request, dot] of live) if (isInside(dot)) return run.batchOf[request];
      return null;
    },
    /**
     * @param {number | null} dt
     * @param {Run} run
     * @param {Map<number, Target>} wanted
     * @param {State} state
     * @param {Geometry} at
     */
    move(dt, run, wanted, { arrived, started, answered, batch }, at) {
      // Dots that waited out of sight appear next to the last one; others enter through the door.
      const isHidden = arrived - started > at.slotsBesideText;
      /** @param {Target} spot */
      const origin = (spot) => (isHidden ? { x: spot.x - SLOT } : at.door);
      for (const [request, dot] of live) {
        if (wanted.has(request)) continue;
        if (request < answered && dt !== null) leave(request, dot, dt, run, at, Boolean(batch));
        else drop(request, dot);
      }
      for (const [request, spot] of wanted) {
        const isInPlace = dt === null || spot.zone === "coming";
        const start = isInPlace ? {} : origin(spot);
        const dot = live.get(request) ?? birth({ ...spot, ...start });
        live.set(request, dot);
        glide(dot, spot, share(dt, spot.zone === "working" ? batch : null));
      }
    },
  };
}

/** @type {(dot: Dot, spot: Target, step: number) => void} */
function glide(dot, spot, step) {
  const isThere = AXES.every((axis) => Math.abs(spot[axis] - dot[axis]) < 0.02);
  if (isThere && dot.zone === spot.zone && dot.isDrawn) return;
  for (const axis of AXES) dot[axis] += (spot[axis] - dot[axis]) * step;
  dot.zone = spot.zone;
  dot.isDrawn = true;
  const [cx, cy, r] = [dot.x.toFixed(2), dot.y.toFixed(2), dot.r.toFixed(2)];
  place(dot.node, { class: `qv-${dot.zone}`, cx, cy, r });
}

/**
 * The fraction of its way that a dot glides in `dt`; all of it if `dt` is null.
 * @type {(dt: number | null, batch: Batch | null) => number}
 */
function share(dt, batch) {
  return dt === null ? 1 : 1 - Math.exp(-dt / (GLIDE_S * (batch ? hurry(batch) : 1)));
}

/**
 * Below 1 if the next batch starts before this one could be seen to enter and leave.
 * @type {(batch: Batch) => number}
 */
const hurry = (batch) => Math.min(1, batch.alone / UNHURRIED_S);
