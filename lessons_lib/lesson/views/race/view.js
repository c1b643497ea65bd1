// The race: two lanes and two clocks; the kernel runs it and sends the progress of each lane.

import { element, isCalm, nodesOf } from "../../../classroom/widgets/elements.js";
import { labButton, labFrame, progressBar } from "../../../classroom/widgets/frame.js";
import { counted, plural } from "../../../classroom/widgets/numbers.js";
import { replay, slownessOf } from "../slow_motion.js";
import { endOf, lanesAt, winner } from "./replay.js";

/** @import { LaneStanding, Race, RaceHistory } from "../types" */
/** @import { Draw, Widget } from "../../../classroom/widgets/types" */

const CALM_MS = 250; // with reduced motion, four updates per second
const WATCHED_S = 4; // how long a replay lasts at least
const STALLED_MS = 4000;
const LEAD =
  "Each clock runs only while its own lane computes, so the lanes don't slow each other down.";

/** @param {Widget<Race>} widget */
function render(widget) {
  const { model } = widget;
  const { total, note, lanes: names } = model.get("about");
  const title = `${plural(total, "text")}, ${names.map(({ way }) => way).join(" and ")}`;
  const frame = labFrame(widget, "race", title, LEAD);
  const lanes = names.map((lane) => laneView(lane, total));
  const ratio = element("p.ra-ratio");
  const pace = element("p.ra-pace");
  const seen = element("p.ra-seen");
  const press = () => {
    endReplay();
    frame.line.send({ do: phase === "running" ? "stop" : "start" });
  };
  const start = labButton("Start", "lb-main", press);
  const again = labButton("", "", () => (stopReplay ? endReplay() : beginReplay()));
  /** @type {(() => void) | null} */
  let stopReplay = null;
  let phase = "";
  let drawnAt = 0;

  /** @type {(standings: LaneStanding[], isLast: boolean) => void} */
  const draw = (standings, isLast) => {
    const now = performance.now();
    if (!isLast && isCalm() && now - drawnAt < CALM_MS) return;
    drawnAt = now;
    const first = winner(standings, total);
    lanes.forEach((lane, number) => lane.draw(...standings[number], number === first));
  };
  const beginReplay = () => {
    const { history } = model.get("page");
    again.textContent = "Stop watching";
    const times = slownessOfAll(history);
    pace.textContent = `Shown ${inSlowMotion(times)}.`;
    stopReplay = replay(
      endOf(history),
      times,
      (now) => draw(lanesAt(history, now), false),
      endReplay,
    );
  };
  const endReplay = () => {
    if (!stopReplay) return;
    stopReplay();
    stopReplay = null;
    update();
  };
  const update = () => {
    const { phase: now, lanes: standings, status, ratio: said, history } = model.get("page");
    const isRunning = now === "running";
    draw(standings, !isRunning || phase !== now);
    start.textContent = isRunning ? "Stop" : now === "ready" ? "Start" : "Race again";
    start.classList.toggle("lb-main", !isRunning);
    ratio.replaceChildren(element("strong", said[0]), ` ${said[1]}`);
    seen.textContent = status;
    seen.classList.toggle("ra-failed", now === "failed");
    again.hidden = now !== "over" || !history.length;
    if (!again.hidden) again.textContent = `Watch it again ${inSlowMotion(slownessOfAll(history))}`;
    pace.textContent = "";
    if (phase && phase !== now) frame.say(isRunning ? "The race has started." : status);
    const wasRunning = phase === "running";
    phase = now;
    if (wasRunning) open();
  };
  // A race is over before one looks, so it is shown in slow motion, if motion is welcome.
  const open = () => {
    if (phase === "ready") press();
    else if (phase === "over" && !isCalm()) beginReplay();
  };
  const firstSight = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    firstSight.disconnect();
    open();
  });
  /** @type {Draw<Race["page"]>} */
  const page = ({ phase: now }) => {
    stopReplay?.();
    stopReplay = null;
    frame.notice([]);
    if (now === "running") frame.line.expect(STALLED_MS);
    update();
  };

  const track = element("div.ra-lanes", nodesOf(lanes));
  firstSight.observe(track);
  const actions = element("div.lb-actions", start, again);
  frame.setNote(note);
  return frame.show([ratio, pace, track, actions, seen], page, () => {
    firstSight.disconnect();
    stopReplay?.();
  });
}

/** @type {(history: RaceHistory) => number} */
const slownessOfAll = (history) => slownessOf(endOf(history), WATCHED_S);

/** @type {(times: number) => string} */
function inSlowMotion(times) {
  return times === 1 ? "at its own pace" : `in slow motion, ${counted(times)} times slower`;
}

/**
 * @param {{ name: string, way: string }} lane
 * @param {number} total
 */
function laneView({ name, way }, total) {
  const clock = element("span.ra-clock");
  const count = element("span.ra-count");
  const speed = element("span.ra-speed");
  const mark = element("span.ra-mark");
  const progress = progressBar("ra-track", "ra-bar", `Texts done ${way}`, "text");
  const title = element("span.ra-name", way.charAt(0).toUpperCase() + way.slice(1));
  return {
    node: element(
      "div.ra-lane",
      { "data-lane": name },
      element("div.ra-head", title, mark, clock),
      progress.node,
      element("div.ra-foot", count, speed),
    ),
    /**
     * @param {number} done
     * @param {number} seconds
     * @param {boolean} isFirst
     */
    draw(done, seconds, isFirst) {
      progress.draw(done, total);
      clock.textContent = `${seconds.toFixed(seconds < 10 ? 3 : 1)} s`;
      count.textContent = `${counted(done)} of ${counted(total)}`;
      speed.textContent = seconds > 0 ? `${counted(perSecond(done, seconds))} texts/s` : "";
      mark.textContent = done < total ? "" : isFirst ? "✓ first" : "✓ done";
    },
  };
}

/**
 * Three digits, because the other digits of a clock are noise.
 * @type {(done: number, seconds: number) => number}
 */
const perSecond = (done, seconds) => Math.round(Number((done / seconds).toPrecision(3)));

export default { render };
