// The frame: draws whatever page the kernel sends, and sends back what the learner does.

import { element } from "../elements.js";
import { kernelLine, sayAgain, WAITING } from "../kernel_line.js";
import { button, showNotices } from "../quiz/parts.js";
import { cardView, donePage } from "./face.js";

function render({ model, el }) {
  const identity = `lessons-flashcards-${Math.random().toString(36).slice(2)}`;
  const parts = buildFrame(identity);
  let hasActed = false;
  let seen = "";
  const line = kernelLine(model, () => {
    showNotices(parts, [WAITING]);
    sayAgain(parts.status, WAITING);
  });
  const send = (action) => {
    hasActed = true;
    line.send({ ...action, card: model.get("page").id ?? "" });
  };
  const card = cardView({ send, identity });
  const undo = button("Undo last rating", "qc-door", () => send({ do: "undo" }));
  parts.nav.append(undo);
  const update = () => {
    const page = model.get("page");
    line.heard();
    parts.counts.textContent = page.counts;
    undo.hidden = parts.nav.hidden = !page.may_undo;
    showNotices(parts, page.notices);
    const front = drawBody(parts.body, page, card, model.widget_manager, send);
    const now = `${page.turn} ${page.view} ${Boolean(page.back_html)}`;
    if (hasActed && now !== seen) {
      sayAgain(parts.status, announcement(page, parts.body));
      front.focus();
    }
    seen = now;
    hasActed = false;
  };
  parts.root.addEventListener("keydown", (event) => rateByKey(event, model.get("page"), send));
  model.on("change:page", update);
  update();
  el.append(parts.root);
  return () => {
    line.heard();
    model.off("change:page", update);
  };
}

function buildFrame(identity) {
  const parts = {
    counts: element("p", { class: "fc-counts" }),
    notices: element("div", { class: "qc-notices", role: "note", "aria-label": "About your record" }),
    body: element("div", { class: "qc-body" }),
    nav: element("div", { class: "qc-nav fc-nav" }),
    // Permanent: a screen reader is told of changes inside it, not of a new one.
    status: element("p", { class: "qc-status", role: "status" }),
  };
  const title = element("h3", { class: "qc-title", id: `${identity}-title` }, "Flashcards");
  parts.root = element(
    "div",
    { class: "lessons-quiz lessons-flashcards", role: "group", "aria-labelledby": `${identity}-title` },
    element("div", { class: "qc-top" }, title, parts.counts),
    parts.notices,
    parts.body,
    parts.nav,
    parts.status,
  );
  return parts;
}

// Returns what gets the focus after a change, so that the next key goes where it is expected.
function drawBody(body, page, card, manager, send) {
  if (page.view === "done") {
    const { node, front } = donePage(page, send);
    body.replaceChildren(node);
    return front;
  }
  card.update(page, manager);
  if (body.firstChild !== card.node) body.replaceChildren(card.node);
  return page.ratings.length ? card.answer : card.show;
}

// Only while the focus is inside, and the answer is seen.
function rateByKey(event, page, send) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const one = page.ratings?.[["1", "2", "3", "4"].indexOf(event.key)];
  if (!one) return;
  event.preventDefault();
  event.stopPropagation();
  send({ do: "rate", rating: one.do });
}

function announcement(page, body) {
  const text = (selector) => body.querySelector(selector)?.textContent.trim() ?? "";
  if (page.view === "done") return [page.said, page.title, page.text].join(" ").trim();
  if (page.ratings.length) return [page.said, "Answer:", text(".fc-back")].join(" ").trim();
  return [page.said, page.asks, text(".fc-front")].join(" ").trim();
}

export default { render };
