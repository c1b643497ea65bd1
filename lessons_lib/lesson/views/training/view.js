// The training lab: sends the settings to the kernel, and draws each epoch when it is done.

import {
  cells,
  element,
  rowHead,
  scrolled,
  setDisabled,
  tableOf,
} from "../../../classroom/widgets/elements.js";
import { labButton, labFrame, progressBar } from "../../../classroom/widgets/frame.js";
import { plural } from "../../../classroom/widgets/numbers.js";
import { curvesView, rowFigure } from "./curves.js";
import { knobsView } from "./knobs.js";

/** @import { Column, EpochRow, Training, TrainingPage } from "./types" */
/** @import { Draw, Widget } from "../../../classroom/widgets/types" */

const FIRST_EPOCH_MS = 60_000; // on a small machine
const LEAST_MS = 5000;
const MANY_EPOCHS = 6; // a longer silence cannot be a slow epoch
const LEAD = "Each run starts from scratch. The previous run stays visible as a pale line.";
const READY = "The curves appear here epoch by epoch. When the run ends, it is summarized here.";
const UNKNOWN_TIME = "The first epoch will show how long training takes. You can stop at any time.";
/** @type {Record<string, string>} */
const BUTTON = { running: "Stop", stopping: "Stopping", ready: "Train" };
const HEADS = ["epoch", "training loss", "held-out loss", "training accuracy", "held-out accuracy"];
/** @type {Column[]} */
const KEYS = ["train_loss", "held_out_loss", "train_accuracy", "held_out_accuracy"];

/** @param {Widget<Training>} widget */
function render(widget) {
  const { model } = widget;
  const about = model.get("about");
  let phase = "";
  let isSilent = false;
  const frame = labFrame(widget, "training", "Choose settings and train", LEAD, () => {
    frame.wait();
    isSilent = true;
    drawTime();
  });
  const knobs = knobsView(frame.identity, about, model.get("page").knobs, () => drawTime());
  const curves = curvesView(frame.identity, about.guess);
  const table = figuresTable();
  const time = element("p.tl-time");
  const progress = progressBar("tl-progress", "tl-bar", "Epochs trained", "epoch");
  const seen = element("p.tl-seen");
  const runs = element("div.tl-runs");
  const isBusy = () => ["running", "stopping"].includes(model.get("page").phase);
  const button = labButton("Train", "lb-main", () =>
    frame.line.send(isBusy() ? { do: "stop" } : { do: "train", ...knobs.get() }),
  );
  const drawTime = () => {
    const page = model.get("page");
    if (isBusy()) time.textContent = isSilent ? "" : runningTime(page);
    else time.textContent = expectedTime(page.seconds, knobs.get().epochs);
  };
  /** @type {Draw<TrainingPage>} */
  const draw = (page) => {
    const { phase: now, run, knobs: set, status } = page;
    frame.notice([]);
    isSilent = false;
    if (isBusy()) frame.line.expect(longestSilence(page));
    button.textContent = BUTTON[now] ?? "Train again";
    button.classList.toggle("lb-main", !isBusy());
    setDisabled(button, now === "stopping");
    progress.node.classList.toggle("tl-idle", !isBusy());
    progress.draw(run.rows.length, set.epochs);
    drawTime();
    const off = curves.draw(page).join(" and ");
    table.draw(run.rows);
    seen.textContent = status || (now === "ready" ? READY : "");
    seen.classList.toggle("tl-quiet", !status);
    seen.classList.toggle("tl-failed", now === "failed");
    const before = `Previous run (pale${off && `; ${off} outside this scale`})`;
    const earlier = runLine(before, page.before.summary);
    runs.replaceChildren(...runLine("This run", run.summary), ...earlier);
    if (phase && phase !== now) {
      if (now === "running") frame.say("Training has started.");
      else frame.say(now === "stopping" ? "Stopping." : status);
    }
    phase = now;
  };
  frame.setNote(about.note);
  const actions = element("div.lb-actions", button, time);
  const nodes = [knobs.node, actions, progress.node, curves.node, seen, runs, table.node];
  return frame.show(nodes, draw);
}

/** @type {(page: Pick<TrainingPage, "seconds">) => number} */
export function longestSilence({ seconds }) {
  return seconds === null ? FIRST_EPOCH_MS : Math.max(LEAST_MS, 1000 * MANY_EPOCHS * seconds);
}

/** @type {(seconds: number | null, epochs: number) => string} */
export function expectedTime(seconds, epochs) {
  if (seconds === null) return UNKNOWN_TIME;
  const each = `${plural(epochs, "epoch")}, at ${inSeconds(seconds)} per epoch in the last run`;
  return `About ${inSeconds(seconds * epochs)}: ${each}.`;
}

/** @type {(page: Pick<TrainingPage, "run" | "knobs" | "seconds" | "phase">) => string} */
export function runningTime({ run, knobs, seconds, phase }) {
  if (phase === "stopping") return "Stopping after this batch.";
  const done = run.rows.length;
  if (!done) return `Epoch 1 of ${knobs.epochs}. It will show how long the rest takes.`;
  const left = knobs.epochs - done;
  if (!left) return "The last epoch is done.";
  return `Epoch ${done + 1} of ${knobs.epochs}. About ${inSeconds((seconds ?? 0) * left)} to go.`;
}

/** @type {(seconds: number) => string} */
function inSeconds(seconds) {
  if (seconds < 0.1) return "less than 0.1 s";
  return `${seconds < 10 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
}

/** @type {(name: string, words?: string) => HTMLElement[]} */
function runLine(name, words) {
  return words ? [element("p", element("strong", `${name}:`), ` ${words}`)] : [];
}

function figuresTable() {
  const table = tableOf("tl-figures", "Loss and accuracy by epoch", HEADS);
  const summary = element("summary", "The figures as a table");
  const region = scrolled("tl-scroll", "Figures by epoch", table.node);
  const node = element("details.tl-details", summary, region);
  table.caption.className = "lb-status";
  return {
    node,
    /** @param {EpochRow[]} rows */
    draw(rows) {
      /** @param {EpochRow} row */
      const figures = (row) => KEYS.map((key) => rowFigure(row[key]));
      node.style.visibility = rows.length ? "" : "hidden"; // its room is reserved
      table.draw(rows.map((row) => element("tr", rowHead(`${row.epoch}`), cells(figures(row)))));
    },
  };
}

export default { render };
