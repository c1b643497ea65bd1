// The race: two lanes and two clocks; the kernel runs it and sends the progress of each lane.

import { counted, element, isCalm, plural } from "../../../classroom/widgets/elements.js";
import { labButton, labFrame, progressBar } from "../../../classroom/widgets/frame.js";
import { replay, slownessOf } from "./replay.js";

const CALM_MS = 250; // with reduced motion, four updates per second
const STALLED_MS = 4000;
const LEAD =
  "Each clock runs only while its own lane computes, so the lanes don't slow each other down.";

function render(widget) {
  const { model } = widget;
  const { total, note, lanes: names } = model.get("about");
  const title = `${plural(total, "text")}, ${names.map(({ way }) => way).join(" and ")}`;
  const frame = labFrame(widget, "race", title, LEAD);
  const lanes = names.map((name) => laneView(name, total));
  const ratio = element("p.ra-ratio");
  const pace = element("p.ra-pace");
  const seen = element("p.ra-seen");
  const press = () => {
    endReplay();
    frame.line.send({ do: phase === "running" ? "stop" : "start" });
  };
  const start = labButton("Start", "lb-main", press);
  const again = labButton("", "", () => (stopReplay ? endReplay() : beginReplay()));
  let stopReplay = null;
  let phase = "";
  let drawnAt = 0;

  const draw = (standings, isLast) => {
    const now = performance.now();
    if (!isLast && isCalm() && now - drawnAt < CALM_MS) return;
    drawnAt = now;
    const first = winner(standings, total);
    lanes.forEach((lane, number) => lane.draw(...standings[number], number === first));
  };
  const beginReplay = () => {
    const history = model.get("history");
    again.textContent = "Stop watching";
    pace.textContent = `Shown ${slowness(history)}.`;
    stopReplay = replay(history, (standings) => draw(standings, false), endReplay);
  };
  const endReplay = () => {
    if (!stopReplay) return;
    stopReplay();
    stopReplay = null;
    update();
  };
  const update = () => {
    const { phase: now, lanes: standings, status, ratio: [times, words] } = model.get("state");
    const isRunning = now === "running";
    frame.notice([]);
    if (isRunning) frame.line.expect(STALLED_MS);
    else frame.line.replied();
    if (stopReplay) return;
    draw(standings, !isRunning || phase !== now);
    start.textContent = isRunning ? "Stop" : now === "ready" ? "Start" : "Race again";
    start.classList.toggle("lb-main", !isRunning);
    ratio.replaceChildren(element("strong", times), ` ${words}`);
    seen.textContent = status;
    seen.classList.toggle("ra-failed", now === "failed");
    offerReplay();
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
  const offerReplay = () => {
    const history = model.get("history");
    const isOver = model.get("state").phase === "over" && history.length > 0;
    again.hidden = !isOver;
    pace.textContent = "";
    if (isOver && !stopReplay) again.textContent = `Watch it again ${slowness(history)}`;
  };
  const state = () => {
    endReplay();
    update();
  };

  const track = element("div.ra-lanes", lanes.map((lane) => lane.node));
  firstSight.observe(track);
  const actions = element("div.lb-actions", start, again);
  frame.setNote(note);
  const updates = { state, history: offerReplay };
  return frame.show([ratio, pace, track, actions, seen], updates, () => {
    firstSight.disconnect();
    stopReplay?.();
  });
}

function slowness(history) {
  const times = slownessOf(history);
  return times === 1 ? "at its own pace" : `in slow motion, ${counted(times)} times slower`;
}

// The lane that finished first, if one has finished.
function winner(standings, total) {
  const finished = standings.map(([done, seconds]) => (done >= total ? seconds : Infinity));
  const least = Math.min(...finished);
  return Number.isFinite(least) ? finished.indexOf(least) : -1;
}

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
    draw(done, seconds, isFirst) {
      progress.draw(done, total);
      clock.textContent = `${seconds.toFixed(seconds < 10 ? 3 : 1)} s`;
      count.textContent = `${counted(done)} of ${counted(total)}`;
      speed.textContent = seconds > 0 ? `${counted(perSecond(done, seconds))} texts/s` : "";
      mark.textContent = done < total ? "" : isFirst ? "✓ first" : "✓ done";
    },
  };
}

// Three digits, because the other digits of a clock are noise.
const perSecond = (done, seconds) => Math.round(Number((done / seconds).toPrecision(3)));

export default { render };
