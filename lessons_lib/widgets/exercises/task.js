// One exercise: built when it comes to the front, then only its marks change, so that code and focus stay.

import { element, isolated, KEYS_STAY_HERE } from "../elements.js";
import { button, heading, rendered } from "../quiz/parts.js";
import { codeEditor } from "./editor.js";

const SAVE_AFTER_MS = 1500;
const SIGN_OF = { right: "✓", wrong: "✗", unfinished: "○", error: "✗", stopped: "■", broken: "!" };
const STANDING = { solved: "✓ Solved", tried: "○ Not solved yet", open: "" };

export function exerciseView({ send, tell, identity }) {
  const node = element("div", { class: "ex-exercise" });
  let built = null;
  return {
    node,
    get heading() {
      return built.heading;
    },
    // What goes along with every action, so that nothing typed is lost.
    get draft() {
      return built ? { exercise: built.page.id, code: built.editor.value } : {};
    },
    update(page) {
      if (built?.page.turn !== page.turn) {
        // A slow kernel answers late: what was typed since then belongs to the exercise before.
        if (built && built.page.id !== page.id) built.save();
        built?.stop();
        built = buildExercise(page, { send, tell, identity });
        node.replaceChildren(...built.nodes);
      }
      built.page = page;
      drawExercise(built);
    },
    leave() {
      built?.save();
      built?.stop();
      built = null;
    },
    wait(isWaiting) {
      if (built) setRunning(built, built.isRunning && isWaiting);
    },
  };
}

function buildExercise(page, { send, tell, identity }) {
  const built = { page, isRunning: false, isFolded: false };
  let saving = 0;
  const mine = () => ({ exercise: built.page.id, code: built.editor.value });
  const ask = (what) => send({ do: what, ...mine() });
  const save = () => {
    clearTimeout(saving);
    if (built.editor.value !== built.page.code) send({ do: "draft", ...mine() });
  };
  built.save = save;
  const run = () => {
    if (built.isRunning) return;
    clearTimeout(saving);
    setRunning(built, true);
    tell("Running your code.");
    ask("run");
  };
  built.stop = () => clearTimeout(saving);
  built.heading = heading(4, `Exercise ${page.number} of ${page.of}`);
  built.standing = element("span", { class: "qc-standing" });
  built.editor = codeEditor({
    identity,
    tell,
    onRun: run,
    onLeave: save,
    onChange: () => {
      drawKept(built);
      clearTimeout(saving);
      saving = setTimeout(save, SAVE_AFTER_MS);
    },
  });
  built.editor.value = page.code;
  built.run = button("Run", "qc-main", run);
  built.hint = button("", "", () => built.hint.getAttribute("aria-disabled") !== "true" && ask("hint"));
  built.solve = button("", "", () => {
    if (!built.page.solution) return ask("solution");
    built.isFolded = !built.isFolded;
    drawExercise(built);
  });
  built.kept = element("span", { class: "qc-unsent" });
  const reset = resetButtons(() => ask("reset"));
  built.report = element("div", { class: "qc-verdict" });
  built.output = element("pre", { ...KEYS_STAY_HERE, class: "ex-output", tabindex: "0", role: "region", "aria-label": "What your code printed" });
  built.printed = element("div", { class: "ex-printed" }, element("p", { class: "ex-label" }, "Printed"), built.output);
  built.hints = element("ol", { class: "qc-hints", "aria-label": "Hints" });
  built.code = element("code");
  built.solution = element(
    "div",
    { class: "qc-solution", role: "group", "aria-label": "Solution" },
    element("h5", {}, "One solution"),
    element("pre", {}, built.code),
    element("p", { class: "ex-keys" }, "Others that do the same are just as right."),
  );
  const line = element("div", { class: "qc-line" }, built.heading, element("span", { class: "qc-difficulty" }, page.difficulty), built.standing);
  const actions = element("div", { class: "qc-actions" }, built.run, built.hint, built.solve, ...reset, built.kept);
  built.nodes = [
    line,
    rendered("div", { class: "ex-task" }, page.task_html),
    ...built.editor.nodes,
    actions,
    built.report,
    built.printed,
    built.hints,
    built.solution,
  ];
  return built;
}

// Asks before it throws code away, in the page: a dialogue of the browser would stop everything.
function resetButtons(onReset) {
  const ask = button("Start again", "ex-reset", () => show(true));
  const question = element("span", { class: "ex-question" }, "Put the starting code back?");
  const yes = button("Yes, drop mine", "", () => {
    show(false);
    onReset();
  });
  const no = button("No, keep mine", "", () => show(false));
  const sure = element("span", { class: "ex-sure", role: "group", "aria-label": "Put the starting code back?" }, question, yes, no);
  const show = (isAsking) => {
    ask.hidden = isAsking;
    sure.hidden = !isAsking;
    (isAsking ? no : ask).focus();
  };
  sure.hidden = true;
  return [ask, sure];
}

function setRunning(built, isRunning) {
  built.isRunning = isRunning;
  built.run.textContent = isRunning ? "Running…" : "Run";
  built.run.setAttribute("aria-disabled", String(isRunning));
}

function drawExercise(built) {
  const { page } = built;
  built.standing.textContent = STANDING[page.standing];
  built.standing.classList.toggle("qc-right", page.standing === "solved");
  built.standing.classList.toggle("qc-open", page.standing !== "solved");
  built.run.classList.toggle("qc-main", page.report?.what !== "right");
  const taken = page.hints_html.length;
  built.hint.textContent = page.hints_left ? `Hint (${page.hints_left} left)` : "Hint (none left)";
  built.hint.setAttribute("aria-disabled", String(!page.hints_left));
  while (built.hints.childElementCount > taken) built.hints.lastElementChild.remove();
  for (const html of page.hints_html.slice(built.hints.childElementCount)) built.hints.append(rendered("li", {}, html));
  built.hints.hidden = !taken;
  built.solve.hidden = !(page.solution || page.may_open_solution);
  const isShown = Boolean(page.solution) && !built.isFolded;
  built.solve.textContent = isShown ? "Hide solution" : "Show solution";
  built.solve.setAttribute("aria-expanded", String(isShown));
  built.code.textContent = page.solution;
  built.solution.hidden = !isShown;
  drawReport(built, page.report);
  drawKept(built);
}

function drawReport(built, report) {
  built.report.replaceChildren();
  built.printed.hidden = !report?.output;
  built.output.textContent = report?.output ?? "";
  built.report.dataset.standing = report ? (report.what === "right" ? "right" : report.what === "unfinished" ? "partly" : "wrong") : "";
  if (!report) return;
  const sign = element("span", { "aria-hidden": "true" }, `${SIGN_OF[report.what]} `);
  built.report.append(element("p", { class: "qc-sentence" }, sign, isolated(report.sentence)));
  if (report.code) built.report.append(element("pre", { class: "ex-line" }, report.code));
  if (report.word_html) built.report.append(rendered("p", { class: "ex-word" }, report.word_html));
  if (report.case) built.report.append(element("p", { class: "ex-case" }, "It was given ", element("code", {}, report.case), "."));
  if (report.line && report.number !== built.marked) built.editor.mark(report.line);
  built.marked = report.number;
}

function drawKept(built) {
  const isKept = built.editor.value === built.page.code;
  built.kept.textContent = isKept ? "" : "Not saved yet";
}
