// The card: draws whatever page the kernel sends, and sends back what the learner does.

import { element, silent } from "../elements.js";
import { WAITING_AFTER_MS } from "../kernel_line.js";
import { button, cardFrame, drawSteps, heading, rendered } from "../quiz/parts.js";
import { exerciseView } from "./task.js";

const RUNNING_AFTER_MS = 9000;
const STEP = { solved: "right", tried: "tried", open: "" };
const STATES = { solved: "✓ solved", tried: "○ tried", open: "not tried" };

function render(widget) {
  const { model } = widget;
  const steps = silent("div.qc-steps");
  const frame = cardFrame(widget, "exercise", steps, () => {
    frame.wait();
    task.wait(false);
  });
  let hasMoved = false;
  let place = "";
  const send = (action) => {
    const isMove = !["draft", "run"].includes(action.do);
    hasMoved = hasMoved || isMove;
    frame.line.send(action, isMove ? WAITING_AFTER_MS : RUNNING_AFTER_MS);
  };
  const task = exerciseView({ send, tell: frame.say, identity: frame.identity });
  const update = () => {
    const page = model.get("page");
    const before = place;
    const standings = page.standings.map((standing) => STEP[standing]);
    frame.line.heard();
    place = page.turn;
    if (page.view === "overview") frame.title.textContent = "All exercises";
    else frame.title.replaceChildren(rendered("span", page.title_html));
    frame.notice(page.notices);
    drawSteps(steps, standings, page.view === "exercise" ? page.number - 1 : -1);
    frame.drawNav(navButtons(page, (what) => send({ ...task.draft, do: what })));
    if (page.said.what === "report") task.wait(false);
    const front = drawPage(frame.body, page, task, send);
    if (page.said.text) frame.say(announcement(page, frame.texts));
    if (hasMoved && place !== before) front.focus();
    hasMoved = false;
  };
  return frame.show(update, { onEnd: task.leave });
}

function navButtons(page, go) {
  if (page.view !== "exercise") return [];
  const isDone = page.report?.what === "right";
  const isLast = page.number === page.of;
  const next = isLast ? "Overview" : "Next";
  const nodes = [button(next, isDone ? "qc-main" : "", () => go("next"))];
  if (page.number > 1) nodes.unshift(button("Back", "", () => go("back")));
  if (!isLast) nodes.push(button("All exercises", "qc-door", () => go("overview")));
  return nodes;
}

function drawPage(body, page, task, send) {
  if (page.view === "exercise") {
    task.update(page);
    if (body.firstChild !== task.node) body.replaceChildren(task.node);
    return task.heading;
  }
  task.leave();
  const front = heading(4, page.solved);
  const rows = page.rows.map(({ title_html: title, difficulty, standing }, place) => {
    const parts = [
      element("span.qc-letter", `${place + 1}`),
      rendered("span.ex-name", title),
      element("span.qc-difficulty", difficulty),
      element(`span.ex-state.ex-${standing}`, STATES[standing]),
    ];
    return element("li", button(parts, "ex-go", () => send({ do: "go", to: place + 1 })));
  });
  body.replaceChildren(front, element("ol.ex-list", rows));
  return front;
}

// What just happened, as one text: the verdict with what helps, or the hint.
function announcement({ said }, texts) {
  if (said.what === "hint") return [said.text, ...texts(".qc-hints li:last-child")].join(" ");
  if (said.what === "report") return [said.text, ...texts(".ex-word")].join(" ");
  return said.text;
}

export default { render };
