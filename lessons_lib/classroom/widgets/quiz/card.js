// The quiz card: draws the page that the kernel sends, and sends the learner's actions.

import { element, focusedIn, silent } from "../elements.js";
import { cardView, sideInWords } from "../flashcards/face.js";
import { joinOthers } from "../kernel_line.js";
import { button, cardFrame, drawSteps, rendered } from "./parts.js";
import { questionView } from "./question.js";
import { reviewPage, startPage } from "./review.js";

/** @import { QuizPage } from "./types" */
/** @import { Card, Draw, Manager, Send, Widget } from "../types" */

/** @param {Widget<Card<object, QuizPage>>} widget */
function render(widget) {
  const { model } = widget;
  const steps = silent("div.qc-steps");
  const frame = cardFrame(widget, "quiz", steps);
  const { send, look } = frame.line;
  let place = "";
  const question = questionView(send, frame.identity);
  const card = cardView((action, id) => send({ ...action, question: id }), frame.identity);
  const others = model.get("page").looks ? joinOthers(model, frame.line) : null;
  /** @type {Draw<QuizPage>} */
  const draw = (page, isReply) => {
    const before = place;
    const hasFocus = frame.body.contains(focusedIn(frame.body)); // before its button is hidden
    place = `${page.view} ${"turn" in page ? page.turn : ""}`;
    if (page.view === "error") frame.title.textContent = "This quiz cannot be shown";
    else frame.title.replaceChildren(rendered("span", page.title_html));
    frame.setNote(page.note ?? "");
    frame.notice(page.notices ?? []);
    drawSteps(steps, page.standings ?? [], page.view === "question" ? page.number - 1 : -1);
    frame.drawNav(navButtons(page, question, send));
    const front = drawPage(frame.body, page, { question, card }, send, model.widget_manager);
    const isNew = isReply && place !== before;
    if (isNew) front?.focus();
    // So that Enter goes on. Before the message, because moving the focus may interrupt it.
    else if (isReply && hasFocus && isDone(page) && page.reply?.what === "verdict")
      focusNext(frame);
    if (isReply) others?.postMessage("");
    if (!isReply && !page.reply?.text) return; // what was said last still holds
    frame.say(isNew || page.view !== "card" ? announcement(page, frame.texts) : "");
  };
  if (others && !model.host) look(); // a kernel may show its card again after a while
  return frame.show(draw, () => others?.close());
}

/** @type {(page: QuizPage) => boolean} */
const isDone = (page) =>
  page.view === "question" && ["right", "answered"].includes(page.question.standing);

/**
 * Without scrolling, so that the verdict stays in view; not if the learner has left the card.
 * @type {(frame: { nav: HTMLElement }) => void}
 */
function focusNext({ nav }) {
  /** @type {HTMLElement | null} */ (nav.querySelector(".qc-main"))?.focus({ preventScroll: true });
}

/**
 * @param {QuizPage} page
 * @param {ReturnType<typeof questionView>} question
 * @param {Send} send
 */
function navButtons(page, question, send) {
  /** @type {(what: string) => () => void} */
  const turn = (what) => () => {
    const isKept = page.view === "question" && page.is_kept_on_turning;
    send({ do: what, ...(isKept ? question.unsent() : {}) });
  };
  const nodes = (page.doors ?? []).map(({ do: what, text }) =>
    button(text, "qc-door", () => send({ do: what })),
  );
  if (page.view !== "question") return nodes;
  const [isTest, isOnward] = [page.is_kept_on_turning, isDone(page) || page.is_kept_on_turning];
  const words = isOnward && !isTest ? "Continue" : page.next;
  if (page.next) nodes.unshift(button(words, isOnward ? "qc-main" : "", turn("next")));
  if (page.back) nodes.unshift(button(page.back, "", turn("back")));
  return nodes;
}

/**
 * Returns the node to focus after the page changes.
 * @param {HTMLElement} body
 * @param {QuizPage} page
 * @param {{ question: ReturnType<typeof questionView>, card: ReturnType<typeof cardView> }} views
 * @param {Send} send
 * @param {Manager} [manager]
 */
function drawPage(body, page, { question, card }, send, manager) {
  if (page.view === "card") return card.drawIn(body, page, manager);
  if (page.view === "question") return question.drawIn(body, page);
  if (page.view === "error") {
    body.replaceChildren(element("pre.qc-error", page.text));
    return null;
  }
  const isStart = page.view === "start";
  const { heading, nodes } = isStart ? startPage(page, send) : reviewPage(page, send, manager);
  body.replaceChildren(...nodes);
  return heading;
}

/**
 * The text to announce: the verdict with its reasons, the hint, or a message.
 * @type {(page: QuizPage, texts: (selector: string) => string[]) => string}
 */
function announcement(page, texts) {
  const { reply } = page;
  if (page.view === "card") return sideInWords(page, texts);
  if (!reply?.text) return "";
  if (reply.what === "hint") return [reply.text, ...texts(".qc-hints li:last-child")].join(" ");
  if (reply.what !== "verdict" || page.view !== "question") return reply.text;
  const whys = texts(".qc-why");
  const remarks = page.question.verdict?.remarks.map(({ letter, is_right: isRight }, place) => {
    const name = letter && `${letter}, ${isRight ? "right" : "not right"}: `;
    return `${name}${whys[place]}`;
  });
  return [reply.text, ...(remarks ?? [])].join(" ");
}

export default { render };
