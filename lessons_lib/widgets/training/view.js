// The training lab: it sends the knobs to the kernel, and draws each epoch as it comes.

import { element, KEYS_STAY_HERE, plural } from "../elements.js";
import { labButton, labFrame, setDisabled } from "../frame.js";
import { kernelLine, WAITING } from "../kernel_line.js";
import { curvesView, rowFigure } from "./curves.js";
import { knobsView } from "./knobs.js";

const FIRST_EPOCH_MS = 60_000; // on a small machine
const LEAST_MS = 5000;
const MANY_EPOCHS = 6; // so long a silence is not a slow epoch
const READY = "The curves grow here, epoch by epoch. Then this line says what was seen.";

function render({ model, el }) {
  const about = model.get("about");
  const frame = labFrame("training", "Turn a knob, and train", "Each run starts anew. The run before stays as a pale line.");
  const knobs = knobsView(frame.identity, about, model.get("page").knobs, () => tellTime());
  const curves = curvesView(frame.identity, about.guess);
  const table = figuresTable();
  const time = element("p", { class: "tl-time" });
  const bar = element("span", { class: "tl-bar" });
  const progress = element("div", { class: "tl-progress", role: "progressbar", "aria-label": "Epochs trained", "aria-valuemin": 0 }, bar);
  const seen = element("p", { class: "tl-seen" });
  const told = element("div", { class: "tl-told" });
  const line = kernelLine(model, () => {
    frame.notice([WAITING]);
    frame.say(WAITING);
    isSilent = true;
    tellTime();
  });
  const isBusy = () => ["running", "stopping"].includes(model.get("page").phase);
  const button = labButton("Train", "lb-main", () => line.send(isBusy() ? { do: "stop" } : { do: "train", ...knobs.get() }));
  let phase = "";
  let isSilent = false;

  const tellTime = () => {
    const page = model.get("page");
    if (isBusy()) time.textContent = isSilent ? "" : runningTime(page);
    else time.textContent = expectedTime(page.seconds, knobs.get().epochs);
  };
  const update = () => {
    const page = model.get("page");
    const { phase: now, run, knobs: set, said } = page;
    frame.notice([]);
    isSilent = false;
    if (isBusy()) line.expect(longestSilence(page));
    else line.heard();
    button.textContent = now === "running" ? "Stop" : now === "stopping" ? "Stopping" : now === "ready" ? "Train" : "Train again";
    button.classList.toggle("lb-main", !isBusy());
    setDisabled(button, now === "stopping");
    progress.classList.toggle("tl-idle", !isBusy());
    progress.setAttribute("aria-valuemax", String(set.epochs));
    progress.setAttribute("aria-valuenow", String(run.rows.length));
    progress.setAttribute("aria-valuetext", `${run.rows.length} of ${plural(set.epochs, "epoch")}`);
    bar.style.width = `${(100 * run.rows.length) / set.epochs}%`;
    tellTime();
    const off = curves.draw(page).join(" and ");
    table.draw(run.rows);
    seen.textContent = said || (now === "ready" ? READY : "");
    seen.classList.toggle("tl-quiet", !said);
    seen.classList.toggle("tl-failed", now === "failed");
    told.replaceChildren(...toldOf("This run", run.told), ...toldOf(`Pale, the run before${off && ` (${off}: off this scale)`}`, page.before.told));
    if (phase && phase !== now) frame.say(now === "running" ? "The training has started." : now === "stopping" ? "Stopping." : said);
    phase = now;
  };
  frame.body.append(knobs.node, element("div", { class: "lb-actions" }, button, time), progress, curves.node, seen, told, table.node);
  frame.setNote(about.note);
  model.on("change:page", update);
  el.append(frame.root);
  update();
  return () => {
    line.heard();
    model.off("change:page", update);
  };
}

function longestSilence({ seconds }) {
  return seconds === null ? FIRST_EPOCH_MS : Math.max(LEAST_MS, 1000 * MANY_EPOCHS * seconds);
}

function expectedTime(seconds, epochs) {
  if (seconds === null) return "How long it takes, the first epoch will tell. You can stop at any time.";
  return `About ${inSeconds(seconds * epochs)}: ${plural(epochs, "epoch")}, ${inSeconds(seconds)} each the last time.`;
}

function runningTime({ run, knobs, seconds, phase }) {
  if (phase === "stopping") return "Stopping after this batch.";
  if (!run.rows.length) return `Epoch 1 of ${knobs.epochs}. It will tell how long the rest takes.`;
  const left = knobs.epochs - run.rows.length;
  return left ? `Epoch ${run.rows.length + 1} of ${knobs.epochs}. About ${inSeconds(seconds * left)} to go.` : "The last epoch is over.";
}

function inSeconds(seconds) {
  if (seconds < 0.1) return "less than 0.1 s";
  return `${seconds < 10 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
}

function toldOf(name, words) {
  return words ? [element("p", {}, element("strong", {}, `${name}:`), ` ${words}`)] : [];
}

function figuresTable() {
  const heads = ["epoch", "training loss", "held-out loss", "training accuracy", "held-out accuracy"];
  const keys = ["train_loss", "held_out_loss", "train_accuracy", "held_out_accuracy"];
  const body = element("tbody");
  const head = element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, name)));
  const table = element("table", { class: "tl-figures" }, element("caption", { class: "lb-status" }, "Loss and accuracy by epoch"), element("thead", {}, head), body);
  const scroll = element("div", { ...KEYS_STAY_HERE, class: "tl-scroll", role: "region", tabindex: "0", "aria-label": "Figures by epoch" }, table);
  const node = element("details", { class: "tl-details" }, element("summary", { ...KEYS_STAY_HERE }, "The figures as a table"), scroll);
  return {
    node,
    draw(rows) {
      node.hidden = !rows.length;
      body.replaceChildren(
        ...rows.map((row) => element("tr", {}, element("th", { scope: "row" }, String(row.epoch)), ...keys.map((key) => element("td", {}, rowFigure(row[key]))))),
      );
    },
  };
}

export default { render };
