// Shared parts of quiz cards, flashcards and the progress view.

import { courseLink } from "../course_link.js";
import { element, focusedIn, plainButton, setDisabled, silent } from "../elements.js";
import { framed } from "../frame.js";

/** @import { Question, Standing } from "./types" */
/** @import { Command, Content, Draw, Link, Manager, Widget } from "../types" */

/** @type {Record<Standing, string>} */
export const SIGNS = { right: "✓", partly: "◐", wrong: "✗", answered: "•", open: "○" };
/** @type {Record<Standing, string>} */
const WORDS = {
  right: "Right",
  partly: "Partly right",
  wrong: "Not right",
  answered: "Answered",
  open: "Not answered",
};

/**
 * A card: a title with an element next to it, notices, the page, and buttons to turn it.
 * @param {Widget<any>} widget
 * @param {string} kind
 * @param {Element} beside
 * @param {Command} [again]
 */
export function cardFrame(widget, kind, beside, again) {
  const frame = framed(widget, "qc", kind, "About your record", { again });
  const [title, body, nav] = [frame.titled(), element("div.qc-body"), element("div.qc-nav")];
  const top = element("div.qc-top", title, beside);
  return {
    ...frame,
    title,
    body,
    nav,
    /**
     * The button at the same position keeps the focus.
     * @param {HTMLElement[]} buttons
     */
    drawNav(buttons) {
      const focused = [...nav.children].findIndex((one) => one === focusedIn(nav));
      nav.replaceChildren(...buttons);
      nav.hidden = !buttons.length;
      buttons[focused]?.focus();
    },
    /** @param {string} selector */
    texts: (selector) =>
      [...body.querySelectorAll(selector)].map((node) => node.textContent.trim()),
    /**
     * @param {Draw<any>} draw
     * @param {() => void} [onEnd]
     */
    show(draw, onEnd) {
      const nodes = [top, frame.note, frame.notices, body, nav, frame.status];
      return frame.show(`lessons-quiz.lessons-${kind}`, nodes, draw, onEnd);
    },
  };
}

/**
 * A bar for each question; the current one is marked.
 * @type {(node: Element, standings: Standing[], here: number) => void}
 */
export function drawSteps(node, standings, here) {
  node.replaceChildren(
    ...standings.map((standing, step) =>
      element(`span.${step === here ? "qc-here" : ""}`, { "data-standing": standing }),
    ),
  );
}

/**
 * The kernel has rendered and sanitized this HTML; no other text becomes markup.
 * @template {string} Name
 * @param {Name} name
 * @param {string} html
 */
export function rendered(name, html) {
  const node = element(name);
  node.innerHTML = html;
  for (const link of node.querySelectorAll("a")) link.dataset.lmSuppressShortcuts = "true";
  return node;
}

/** @type {(text: Content, kind: string, onClick: () => unknown) => HTMLButtonElement} */
export const button = (text, kind, onClick) => plainButton(`qc-button.${kind}`, text, onClick);

/**
 * Gets the focus when a page changes, so that screen readers continue there.
 * @type {(text: string) => HTMLElement}
 */
export const heading = (text) => element("h3.qc-heading", { tabindex: -1 }, text);

/** @type {(standing: string) => HTMLElement} */
export const sign = (standing) => silent("span", standing);

/** @type {(standing: Standing) => HTMLElement} */
export function standingMark(standing) {
  const kind = `span.qc-standing.qc-${standing}`;
  return element(kind, sign(SIGNS[standing]), ` ${WORDS[standing]}`);
}

/** @type {(link: Link, manager?: Manager) => HTMLElement} */
export function lessonLink({ title, title_html: html, ...target }, manager) {
  const node = html ? rendered("a.qc-link", html) : element("a.qc-link", title ?? "");
  return courseLink(node, target, manager);
}

/** @type {(right: number, of: number) => HTMLElement} */
export function bar(right, of) {
  const filled = element("span.qc-bar");
  filled.style.width = `${of ? (100 * right) / of : 0}%`;
  return silent("span.qc-track", filled);
}

/** @type {(right: number, of: number) => HTMLElement} */
export const barCell = (right, of) => element("td.qc-wide", bar(right, of));

/**
 * Hints, requested one at a time.
 * @param {() => void} ask
 */
export function hintsView(ask) {
  const more = button("", "", ask);
  const list = element("ol.qc-hints", { "aria-label": "Hints" });
  return {
    button: more,
    list,
    /** @param {Pick<Question, "hints_html" | "hints_left">} question */
    draw({ hints_html: hints, hints_left: left }) {
      more.textContent = `Hint (${left || "none"} left)`;
      setDisabled(more, !left);
      while (list.childElementCount > hints.length) list.lastElementChild?.remove();
      list.append(...hints.slice(list.childElementCount).map((html) => rendered("li", html)));
      list.hidden = !hints.length;
    },
  };
}

/**
 * The solution: requested once, then shown and hidden here.
 * @template Solved
 * @param {() => void} ask
 * @param {(solution: Solved) => Node[]} nodesOf
 * @param {boolean} isFoldedAtFirst
 */
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
    /** @param {{ solution: Solved | null, may_open_solution: boolean }} question */
    draw({ solution, may_open_solution: mayOpen }) {
      toggle.hidden = !(solution || mayOpen);
      if (solution && !isHere) node.replaceChildren(...nodesOf(solution));
      isHere = Boolean(solution);
      drawFold();
    },
  };
}
