// The queue: requests a run of each setting from the kernel and plays it; drawing.js draws it.

import { element, focusedIn, isCalm } from "../../../classroom/widgets/elements.js";
import { framed } from "../../../classroom/widgets/frame.js";
import { delay } from "../../../classroom/widgets/kernel_line.js";
import { duration, percent, plural, rate } from "../../../classroom/widgets/numbers.js";
import { everyFrame } from "../slow_motion.js";
import { sliders, tourView } from "./controls.js";
import { figuresView, notMeasured } from "./figures.js";
import { player, transport } from "./player.js";
import { inWords, makeRun, sameSetting, standing } from "./run.js";
import { sceneView } from "./drawing.js";
import { stripView } from "./strip.js";

/** @import { Change, Figures, Measured, MeasuredFigures, Queue, Run, Setting } from "./types" */
/** @import { Draw, Widget } from "../../../classroom/widgets/types" */

const ANNOUNCE_AFTER_MS = 900;
const MEASURED_WITHIN_MS = 60_000;
const BEFORE = "A summary of the run appears here when it ends.";
const NOT_SIMULATED =
  "This setting could not be simulated; the picture still shows the previous one.";

/** @param {Widget<Queue>} widget */
function render(widget) {
  const about = widget.model.get("about");
  const frame = framed(widget, "lb", "queue", "About this card", {
    onSilence() {
      if (!isMeasuring) return warn(frame.waiting, false, frame.again());
      figures.busy(false);
      figures.problem(frame.waiting, frame.again());
      say(frame.waiting);
    },
  });
  const later = delay();
  /** @type {(words: string, ms?: number) => void} */
  const say = (words, ms = 0) => later(ms, () => frame.say(words));
  /** @type {Run | null} */
  let run = null;
  let isNote = false;
  let isNewStop = false;
  let isMeasuring = false;
  let [number, measured] = [-1, /** @type {Measured} */ ({})]; // of the page that is drawn

  const seen = element("p.qv-seen");
  const problem = element("p.qv-problem");
  const scene = sceneView();
  const strip = stripView(frame.identity);
  const clock = player({
    draw(shown, moment, dt) {
      scene.draw(shown, moment, dt);
      strip.draw(moment);
      buttons.tick(shown, moment);
    },
    onChange: (what) => report(what),
    isCalm,
    everyFrame,
  });
  const buttons = transport(clock);
  const controls = sliders(frame.identity, about.limits, {
    onMove: () => moved(),
    onNote: (words) => warn(words, true),
  });
  const tour = tourView(about.tour, (stop) => {
    controls.set(stop);
    moved();
    isNewStop = true;
  });
  const figures = figuresView(about.can_measure, () => {
    isMeasuring = true;
    figures.busy(true);
    say("Measuring.");
    frame.line.send({ do: "measure", setting: controls.get() });
  });

  /**
   * A note about the input stays until the next change, a problem until the next answer.
   * @type {(words: string, isTyped?: boolean, again?: Node | string) => void}
   */
  const warn = (words, isTyped = false, again = "") => {
    problem.replaceChildren(words, again);
    isNote = isTyped;
    if (words) say(words);
  };
  const moved = () => {
    if (isNote) warn("");
    isNewStop = false;
    tour.mark(controls.get());
    figures.waiting(true);
    frame.line.ask(() => ({ do: "ask", setting: controls.get() }));
  };
  /** @type {(answer: Queue["page"]["run"], asked: Setting) => void} */
  const drawRun = (answer, asked) => {
    figures.waiting(false);
    if ("error" in answer) return warn(`${NOT_SIMULATED} ${answer.error}`);
    if (!isNote) warn("");
    run = makeRun(answer, asked);
    scene.clear();
    layOut();
    strip.show(run);
    clock.load(run);
    buttons.pace(run);
    report("load");
    if (!isNewStop || !sameSetting(run.asked, controls.get())) return;
    isNewStop = false;
    clock.begin();
    say(`${tour.look.textContent} ${clock.isAtEnd ? run.seen : "Playing."}`);
  };
  /** @type {Draw<Queue["page"]>} */
  const draw = (page, isReply) => {
    const isUsed = widget.el.contains(focusedIn(widget.el));
    if (!isReply && (!isUsed || !run)) controls.set(page.asked);
    tour.mark(controls.get());
    isMeasuring = page.measured.state === "running";
    // A kernel that dies during the measurement sends nothing more.
    if (isMeasuring) frame.line.expect(MEASURED_WITHIN_MS);
    if (page.run.number !== number) {
      number = page.run.number;
      drawRun(page.run, page.asked);
    }
    const isNew = JSON.stringify(page.measured) !== JSON.stringify(measured);
    measured = page.measured;
    figures.busy(isMeasuring);
    if (run) figures.draw(run, sameSetting(measured, run.asked) ? measured : null);
    if (isNew && measured.state === "done") say(measuredInWords(measured));
  };
  /** @param {Change} what */
  const report = (what) => {
    if (!run) return;
    buttons.show(clock);
    const words = clock.isAtEnd ? run.seen : run.warnings || BEFORE;
    const where = standing(run, clock.count);
    seen.textContent = words;
    seen.classList.toggle("qv-before", words === BEFORE);
    seen.classList.toggle("qv-grows", run.grows);
    scene.node.setAttribute("aria-label", `A queue in front of a model: ${where}`);
    if (what === "end") say(run.seen);
    if (what === "play") say("Playing.");
    if (what === "pause") say(`Paused: ${where}`);
    if (what === "restart") say(`Back at the start: ${where}`);
    if (what === "step") say(inWords(run, clock.count));
    if (what === "load" && number) say(simulatedInWords(run), ANNOUNCE_AFTER_MS);
  };
  const stage = element("div.qv-stage", scene.node);
  const layOut = () => {
    const room = Math.max(300, Math.floor(stage.clientWidth || 860));
    scene.layOut(room, run ? run.asked.max_batch_size : 8);
    strip.layOut(room);
  };
  const resized = new ResizeObserver(() => {
    layOut();
    clock.redraw();
  });
  const caption = element("p.qv-caption", "Latency of each request, at the time it is answered");
  const plot = element("div.qv-stage", strip.node);
  const side = element("div.qv-side", tour.node, controls.node, problem);
  const nodes = [
    frame.titled("Requests queue and form batches"),
    element("div.qv-main", side, element("div.qv-show", stage, buttons.node, caption, plot, seen)),
    element("details.qv-more", element("summary", "All figures of this run"), figures.node),
    frame.status,
  ];
  layOut();
  buttons.show(clock);
  resized.observe(stage);
  const onEnd = () => {
    clock.stop();
    resized.disconnect();
  };
  return frame.show("lessons-frame.lessons-queue", nodes, draw, onEnd);
}

/** @type {(run: Run) => string} */
function simulatedInWords(run) {
  const work = `the model is busy ${percent(run.figures.utilization)} of the time.`;
  return `Simulated: ${pace(run.figures)}, ${work} ${run.warnings}`.trim();
}

/** @type {(measured: Measured) => string} */
function measuredInWords(measured) {
  if (measured.error) return notMeasured(measured);
  const figures = /** @type {MeasuredFigures} */ (measured);
  return `Measured: ${pace(figures)}, ${plural(figures.n, "request")}.`;
}

/** @type {(figures: Pick<Figures, "p50_ms" | "p99_ms" | "texts_per_s">) => string} */
function pace({ p50_ms, p99_ms, texts_per_s }) {
  const [p50, p99] = [duration(1e3 * p50_ms), duration(1e3 * p99_ms)];
  return `p50 ${p50}, p99 ${p99}, ${rate(texts_per_s)} texts per second`;
}

export default { render };
