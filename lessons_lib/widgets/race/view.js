// The race: two lanes, two clocks; the kernel runs it and sends how far each lane is.

import { element, plural } from "../elements.js";
import { labButton, labFrame } from "../frame.js";
import { kernelLine, WAITING } from "../kernel_line.js";
import { replay, slownessOf } from "./replay.js";

const CALM_MS = 250; // with reduced motion, four pictures a second
const STALLED_MS = 4000;
const READY = "Press Start. When the race is over, this line says what was seen.";

function render({ model, el }) {
  const { total, note, lanes: names } = model.get("about");
  const frame = labFrame("race", `${plural(total, "text")}, ${inWords(names)}`, "Each clock runs only while its own lane computes, so the two do not disturb each other.");
  const lanes = names.map((name) => laneView(name, total));
  const pace = element("p", { class: "ra-pace" });
  const seen = element("p", { class: "ra-seen" });
  const start = labButton("Start", "lb-main", () => act());
  const again = labButton("", "", () => (stopReplay ? endReplay() : beginReplay()));
  const line = kernelLine(model, () => {
    frame.notice([WAITING]);
    frame.say(WAITING);
  });
  let stopReplay = null;
  let phase = "";
  let drawnAt = 0;

  const act = () => {
    endReplay();
    line.send({ do: phase === "running" ? "stop" : "start" });
  };
  const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const draw = (standings, isLast) => {
    const now = performance.now();
    if (!isLast && isCalm() && now - drawnAt < CALM_MS) return;
    drawnAt = now;
    const first = winner(standings, total);
    lanes.forEach((lane, place) => lane.draw(...standings[place], place === first));
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
    const { phase: now, lanes: standings, said } = model.get("state");
    const isRunning = now === "running";
    frame.notice([]);
    if (isRunning) line.expect(STALLED_MS);
    else line.heard();
    if (stopReplay) return;
    draw(standings, !isRunning || phase !== now);
    start.textContent = isRunning ? "Stop" : now === "ready" ? "Start" : "Race again";
    start.classList.toggle("lb-main", !isRunning);
    seen.textContent = said || (isRunning ? "" : READY);
    seen.classList.toggle("ra-before", !said);
    seen.classList.toggle("ra-failed", now === "failed");
    offerReplay();
    if (phase && phase !== now) frame.say(isRunning ? "The race has started." : said);
    phase = now;
  };
  const offerReplay = () => {
    const history = model.get("history");
    const isOver = model.get("state").phase === "over" && history.length > 0;
    again.hidden = !isOver;
    pace.textContent = "";
    if (isOver && !stopReplay) again.textContent = `Watch it ${slowness(history)}`;
  };

  frame.body.append(element("div", { class: "ra-lanes" }, ...lanes.map((lane) => lane.node)), element("div", { class: "lb-actions" }, start, again, pace), seen);
  frame.setNote(note);
  const heard = () => {
    endReplay();
    update();
  };
  model.on("change:state", heard);
  model.on("change:history", offerReplay);
  el.append(frame.root);
  update();
  return () => {
    stopReplay?.();
    line.heard();
    model.off("change:state", heard);
    model.off("change:history", offerReplay);
  };
}

function inWords(names) {
  return names.map(({ way }) => way).join(" and ");
}

function slowness(history) {
  const times = slownessOf(history);
  return times === 1 ? "again at its own pace" : `again, ${times.toLocaleString("en")} times slower`;
}

// The lane that finished first, once one has.
function winner(standings, total) {
  const finished = standings.map(([done, seconds]) => (done >= total ? seconds : Infinity));
  const least = Math.min(...finished);
  return Number.isFinite(least) ? finished.indexOf(least) : -1;
}

function laneView({ name, way }, total) {
  const clock = element("span", { class: "ra-clock" });
  const filled = element("span", { class: "ra-bar" });
  const count = element("span", { class: "ra-count" });
  const speed = element("span", { class: "ra-speed" });
  const mark = element("span", { class: "ra-mark" });
  const track = element("div", { class: "ra-track", role: "progressbar", "aria-label": `Texts done ${way}`, "aria-valuemin": 0, "aria-valuemax": total }, filled);
  const node = element(
    "div",
    { class: "ra-lane", "data-lane": name },
    element("div", { class: "ra-head" }, element("span", { class: "ra-name" }, way.charAt(0).toUpperCase() + way.slice(1)), mark, clock),
    track,
    element("div", { class: "ra-foot" }, count, speed),
  );
  return {
    node,
    draw(done, seconds, isFirst) {
      filled.style.width = `${(100 * done) / total}%`;
      track.setAttribute("aria-valuenow", String(done));
      track.setAttribute("aria-valuetext", `${done.toLocaleString("en")} of ${plural(total, "text")}`);
      clock.textContent = `${clockFigure(seconds)} s`;
      count.textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
      speed.textContent = seconds > 0 ? `${Math.round(Number((done / seconds).toPrecision(3))).toLocaleString("en")} texts/s` : "";
      mark.textContent = done < total ? "" : isFirst ? "✓ first" : "✓ done";
    },
  };
}

function clockFigure(seconds) {
  return seconds < 10 ? seconds.toFixed(3) : seconds.toFixed(1);
}

export default { render };
