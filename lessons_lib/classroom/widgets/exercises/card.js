// The card of an exercise: what the check of the code above found, hints, and the solution.

import { element, isolated } from "../elements.js";
import { leader } from "../frame.js";
import { cardFrame, hintsView, rendered, sign, SIGNS, solutionView } from "../quiz/parts.js";
import { nextTask, WORDS } from "./parts.js";

/** @import { Exercise, Report } from "./types" */
/** @import { Card, Draw, Manager, Widget } from "../types" */

const BEGIN = "Change the code above, then run the cell to check it.";
const ANY = "Any code that does the same is just as good.";
const CHECKS = "lessons:run-exercise"; // also loads the magic, if the kernel does not know it
const SAID_AFTER_MS = 300; // screen readers ignore what a status says when it appears

/** @param {Widget<Card<object, Exercise>>} widget */
function render(widget) {
  const { model } = widget;
  const first = model.get("page"); // whatever is checked later has a card of its own
  const { id, report } = first;
  const mark = element("p.ex-mark");
  const frame = cardFrame(widget, "exercise", mark, [CHECKS, "▶ Run this cell", { exercise: id }]);
  /** @type {(what: "hint" | "solution") => () => void} */
  const asks = (what) => () => frame.line.send({ do: what });
  const hints = hintsView(asks("hint"));
  const solution = solutionView(asks("solution"), solutionNodes, Boolean(first.solution));
  const verdict = element("div.qc-verdict", verdictNodes(first, model.widget_manager));
  const check = leader("qc-button.qc-main.ex-check", [CHECKS, "Check", { exercise: id }]);
  const actions = element("div.qc-actions", check, hints.button, solution.button);
  /** @type {Exercise} */
  let seen = first;
  /** @type {Draw<Exercise>} */
  const draw = (page) => {
    frame.notice(page.notices);
    mark.dataset.standing = page.standing;
    mark.replaceChildren(sign(`${SIGNS[page.standing]} `), WORDS[page.standing]);
    hints.draw(page);
    solution.draw(page);
    const isHint = page.hints_html.length > seen.hints_html.length;
    if (isHint) frame.say(frame.texts(".qc-hints li:last-child").join());
    else if (page.solution && !seen.solution) frame.say("The solution is below.");
    seen = page;
  };
  frame.title.replaceChildren(rendered("span", first.title_html));
  frame.nav.hidden = true;
  verdict.dataset.standing = report ? (report.is_right ? "right" : "wrong") : "";
  frame.body.append(verdict, actions, hints.list, solution.node, ...lastTry(first.last_try));
  const says = () => frame.say(frame.texts(".ex-said, .qc-verdict > :not(.qc-sentence)").join(" "));
  if (report) setTimeout(says, SAID_AFTER_MS);
  return frame.show(draw);
}

/** @type {(page: Exercise, manager?: Manager) => HTMLElement[]} */
function verdictNodes({ report, standing, all }, manager) {
  if (!report) return [element("p", BEGIN)];
  const next = element("p", `${all.count} `, nextTask(all, manager));
  return [...reportNodes(report, standing === "right"), ...(report.is_right ? [next] : [])];
}

/** @type {(report: Report, isSolved: boolean) => HTMLElement[]} */
function reportNodes({ is_right: isRight, sentence, code, case: inputs, advice_html }, isSolved) {
  const begin = isSolved ? "" : "Not solved yet: ";
  const said = element("span.ex-said", isRight ? "" : begin, isolated(sentence));
  /** @type {HTMLElement[]} */
  const nodes = [element("p.qc-sentence", sign(`${isRight ? SIGNS.right : SIGNS.wrong} `), said)];
  if (code) nodes.push(codeBlock(code));
  if (inputs) nodes.push(element("p", "Inputs: ", element("code", inputs)));
  if (advice_html) nodes.push(rendered("p", advice_html));
  return nodes;
}

/** @type {(code: string) => Node[]} */
const solutionNodes = (code) => [element("h4", "Solution"), codeBlock(code), element("p", ANY)];

/** @type {(code: string) => HTMLElement[]} */
const lastTry = (code) =>
  code ? [element("details", element("summary", "Your last try"), codeBlock(code))] : [];

/** @type {(code: string) => HTMLElement} */
const codeBlock = (code) => element("pre", element("code", code));

export default { render };
