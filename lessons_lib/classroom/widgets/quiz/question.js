// One question: built when it becomes current; after that, only the marks change.

import { element, numberField, onEnter, place, silent, typedIn } from "../elements.js";
import { heading, hintsView, rendered, sign, SIGNS, solutionView, standingMark } from "./parts.js";

/** @import { Answers, Given, OptionRow, Question, QuestionPage, Reply } from "./types" */
/** @import { Solution, Standing } from "./types" */
/** @import { Attributes, Send } from "../types" */

/**
 * @param {Send} send
 * @param {string} identity
 */
export function questionView(send, identity) {
  /** @type {Map<string, Partial<Given>>} */
  const drafts = new Map();
  /** @type {ReturnType<typeof buildQuestion> | null} */
  let built = null;
  return {
    // The answer that is not sent yet, with its question.
    unsent() {
      const unsent = built?.unsent();
      if (built && unsent) drafts.delete(built.turn);
      return unsent ?? {};
    },
    /**
     * Returns the node to focus when this question becomes current.
     * @param {HTMLElement} body
     * @param {QuestionPage} page
     */
    drawIn(body, page) {
      const { turn, question, reply } = page;
      if (built?.turn !== turn || built.isOver !== question.is_over) {
        built = buildQuestion(page, send, identity, drafts);
      }
      if (body.firstChild !== built.node) body.replaceChildren(built.node);
      if (reply.what === "verdict") drafts.delete(turn);
      built.draw(page);
      return built.heading;
    },
  };
}

/**
 * @param {QuestionPage} page
 * @param {Send} send
 * @param {string} identity
 * @param {Map<string, Partial<Given>>} drafts
 */
function buildQuestion(page, send, identity, drafts) {
  const { turn, number, of, question: first, is_kept_on_turning: isKeptOnTurning } = page;
  const { id, kind, is_over: isOver } = first;
  /** @type {Send} */
  const ask = (action) => send({ ...action, question: id });
  const title = heading(of > 1 ? `Question ${number} of ${of}` : of ? "Question" : "Next question");
  const answers = kind === "number" ? typedAnswer(first, identity) : optionList(first, identity);
  const stem = rendered("legend.qc-stem", first.stem_html);
  const fieldset = element("fieldset.qc-fieldset", stem, answers.nodes);
  const verdict = element("div.qc-verdict", { id: `${identity}-verdict` });
  const submit = element("button.qc-button.qc-main", { type: "submit" });
  const hints = hintsView(() => ask({ do: "hint" }));
  const solution = solutionView(() => ask({ do: "solution" }), solutionNodes, isOver);
  const mark = element("span.qc-unsent");
  const actions = element("div.qc-actions", submit, hints.button, solution.button, mark);
  let { given } = first;
  let [notYet, isDone] = ["", false];
  const unsent = () => {
    const mine = answers.read();
    const isEmpty = !(mine.letters?.length || mine.number);
    return isEmpty || isOver || answers.same(mine, given) ? null : { question: id, ...mine };
  };
  const drawUnsent = () => {
    const isChanged = Boolean(unsent());
    mark.textContent = isChanged ? notYet : "";
    submit.hidden = isOver || isKeptOnTurning || (isDone && !isChanged);
  };
  /** @type {Attributes} */
  const events = {
    onsubmit(event) {
      event.preventDefault();
      // In a test, the next page saves; an empty answer is refused here.
      const what = isKeptOnTurning && (unsent() || isDone) ? "next" : "answer";
      if (!isOver) ask({ do: what, ...answers.read() });
    },
    onkeydown: onEnter(() => form.requestSubmit(submit)),
    oninput() {
      drafts.set(turn, answers.read());
      drawUnsent();
    },
  };
  const form = element("form", { novalidate: "", ...events }, fieldset, verdict, actions);
  const line = element("div.qc-line", title, element("span.qc-difficulty", first.difficulty));
  fieldset.disabled = isOver;
  answers.write((!isOver && drafts.get(turn)) || given);
  return {
    turn,
    isOver,
    unsent,
    heading: title,
    node: element("div.qc-question", line, form, hints.list, solution.node),
    /** @param {QuestionPage} page */
    draw({ question, reply }) {
      const { teaches, attempts, standing } = question;
      given = question.given;
      notYet = isKeptOnTurning
        ? "Not saved yet; it is saved when you move on"
        : `Not ${teaches ? "submitted" : "saved"} yet`;
      answers.draw(question, reply.what === "problem");
      drawVerdict(verdict, question, reply);
      const once = teaches ? "Submit" : "Save answer";
      submit.textContent = attempts ? `${teaches ? "Submit" : "Save"} again` : once;
      isDone = ["right", "answered"].includes(standing);
      submit.classList.toggle("qc-main", !isDone);
      hints.draw(question);
      hints.button.hidden = isOver || !(question.hints_html.length + question.hints_left);
      solution.draw(question);
      drawUnsent();
    },
  };
}

/** @type {(question: Question, identity: string) => Answers} */
function optionList({ kind, options }, identity) {
  const type = kind === "single" ? "radio" : "checkbox";
  const rows = options.map(({ letter, html }) => {
    const id = `${identity}-${letter}`;
    const input = element("input", { type, id, name: `${identity}-option`, value: letter });
    const mark = element("div.qc-mark", { id: `${id}-mark` });
    const text = [element("span.qc-letter", letter), rendered("span.qc-text", html)];
    const label = element("label", { for: id }, input, text);
    return { letter, input, mark, node: element("div.qc-option", label, mark) };
  });
  const how = kind === "single" ? "Choose one." : "Choose all that apply.";
  return {
    nodes: [element("p.qc-how", how), ...rows.map((row) => row.node)],
    read: () => ({ letters: rows.filter((row) => row.input.checked).map((row) => row.letter) }),
    write: ({ letters = [] }) =>
      rows.forEach(({ letter, input }) => (input.checked = letters.includes(letter))),
    same: (mine, { letters }) => mine.letters?.join() === letters.join(),
    draw: (question) => rows.forEach((row) => drawOption(row, question)),
  };
}

/**
 * Each chosen option shows its verdict as words and a sign, and the reason.
 * @type {(row: OptionRow, question: Question) => void}
 */
function drawOption({ letter, input, mark, node }, { kind, verdict, key, given }) {
  const remark = verdict?.remarks.find((one) => one.letter === letter);
  const isKey = key?.letters.includes(letter);
  const isKept = verdict?.outcome === "answered" && given.letters.includes(letter);
  const words = kind === "single" ? "✓ The right answer" : "✓ Also right";
  let standing = "";
  let marks = isKept ? [standingMark("answered")] : [];
  if (remark) {
    standing = remark.is_right ? "right" : "wrong";
    const said = standingMark(/** @type {Standing} */ (standing));
    // The verdict below says that all is right.
    marks = [...(verdict?.outcome === "right" ? [] : [said]), rendered("div.qc-why", remark.html)];
  } else if (isKey) {
    standing = "key";
    marks = [element("span.qc-standing.qc-right", words)];
  }
  node.dataset.standing = standing;
  mark.replaceChildren(...marks);
  place(input, { "aria-describedby": marks.length ? mark.id : null });
}

/** @type {(question: Question, identity: string) => Answers} */
function typedAnswer({ unit }, identity) {
  const id = `${identity}-number`;
  const input = numberField("qc-number", { id, "aria-describedby": `${identity}-verdict` });
  const words = unit ? `Your answer (${unit})` : "Your answer (a number)";
  const entry = element("span.qc-entry", input, silent("span", unit));
  return {
    nodes: [element("div.qc-field", element("label", { for: id }, words), entry)],
    read: () => ({ number: typedIn(input) }),
    write: ({ number = "" }) => (input.value = number),
    same: (mine, { number }) => mine.number?.trim().replace(/\s+/g, " ") === number,
    draw: (_, isProblem) => input.setAttribute("aria-invalid", String(isProblem)),
  };
}

/** @type {(node: HTMLElement, question: Question, reply: Reply) => void} */
function drawVerdict(node, { verdict, key, standing }, reply) {
  const nodes = [];
  const isProblem = reply.what === "problem";
  if (isProblem) nodes.push(element("p", reply.text));
  else if (verdict) {
    const { outcome, sentence, remarks, rule } = verdict;
    nodes.push(element("p.qc-sentence", sign(`${SIGNS[outcome]} `), sentence));
    for (const { letter, html } of remarks) if (!letter) nodes.push(rendered("div.qc-why", html));
    if (rule) nodes.push(element("p.qc-rule", rule));
  }
  if (!isProblem && key?.number && standing !== "right") {
    nodes.push(element("p", `The right answer: ${key.number}`));
  }
  node.dataset.standing = isProblem ? "problem" : (verdict?.outcome ?? "");
  node.replaceChildren(...nodes);
}

/** @type {(solution: Solution) => Node[]} */
function solutionNodes({ steps, final_html, check_html, mistakes_html }) {
  const items = steps.map(({ title_html, html }) =>
    element("li", rendered("strong", title_html), rendered("div", html)),
  );
  const mistakes = mistakes_html.map((html) => rendered("li", html));
  return [
    element("h4", "Solution"),
    element("ol", items),
    element("h4", "Final answer"),
    rendered("div", final_html),
    element("h4", "Quick check"),
    rendered("div", check_html),
    element("h4", "Common mistakes"),
    element("ul", mistakes),
  ];
}
