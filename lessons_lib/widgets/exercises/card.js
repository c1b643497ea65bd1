// The card: draws whatever page the kernel sends, and sends back what the learner does.

import { element } from "../elements.js";
import { kernelLine, sayAgain, WAITING, WAITING_AFTER_MS } from "../kernel_line.js";
import { button, heading, rendered, showNotices } from "../quiz/parts.js";
import { exerciseView } from "./task.js";

const RUNNING_AFTER_MS = 9000;

function render({ model, el }) {
  const identity = `lessons-exercise-${Math.random().toString(36).slice(2)}`;
  const parts = buildCard(identity);
  let hasMoved = false;
  let place = "";
  const tell = (text) => sayAgain(parts.status, text);
  const line = kernelLine(model, () => {
    showNotices(parts, [WAITING]);
    tell(WAITING);
    task.wait(false);
  });
  const send = (action) => {
    const isMove = !["draft", "run"].includes(action.do);
    hasMoved = hasMoved || isMove;
    line.send(action, isMove ? WAITING_AFTER_MS : RUNNING_AFTER_MS);
  };
  const task = exerciseView({ send, tell, identity });
  const go = (action) => send({ ...task.draft, ...action });
  const update = () => {
    const page = model.get("page");
    line.heard();
    const before = place;
    place = page.turn;
    drawFrame(parts, page, go);
    if (page.said.what === "report") task.wait(false);
    const front = drawBody(parts.body, page, task, send);
    if (page.said.text) tell(announcement(page, parts.body));
    if (hasMoved && place !== before) front.focus();
    hasMoved = false;
  };
  model.on("change:page", update);
  update();
  el.append(parts.root);
  return () => {
    task.leave();
    line.heard();
    model.off("change:page", update);
  };
}

function buildCard(identity) {
  const parts = {
    title: element("h3", { class: "qc-title", id: `${identity}-title` }),
    steps: element("div", { class: "qc-steps", "aria-hidden": "true" }),
    notices: element("div", { class: "qc-notices", role: "note", "aria-label": "About your record" }),
    body: element("div", { class: "qc-body" }),
    nav: element("div", { class: "qc-nav" }),
    // Permanent: a screen reader is told of changes inside it, not of a new one.
    status: element("p", { class: "qc-status", role: "status" }),
  };
  parts.root = element(
    "div",
    { class: "lessons-quiz lessons-exercise", role: "group", "aria-labelledby": `${identity}-title` },
    element("div", { class: "qc-top" }, parts.title, parts.steps),
    parts.notices,
    parts.body,
    parts.nav,
    parts.status,
  );
  return parts;
}

const STEP = { solved: "right", tried: "tried", open: "" };

function drawFrame(parts, page, go) {
  if (page.view === "overview") parts.title.textContent = "All exercises";
  else parts.title.replaceChildren(rendered("span", {}, page.title_html));
  showNotices(parts, page.notices);
  const here = page.view === "exercise" ? page.number - 1 : -1;
  parts.steps.replaceChildren(
    ...page.standings.map((standing, step) => element("span", { class: step === here ? "qc-here" : "", "data-standing": STEP[standing] })),
  );
  drawNav(parts.nav, page, go);
}

// Buttons keep their place in the page, so that the focus can stay on them.
function drawNav(nav, page, go) {
  const nodes = [];
  if (page.view === "exercise") {
    const isDone = page.report?.what === "right";
    if (page.number > 1) nodes.push(button("Back", "", () => go({ do: "back" })));
    const next = page.number === page.of ? "Overview" : "Next";
    nodes.push(button(next, isDone ? "qc-main" : "", () => go({ do: "next" })));
    if (page.number < page.of) nodes.push(button("All exercises", "qc-door", () => go({ do: "overview" })));
  }
  const focused = [...nav.children].indexOf(document.activeElement);
  nav.replaceChildren(...nodes);
  nav.hidden = !nodes.length;
  nav.children[focused]?.focus();
}

function drawBody(body, page, task, send) {
  if (page.view === "exercise") {
    task.update(page);
    if (body.firstChild !== task.node) body.replaceChildren(task.node);
    return task.heading;
  }
  task.leave();
  const front = heading(4, page.solved);
  const rows = page.rows.map(({ title_html: title, difficulty, standing }, place) => {
    const go = button("", "ex-go", () => send({ do: "go", to: place + 1 }));
    const words = { solved: "✓ solved", tried: "○ tried", open: "not tried" };
    const mark = element("span", { class: `ex-state ex-${standing}` }, words[standing]);
    go.append(element("span", { class: "qc-letter" }, `${place + 1}`), rendered("span", { class: "ex-name" }, title), element("span", { class: "qc-difficulty" }, difficulty), mark);
    return element("li", {}, go);
  });
  body.replaceChildren(front, element("ol", { class: "ex-list" }, ...rows));
  return front;
}

// What just happened, as one text: the verdict with what helps, or the hint.
function announcement({ said }, body) {
  const texts = (selector) => [...body.querySelectorAll(selector)].map((node) => node.textContent.trim());
  if (said.what === "hint") return [said.text, ...texts(".qc-hints li:last-child")].join(" ");
  if (said.what === "report") return [said.text, ...texts(".ex-word")].join(" ");
  return said.text;
}

export default { render };
