// The card: draws whatever page the kernel sends, and sends back what the learner does.

import { element } from "../elements.js";
import { kernelLine, sayAgain, WAITING } from "../kernel_line.js";
import { button, rendered, showNotices } from "./parts.js";
import { questionView } from "./question.js";
import { reviewPage, startPage } from "./review.js";

function render({ model, el }) {
  const identity = `lessons-quiz-${Math.random().toString(36).slice(2)}`;
  const manager = model.widget_manager;
  let hasActed = false;
  const line = kernelLine(model, () => {
    showNotices(parts, [WAITING]);
    sayAgain(parts.status, WAITING);
  });
  const send = (action) => {
    hasActed = true;
    line.send(action);
  };
  const tools = { send, manager, identity };
  const parts = buildCard(identity);
  const question = questionView(tools);
  let place = "";
  const update = () => {
    const page = model.get("page");
    line.heard();
    const before = place;
    place = `${page.view} ${page.turn ?? ""}`;
    drawFrame(parts, page, send, question);
    const front = drawBody(parts.body, page, question, tools);
    sayAgain(parts.status, announcement(page, parts.body));
    if (hasActed && place !== before) front?.focus();
    hasActed = false;
  };
  model.on("change:page", update);
  update();
  el.append(parts.root);
  return () => {
    line.heard();
    model.off("change:page", update);
  };
}

function buildCard(identity) {
  const parts = {
    title: element("h3", { class: "qc-title", id: `${identity}-title` }),
    steps: element("div", { class: "qc-steps", "aria-hidden": "true" }),
    note: element("p", { class: "qc-note" }),
    notices: element("div", { class: "qc-notices", role: "note", "aria-label": "About your record" }),
    body: element("div", { class: "qc-body" }),
    nav: element("div", { class: "qc-nav" }),
    // Permanent: a screen reader is told of changes inside it, not of a new one.
    status: element("p", { class: "qc-status", role: "status" }),
  };
  parts.root = element(
    "div",
    { class: "lessons-quiz", role: "group", "aria-labelledby": `${identity}-title` },
    element("div", { class: "qc-top" }, parts.title, parts.steps),
    parts.note,
    parts.notices,
    parts.body,
    parts.nav,
    parts.status,
  );
  return parts;
}

function drawFrame(parts, page, send, question) {
  if (page.view === "error") parts.title.textContent = "This quiz cannot be shown";
  else if (parts.titleShown !== page.title_html) parts.title.replaceChildren(rendered("span", {}, page.title_html));
  parts.titleShown = page.title_html;
  parts.note.textContent = page.note ?? "";
  parts.note.hidden = !page.note;
  showNotices(parts, page.notices ?? []);
  const here = page.view === "question" ? page.number - 1 : -1;
  const steps = page.standings ?? [];
  parts.steps.replaceChildren(...steps.map((standing, step) => element("span", { class: step === here ? "qc-here" : "", "data-standing": standing })));
  // In a test, what is chosen is given by turning the page.
  const turn = (action) => send({ ...action, ...(page.is_kept_on_turning ? question.unsent() : {}) });
  drawNav(parts.nav, page, send, turn);
}

// Buttons keep their place in the page, so that the focus can stay on them.
function drawNav(nav, page, send, turn) {
  const isDone = ["right", "answered"].includes(page.question?.standing);
  const nodes = [];
  if (page.back) nodes.push(button(page.back, "", () => turn({ do: "back" })));
  if (page.next) nodes.push(button(page.next, isDone ? "qc-main" : "", () => turn({ do: "next" })));
  for (const { do: what, text } of page.doors ?? []) nodes.push(button(text, "qc-door", () => send({ do: what })));
  const focused = [...nav.children].indexOf(document.activeElement);
  nav.replaceChildren(...nodes);
  nav.hidden = !nodes.length;
  nav.children[focused]?.focus();
}

function drawBody(body, page, question, tools) {
  if (page.view === "question") {
    question.update(page);
    if (body.firstChild !== question.node) body.replaceChildren(question.node);
    return question.heading;
  }
  if (page.view === "error") {
    body.replaceChildren(element("pre", { class: "qc-error" }, page.text));
    return null;
  }
  const { heading: front, nodes } = page.view === "start" ? startPage(page, tools) : reviewPage(page, tools);
  body.replaceChildren(...nodes);
  return front;
}

// What just happened, as one text: the verdict with its reasons, or the hint.
function announcement({ said, question }, body) {
  if (!said?.text) return "";
  const texts = (selector) => [...body.querySelectorAll(selector)].map((node) => node.textContent.trim());
  if (said.what === "hint") return [said.text, ...texts(".qc-hints li:last-child")].join(" ");
  if (said.what !== "verdict") return said.text;
  const whys = texts(".qc-why");
  const remarks = question.verdict.remarks.map(({ letter, is_right: isRight }, place) => {
    const name = letter && `${letter}, ${isRight ? "right" : "not right"}: `;
    return `${name}${whys[place]}`;
  });
  return [said.text, ...remarks].join(" ");
}

export default { render };
