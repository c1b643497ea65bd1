// One question: built when it becomes current; after that, only the marks change.

import { element, numberField, place, silent, typedIn } from "../elements.js";
import { heading, hintsView, rendered, sign, SIGNS, solutionView, standingMark } from "./parts.js";

export function questionView(send, identity) {
  const node = element("div.qc-question");
  const drafts = new Map();
  let built = null;
  return {
    node,
    // Gets the focus when this question becomes current.
    get heading() {
      return built.heading;
    },
    // The answer that is not sent yet, with its question.
    unsent() {
      const unsent = built.unsent();
      if (unsent) drafts.delete(built.turn);
      return unsent ?? {};
    },
    update(page) {
      const { turn, question, reply } = page;
      if (built?.turn !== turn || built.isOver !== question.is_over) {
        built = buildQuestion(page, send, identity, drafts);
        node.replaceChildren(...built.nodes);
      }
      if (reply.what === "verdict") drafts.delete(turn);
      built.draw(page);
    },
  };
}

function buildQuestion({ turn, number, of, question: first }, send, identity, drafts) {
  const { id, kind, is_over: isOver } = first;
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
  let notYet = "";
  const unsent = () => {
    const mine = answers.read();
    const isEmpty = !(mine.letters?.length || mine.number);
    return isEmpty || isOver || answers.same(mine, given) ? null : { question: id, ...mine };
  };
  const drawUnsent = () => (mark.textContent = unsent() ? notYet : "");
  const events = {
    onsubmit(event) {
      event.preventDefault();
      if (!isOver) ask({ do: "answer", ...answers.read() });
    },
    // In JupyterLab, Enter in a field does not submit the form.
    onkeydown(event) {
      const isHeld = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey;
      if (event.key !== "Enter" || event.isComposing || isHeld) return;
      if (event.target.tagName !== "INPUT") return;
      event.preventDefault();
      form.requestSubmit(submit);
    },
    oninput() {
      drafts.set(turn, answers.read());
      drawUnsent();
    },
  };
  const form = element("form", { novalidate: "", ...events }, fieldset, verdict, actions);
  const line = element("div.qc-line", title, element("span.qc-difficulty", first.difficulty));
  fieldset.disabled = isOver;
  answers.write(drafts.get(turn) ?? given);
  return {
    turn,
    isOver,
    unsent,
    heading: title,
    nodes: [line, form, hints.list, solution.node],
    draw({ question, reply, is_kept_on_turning: isKeptOnTurning }) {
      const { teaches, attempts, standing } = question;
      given = question.given;
      notYet = isKeptOnTurning
        ? "Not saved yet; it is saved when you move on"
        : `Not ${teaches ? "submitted" : "saved"} yet`;
      answers.draw(question, reply.what === "problem");
      drawVerdict(verdict, question, reply);
      submit.textContent = attempts
        ? `${teaches ? "Submit" : "Save"} again`
        : teaches ? "Submit" : "Save answer";
      submit.hidden = isOver;
      submit.classList.toggle("qc-main", !["right", "answered"].includes(standing));
      hints.draw(question);
      hints.button.hidden =
        isOver || !teaches || !(question.hints_html.length + question.hints_left);
      solution.draw(question);
      drawUnsent();
    },
  };
}

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
    write: ({ letters }) =>
      rows.forEach(({ letter, input }) => (input.checked = letters.includes(letter))),
    same: (mine, { letters }) => mine.letters.join() === letters.join(),
    draw: (question) => rows.forEach((row) => drawOption(row, question)),
  };
}

// Each chosen option shows its verdict as words and a sign, and the reason.
function drawOption({ letter, input, mark, node }, { kind, verdict, key, given }) {
  const remark = verdict?.remarks.find((one) => one.letter === letter);
  const isKey = key?.letters.includes(letter);
  const standing = remark ? (remark.is_right ? "right" : "wrong") : isKey ? "key" : "";
  const isKept = verdict?.outcome === "answered" && given.letters.includes(letter);
  const words = kind === "single" ? "✓ The right answer" : "✓ Also right";
  const marks = remark
    ? [standingMark(standing), rendered("div.qc-why", remark.html)]
    : isKey
      ? [element("span.qc-standing.qc-right", words)]
      : isKept ? [standingMark("answered")] : [];
  node.dataset.standing = standing;
  mark.replaceChildren(...marks);
  place(input, { "aria-describedby": marks.length ? mark.id : null });
}

function typedAnswer({ unit }, identity) {
  const id = `${identity}-number`;
  const input = numberField("qc-number", { id, "aria-describedby": `${identity}-verdict` });
  const words = unit ? `Your answer (${unit})` : "Your answer (a number)";
  const entry = element("span.qc-entry", input, silent("span", unit));
  return {
    nodes: [element("div.qc-field", element("label", { for: id }, words), entry)],
    read: () => ({ number: typedIn(input) }),
    write: ({ number }) => (input.value = number),
    same: (mine, { number }) => mine.number.trim().replace(/\s+/g, " ") === number,
    draw: (_, isProblem) => input.setAttribute("aria-invalid", String(isProblem)),
  };
}

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

function solutionNodes({ steps, final_html, check_html, mistakes_html }) {
  const items = steps.map(({ title_html, html }) =>
    element("li", rendered("strong", title_html), rendered("div", html)),
  );
  return [
    element("h4", "Solution"),
    element("ol", items),
    element("h4", "Final answer"),
    rendered("div", final_html),
    element("h4", "Quick check"),
    rendered("div", check_html),
    element("h4", "Common mistakes"),
    element("ul", mistakes_html.map((html) => rendered("li", html))),
  ];
}
