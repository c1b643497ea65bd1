// The queue: it asks the kernel for a run of each setting, plays it, and shows its figures.

import { element, plural } from "../elements.js";
import { WAITING, WAITING_AFTER_MS } from "../kernel_line.js";
import { sliders, tourView } from "./controls.js";
import { figuresView } from "./figures.js";
import { player, transport } from "./player.js";
import { duration, inWords, makeRun, percent, standing, throughput } from "./run.js";
import { sceneView } from "./scene.js";
import { stripView } from "./strip.js";

const DEBOUNCE_MS = 80;
const ANNOUNCE_AFTER_MS = 900;
const MEASURED_WITHIN_MS = 60_000;
const BEFORE = "When the run has ended, this line says what was seen.";

function render({ model, el }) {
  const identity = `lessons-queue-${Math.random().toString(36).slice(2)}`;
  const timers = {};
  const later = (name, ms, call) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(call, ms);
  };
  let run = null;
  let isNote = false;

  const scene = sceneView();
  const strip = stripView(identity);
  const clock = player({
    draw(shown, moment, dt) {
      scene.draw(shown, moment, dt);
      strip.draw(moment);
      buttons.tick(shown, moment);
    },
    onChange: (what) => tell(what),
  });
  const buttons = transport(clock);
  const controls = sliders(identity, model.get("limits"), { onMove: () => moved(), onNote: (words) => warn(words, true) });
  const tour = tourView(model.get("tour"), (stop) => {
    controls.set(stop);
    moved(0);
  });
  const figures = figuresView(model.get("can_measure"), () => measure());
  const seen = element("p", { class: "qv-seen" });
  const problem = element("p", { class: "qv-problem" });
  const status = element("p", { class: "qv-status", role: "status" });
  const root = assemble(identity, { tour, controls, scene, buttons, strip, figures, seen, problem, status });

  const say = (words, ms = 0) => later("status", ms, () => (status.textContent = words));
  // A note about what was typed stays until the next change, a problem until the next answer.
  const warn = (words, isTyped = false) => {
    problem.textContent = words;
    isNote = isTyped;
    if (words) say(words);
  };
  const send = (name, value) => {
    model.set(name, value);
    try {
      model.save_changes();
    } catch {
      warn(WAITING); // the connection to a kernel that has gone
    }
  };
  const moved = (ms = DEBOUNCE_MS) => {
    if (isNote) warn("");
    tour.mark(controls.get());
    figures.waiting(true);
    later("ask", ms, ask);
  };
  const ask = () => {
    later("waiting", WAITING_AFTER_MS, () => warn(WAITING));
    send("asked", { serial: model.get("asked").serial + 1, ...controls.get() });
  };
  const measure = () => {
    figures.busy(true);
    say("Measuring.");
    later("measuring", WAITING_AFTER_MS, () => {
      figures.busy(false);
      figures.problem(WAITING);
      say(WAITING);
    });
    send("measure_asked", { serial: (model.get("measure_asked").serial ?? 0) + 1, ...controls.get() });
  };

  const receive = () => {
    const [answer, asked] = [model.get("answer"), model.get("asked")];
    if (answer.serial !== asked.serial) return;
    clearTimeout(timers.waiting);
    figures.waiting(false);
    if (answer.error) return warn(`This setting could not be simulated; the picture is of the one before. ${answer.error}`);
    if (!isNote) warn("");
    run = makeRun(answer, settingOf(asked));
    scene.clear();
    layOut();
    strip.show(run);
    clock.load(run);
    figures.simulated(answer);
    showMeasured();
    buttons.pace(run);
    tell("load");
  };
  const receiveMeasured = () => {
    const measured = model.get("measured");
    const isRunning = measured.state === "running";
    clearTimeout(timers.measuring);
    figures.busy(isRunning);
    showMeasured();
    // A kernel that dies in the middle sends no more.
    if (isRunning) later("measuring", MEASURED_WITHIN_MS, () => (figures.busy(false), figures.problem(WAITING)));
    else if (measured.state === "done") say(measured.error ? `It could not be measured. ${measured.error}` : measuredInWords(measured));
  };
  const showMeasured = () => {
    const measured = model.get("measured");
    const isSame = run && sameSetting(measured, run.asked);
    figures.measured(isSame ? measured : null, run);
  };
  const follow = () => {
    if (!root.contains(document.activeElement) || !run) controls.set(model.get("asked"));
    tour.mark(controls.get());
  };

  const tell = (what) => {
    buttons.show(clock);
    const words = clock.isAtEnd ? run.seen : foretold(run) || BEFORE;
    seen.textContent = words;
    seen.classList.toggle("qv-before", words === BEFORE);
    root.classList.toggle("qv-grows", run.grows);
    const where = standing(run, clock.count);
    scene.node.setAttribute("aria-label", `A queue before a model: ${where}`);
    if (what === "end") say(run.seen);
    if (what === "play") say("Playing.");
    if (what === "pause") say(`Paused: ${where}`);
    if (what === "restart") say(`Back at the start: ${where}`);
    if (what === "step") say(inWords(run, run.events[clock.count - 1], run.states[clock.count]));
    if (what === "load" && model.get("asked").serial) say(simulatedInWords(run), ANNOUNCE_AFTER_MS);
  };
  const layOut = () => {
    const room = Math.max(300, Math.floor(scene.node.parentNode.clientWidth || 860));
    scene.layOut(room, run ? run.asked.max_batch_size : 8);
    strip.layOut(room);
  };
  const resized = new ResizeObserver(() => {
    layOut();
    clock.redraw();
  });

  model.on("change:answer", receive);
  model.on("change:asked", follow);
  model.on("change:measured", receiveMeasured);
  el.append(root);
  layOut();
  buttons.show(clock);
  follow();
  receive();
  receiveMeasured();
  resized.observe(scene.node.parentNode);
  return () => {
    Object.values(timers).forEach(clearTimeout);
    clock.stop();
    resized.disconnect();
    model.off("change:answer", receive);
    model.off("change:asked", follow);
    model.off("change:measured", receiveMeasured);
  };
}

const MORE_ARRIVE = "More arrive than can be answered: the queue grows, and the latency with it.";

function assemble(identity, { tour, controls, scene, buttons, strip, figures, seen, problem, status }) {
  return element(
    "div",
    { class: "lessons-queue", role: "group", "aria-labelledby": `${identity}-title` },
    element("p", { class: "qv-title", id: `${identity}-title` }, "Requests queue, batches form"),
    tour.node,
    controls.node,
    problem,
    element("div", { class: "qv-stage" }, scene.node),
    buttons.node,
    element("p", { class: "qv-caption" }, "Latency of each request, at the moment of its answer"),
    element("div", { class: "qv-stage" }, strip.node),
    seen,
    figures.node,
    status,
  );
}

function settingOf({ rate_per_s, max_batch_size, batch_wait_timeout_ms }) {
  return { rate_per_s, max_batch_size, batch_wait_timeout_ms };
}

function sameSetting(one, other) {
  return Object.entries(settingOf(other)).every(([name, value]) => one[name] === value);
}

// What is to be known of a run before its figures are read.
function foretold({ grows, end_distorts }) {
  return [grows ? MORE_ARRIVE : "", end_distorts].filter(Boolean).join(" ");
}

function simulatedInWords(run) {
  const { p50_ms, p99_ms, texts_per_s, utilisation } = run.figures;
  const words = `Simulated: p50 ${duration(1e3 * p50_ms)}, p99 ${duration(1e3 * p99_ms)}, ${throughput(texts_per_s)} texts a second, the model works ${percent(utilisation)} of the time.`;
  return `${words} ${foretold(run)}`.trim();
}

function measuredInWords({ p50_ms, p99_ms, texts_per_s, n }) {
  return `Measured: p50 ${duration(1e3 * p50_ms)}, p99 ${duration(1e3 * p99_ms)}, ${throughput(texts_per_s)} texts a second, ${plural(n, "request")}.`;
}

export default { render };
