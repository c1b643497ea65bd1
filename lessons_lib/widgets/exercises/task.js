// One exercise: built when it comes to the front, then only its marks change: code and focus stay.

import { element, isolated, setDisabled } from "../elements.js";
import { button, heading, hintsView, rendered, sign, solutionView } from "../quiz/parts.js";
import { codeEditor } from "./editor.js";

const SAVE_AFTER_MS = 1500;
const SIGN_OF = { right: "✓", wrong: "✗", unfinished: "○", error: "✗", stopped: "■", broken: "!" };
const OUTCOME = { right: "right", unfinished: "partly" };
const STANDING = { solved: "✓ Solved", tried: "○ Not solved yet", open: "" };

export function exerciseView({ send, tell, identity }) {
  const node = element("div.ex-exercise");
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
  const built = { page, isRunning: false };
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
  built.standing = element("span.qc-standing");
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
  built.hints = hintsView(() => ask("hint"));
  built.solution = solutionView(() => ask("solution"), solutionNodes, false);
  built.kept = element("span.qc-unsent");
  built.report = element("div.qc-verdict");
  const shown = { tabindex: 0, role: "region", "aria-label": "What your code printed" };
  built.output = element("pre.ex-output", shown);
  built.printed = element("div.ex-printed", element("p.ex-label", "Printed"), built.output);
  const difficulty = element("span.qc-difficulty", page.difficulty);
  const buttons = [built.run, built.hints.button, built.solution.button];
  const reset = resetButtons(() => ask("reset"));
  built.nodes = [
    element("div.qc-line", built.heading, difficulty, built.standing),
    rendered("div.ex-task", page.task_html),
    ...built.editor.nodes,
    element("div.qc-actions", buttons, reset, built.kept),
    built.report,
    built.printed,
    built.hints.list,
    built.solution.node,
  ];
  return built;
}

function solutionNodes(code) {
  return [
    element("h5", "One solution"),
    element("pre", element("code", code)),
    element("p.ex-keys", "Others that do the same are just as right."),
  ];
}

// Asks before it throws code away, in the page: a dialogue of the browser would stop everything.
function resetButtons(onReset) {
  const sentence = "Put the starting code back?";
  const ask = button("Start again", "ex-reset", () => show(true));
  const question = element("span.ex-question", sentence);
  const yes = button("Yes, drop mine", "", () => {
    show(false);
    onReset();
  });
  const no = button("No, keep mine", "", () => show(false));
  const named = { role: "group", "aria-label": sentence };
  const sure = element("span.ex-sure", named, question, yes, no);
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
  setDisabled(built.run, isRunning);
}

function drawExercise(built) {
  const { page } = built;
  built.standing.textContent = STANDING[page.standing];
  built.standing.classList.toggle("qc-right", page.standing === "solved");
  built.standing.classList.toggle("qc-open", page.standing !== "solved");
  built.run.classList.toggle("qc-main", page.report?.what !== "right");
  built.hints.draw(page);
  built.solution.draw(page);
  drawReport(built, page.report);
  drawKept(built);
}

function drawReport(built, report) {
  const nodes = [];
  built.printed.hidden = !report?.output;
  built.output.textContent = report?.output ?? "";
  built.report.dataset.standing = report ? (OUTCOME[report.what] ?? "wrong") : "";
  if (report) {
    const { what, sentence, code, word_html: word, case: given, line, number } = report;
    nodes.push(element("p.qc-sentence", sign(`${SIGN_OF[what]} `), isolated(sentence)));
    if (code) nodes.push(element("pre.ex-line", code));
    if (word) nodes.push(rendered("p.ex-word", word));
    if (given) nodes.push(element("p.ex-case", "It was given ", element("code", given), "."));
    if (line && number !== built.marked) built.editor.mark(line);
    built.marked = number;
  }
  built.report.replaceChildren(...nodes);
}

function drawKept(built) {
  const isKept = built.editor.value === built.page.code;
  built.kept.textContent = isKept ? "" : "Not saved yet";
}
