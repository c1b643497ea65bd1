// One question: built when it comes to the front, then only its marks change, so that focus and choice stay.

import { element, KEYS_STAY_HERE } from "../elements.js";
import { button, heading, rendered, SIGNS, standingMark } from "./parts.js";

export function questionView({ send, identity }) {
  const node = element("div", { class: "qc-question" });
  const drafts = new Map();
  let built = null;
  return {
    node,
    // Where the focus goes when this question comes to the front.
    get heading() {
      return built.heading;
    },
    // What is chosen or typed and not sent yet, with its question.
    unsent() {
      if (!isUnsent(built)) return {};
      drafts.delete(built.turn);
      return { question: built.question.id, ...built.answers.read() };
    },
    update({ turn, number, of, question, said, is_kept_on_turning: isKeptOnTurning }) {
      if (!built || built.turn !== turn || built.isOver !== question.is_over) {
        built = buildQuestion({ turn, number, of, question, send, identity, drafts });
        node.replaceChildren(...built.nodes);
      }
      if (said.what === "verdict") drafts.delete(turn);
      built.notYet = isKeptOnTurning ? "Not saved yet; going on saves it" : question.teaches ? "Not submitted yet" : "Not saved yet";
      drawMarks(built, question, said);
    },
  };
}

function buildQuestion({ turn, number, of, question, send, identity, drafts }) {
  const built = { turn, isOver: question.is_over, question };
  const ask = (action) => send({ ...action, question: question.id });
  built.heading = heading(4, of ? `Question ${number} of ${of}` : "Next question");
  built.answers = question.kind === "number" ? numberField(question, identity) : optionList(question, identity);
  built.fieldset = element(
    "fieldset",
    { class: "qc-fieldset" },
    rendered("legend", { class: "qc-stem" }, question.stem_html),
    ...built.answers.nodes,
  );
  built.fieldset.disabled = question.is_over;
  built.verdict = element("div", { class: "qc-verdict", id: `${identity}-verdict` });
  built.submit = element("button", { ...KEYS_STAY_HERE, type: "submit", class: "qc-button qc-main" });
  built.hint = button("", "", () => built.hint.getAttribute("aria-disabled") !== "true" && ask({ do: "hint" }));
  built.solve = button("", "", () => {
    if (!built.hasSolution) return ask({ do: "solution" });
    built.isFolded = !built.isFolded;
    drawFold(built);
  });
  built.isFolded = question.is_over;
  built.unsent = element("span", { class: "qc-unsent" });
  built.hints = element("ol", { class: "qc-hints", "aria-label": "Hints" });
  built.solution = element("div", { class: "qc-solution", role: "group", "aria-label": "Solution" });
  const form = element(
    "form",
    { novalidate: "" },
    built.fieldset,
    built.verdict,
    element("div", { class: "qc-actions" }, built.submit, built.hint, built.solve, built.unsent),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!question.is_over) ask({ do: "answer", ...built.answers.read() });
  });
  // Inside JupyterLab, Enter in a field submits no form by itself.
  form.addEventListener("keydown", (event) => {
    const isPlain = event.key === "Enter" && !(event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey);
    if (!isPlain || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    form.requestSubmit(built.submit);
  });
  form.addEventListener("input", () => {
    drafts.set(turn, built.answers.read());
    drawUnsent(built);
  });
  built.answers.write(drafts.get(turn) ?? question.given);
  const line = element("div", { class: "qc-line" }, built.heading, element("span", { class: "qc-difficulty" }, question.difficulty));
  built.nodes = [line, form, built.hints, built.solution];
  return built;
}

function optionList({ kind, options }, identity) {
  const inputs = new Map();
  const marks = new Map();
  const rows = options.map(({ letter, html }) => {
    const id = `${identity}-${letter}`;
    const type = kind === "single" ? "radio" : "checkbox";
    const input = element("input", { ...KEYS_STAY_HERE, type, id, name: `${identity}-option`, value: letter });
    const mark = element("div", { class: "qc-mark", id: `${id}-mark` });
    inputs.set(letter, input);
    marks.set(letter, mark);
    return element(
      "div",
      { class: "qc-option" },
      element("label", { for: id }, input, element("span", { class: "qc-letter" }, letter), rendered("span", { class: "qc-text" }, html)),
      mark,
    );
  });
  return {
    nodes: [element("p", { class: "qc-how" }, kind === "single" ? "Choose one." : "Choose all that apply."), ...rows],
    read: () => ({ letters: [...inputs].filter(([, input]) => input.checked).map(([letter]) => letter) }),
    write: ({ letters }) => inputs.forEach((input, letter) => (input.checked = letters.includes(letter))),
    same: (mine, { letters }) => mine.letters.join() === letters.join(),
    draw: (question) => inputs.forEach((input, letter) => drawOption(letter, input, marks.get(letter), question)),
    problem: () => {},
  };
}

// Each chosen option says by itself what it is, in words, with a sign, and why.
function drawOption(letter, input, mark, { kind, verdict, key, given }) {
  const remark = verdict?.remarks.find((one) => one.letter === letter);
  const isKey = key?.letters.includes(letter);
  const standing = remark ? (remark.is_right ? "right" : "wrong") : isKey ? "key" : "";
  mark.parentElement.dataset.standing = standing;
  mark.replaceChildren();
  if (remark) mark.append(standingMark(standing), rendered("div", { class: "qc-why" }, remark.html));
  else if (isKey) mark.append(element("span", { class: "qc-standing qc-right" }, kind === "single" ? "✓ The right answer" : "✓ Right as well"));
  else if (verdict?.outcome === "answered" && given.letters.includes(letter)) mark.append(standingMark("answered"));
  if (mark.childNodes.length) input.setAttribute("aria-describedby", mark.id);
  else input.removeAttribute("aria-describedby");
}

function numberField({ unit }, identity) {
  const input = element("input", {
    ...KEYS_STAY_HERE,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "60",
    id: `${identity}-number`,
    class: "qc-number",
    "aria-describedby": `${identity}-verdict`,
  });
  const label = element("label", { for: input.id }, unit ? `Your answer, in ${unit}` : "Your answer, a number");
  return {
    nodes: [element("div", { class: "qc-field" }, label, element("span", { class: "qc-entry" }, input, element("span", { "aria-hidden": "true" }, unit)))],
    read: () => ({ number: input.value.toWellFormed?.() ?? input.value }),
    write: ({ number }) => (input.value = number),
    same: (mine, { number }) => mine.number.trim().replace(/\s+/g, " ") === number,
    draw: () => {},
    problem: (isWrong) => input.setAttribute("aria-invalid", String(isWrong)),
  };
}

function drawMarks(built, question, said) {
  built.question = question;
  built.answers.draw(question);
  built.answers.problem(said.what === "problem");
  drawVerdict(built.verdict, question, said);
  built.submit.textContent = question.teaches ? (question.attempts ? "Submit again" : "Submit") : question.attempts ? "Save again" : "Save answer";
  built.submit.hidden = question.is_over;
  built.submit.classList.toggle("qc-main", !["right", "answered"].includes(question.standing));
  const taken = question.hints_html.length;
  built.hint.hidden = question.is_over || !question.teaches || !(taken + question.hints_left);
  built.hint.textContent = question.hints_left ? `Hint (${question.hints_left} left)` : "Hint (none left)";
  built.hint.setAttribute("aria-disabled", String(!question.hints_left));
  while (built.hints.childElementCount > taken) built.hints.lastElementChild.remove();
  for (const html of question.hints_html.slice(built.hints.childElementCount)) built.hints.append(rendered("li", {}, html));
  built.hints.hidden = !taken;
  drawSolution(built, question);
  drawUnsent(built);
}

function drawVerdict(node, { verdict, key, standing }, said) {
  node.replaceChildren();
  if (said.what === "problem") {
    node.dataset.standing = "problem";
    node.append(element("p", {}, said.text));
    return;
  }
  node.dataset.standing = verdict?.outcome ?? "";
  if (verdict) {
    const sign = element("span", { "aria-hidden": "true" }, `${SIGNS[verdict.outcome]} `);
    node.append(element("p", { class: "qc-sentence" }, sign, verdict.sentence));
    for (const remark of verdict.remarks) if (!remark.letter) node.append(rendered("div", { class: "qc-why" }, remark.html));
    if (verdict.rule) node.append(element("p", { class: "qc-rule" }, verdict.rule));
  }
  if (key?.number && standing !== "right") node.append(element("p", {}, `The right answer: ${key.number}`));
}

function drawSolution(built, { solution, may_open_solution: mayOpen }) {
  built.solve.hidden = !(solution || mayOpen);
  if (solution && !built.hasSolution) {
    built.solution.replaceChildren(
      element("h5", {}, "Solution"),
      element("ol", {}, ...solution.steps.map((step) => element("li", {}, rendered("strong", {}, step.title_html), rendered("div", {}, step.html)))),
      element("h5", {}, "Final answer"),
      rendered("div", {}, solution.final_html),
      element("h5", {}, "Quick check"),
      rendered("div", {}, solution.check_html),
      element("h5", {}, "Common mistakes"),
      element("ul", {}, ...solution.mistakes_html.map((html) => rendered("li", {}, html))),
    );
  }
  built.hasSolution = Boolean(solution);
  drawFold(built);
}

function drawFold(built) {
  const isShown = Boolean(built.hasSolution) && !built.isFolded;
  built.solution.hidden = !isShown;
  built.solve.textContent = isShown ? "Hide solution" : "Show solution";
  built.solve.setAttribute("aria-expanded", String(isShown));
}

function drawUnsent(built) {
  built.unsent.textContent = isUnsent(built) ? built.notYet : "";
}

function isUnsent(built) {
  const mine = built.answers.read();
  const isEmpty = !(mine.letters?.length || mine.number);
  return !(isEmpty || built.isOver || built.answers.same(mine, built.question.given));
}
