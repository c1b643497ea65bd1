// Shared parts of quiz cards, flashcards and the progress view.

import { courseLink } from "../course_link.js";
import { element, focusedIn, plainButton, setDisabled, silent } from "../elements.js";
import { framed } from "../frame.js";

export const SIGNS = { right: "✓", partly: "◐", wrong: "✗", answered: "•", open: "○" };
const VERDICTS = { right: "Right", partly: "Partly right", wrong: "Not right" };
const WORDS = { ...VERDICTS, answered: "Answered", open: "Not answered" };

// A card: a title with an element next to it, notices, the page, and buttons to turn it.
export function cardFrame(widget, kind, beside) {
  const frame = framed(widget, "qc", kind, "About your record");
  const [title, body, nav] = [frame.titled(), element("div.qc-body"), element("div.qc-nav")];
  const top = element("div.qc-top", title, beside);
  return {
    ...frame,
    title,
    body,
    nav,
    // The button at the same position keeps the focus.
    drawNav(buttons) {
      const focused = [...nav.children].indexOf(focusedIn(nav));
      nav.replaceChildren(...buttons);
      nav.hidden = !buttons.length;
      nav.children[focused]?.focus();
    },
    texts: (selector) =>
      [...body.querySelectorAll(selector)].map((node) => node.textContent.trim()),
    show(update, { note = [], ...more } = {}) {
      const nodes = [top, note, frame.notices, body, nav, frame.status].flat();
      return frame.show(`lessons-quiz.lessons-${kind}`, nodes, { page: update }, more);
    },
  };
}

// A bar for each question; the current one is marked.
export function drawSteps(node, standings, here) {
  node.replaceChildren(
    ...standings.map((standing, step) =>
      element(`span.${step === here ? "qc-here" : ""}`, { "data-standing": standing }),
    ),
  );
}

// The kernel has rendered and sanitized this HTML; no other text becomes markup.
export function rendered(name, html) {
  const node = element(name);
  node.innerHTML = html;
  for (const link of node.querySelectorAll("a")) link.dataset.lmSuppressShortcuts = "true";
  return node;
}

export const button = (text, kind, onClick) => plainButton(`qc-button.${kind}`, text, onClick);

// Gets the focus when a page changes, so that screen readers continue there.
export const heading = (text) => element("h3.qc-heading", { tabindex: -1 }, text);

export const sign = (standing) => silent("span", standing);

export function standingMark(standing) {
  const kind = `span.qc-standing.qc-${standing}`;
  return element(kind, sign(SIGNS[standing]), ` ${WORDS[standing]}`);
}

export function lessonLink({ file, fragment, title, title_html: html }, manager) {
  const node = html ? rendered("a.qc-link", html) : element("a.qc-link", title);
  return courseLink(node, { file, fragment }, manager);
}

export function bar(right, of) {
  const filled = element("span.qc-bar");
  filled.style.width = `${of ? (100 * right) / of : 0}%`;
  return silent("span.qc-track", filled);
}

// Hints, requested one at a time.
export function hintsView(ask) {
  const more = button("", "", ask);
  const list = element("ol.qc-hints", { "aria-label": "Hints" });
  return {
    button: more,
    list,
    draw({ hints_html: hints, hints_left: left }) {
      more.textContent = `Hint (${left || "none"} left)`;
      setDisabled(more, !left);
      while (list.childElementCount > hints.length) list.lastElementChild.remove();
      list.append(...hints.slice(list.childElementCount).map((html) => rendered("li", html)));
      list.hidden = !hints.length;
    },
  };
}

// The solution: requested once, then shown and hidden here.
export function solutionView(ask, nodesOf, isFoldedAtFirst) {
  let [isHere, isFolded] = [false, isFoldedAtFirst];
  const node = element("div.qc-solution", { role: "group", "aria-label": "Solution" });
  const toggle = button("", "", () => {
    if (!isHere) return ask();
    isFolded = !isFolded;
    drawFold();
  });
  const drawFold = () => {
    const isShown = isHere && !isFolded;
    node.hidden = !isShown;
    toggle.textContent = isShown ? "Hide solution" : "Show solution";
    toggle.setAttribute("aria-expanded", String(isShown));
  };
  return {
    button: toggle,
    node,
    draw({ solution, may_open_solution: mayOpen }) {
      toggle.hidden = !(solution || mayOpen);
      if (solution && !isHere) node.replaceChildren(...nodesOf(solution));
      isHere = Boolean(solution);
      drawFold();
    },
  };
}
