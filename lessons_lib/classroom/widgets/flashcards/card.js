// The flashcards: draws the page that the kernel sends, and sends the learner's actions.

import { element } from "../elements.js";
import { button, cardFrame } from "../quiz/parts.js";
import { cardView, donePage } from "./face.js";

function render(widget) {
  const { model } = widget;
  const counts = element("p.fc-counts");
  const frame = cardFrame(widget, "flashcards", counts);
  let hasActed = false;
  let seen = "";
  const send = (action) => {
    hasActed = true;
    frame.line.send({ ...action, card: model.get("page").id ?? "" });
  };
  const card = cardView({ send, identity: frame.identity });
  const undo = button("Undo last rating", "qc-door", () => send({ do: "undo" }));
  const update = () => {
    const page = model.get("page");
    frame.line.replied();
    counts.textContent = page.counts;
    undo.hidden = frame.nav.hidden = !page.may_undo;
    frame.notice(page.notices);
    const front = drawPage(frame.body, page, card, model.widget_manager, send);
    const now = `${page.turn} ${page.view} ${Boolean(page.back_html)}`;
    if (hasActed && now !== seen) {
      frame.say(announcement(page, frame.texts));
      front.focus();
    }
    seen = now;
    hasActed = false;
  };
  frame.title.textContent = "Flashcards";
  frame.nav.classList.add("fc-nav");
  frame.nav.append(undo);
  return frame.show(update, { onkeydown: (event) => rateByKey(event, model.get("page"), send) });
}

// Returns the node to focus after a change, so that the next key does what one expects.
function drawPage(body, page, card, manager, send) {
  if (page.view === "done") {
    const { node, front } = donePage(page, send);
    body.replaceChildren(node);
    return front;
  }
  card.update(page, manager);
  if (body.firstChild !== card.node) body.replaceChildren(card.node);
  return page.ratings.length ? card.answer : card.show;
}

// Only works while the focus is inside and the answer is visible.
function rateByKey(event, page, send) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const one = page.ratings?.[["1", "2", "3", "4"].indexOf(event.key)];
  if (!one) return;
  event.preventDefault();
  event.stopPropagation();
  send({ do: "rate", rating: one.do });
}

function announcement(page, texts) {
  const { reply, title, text, asks, view, ratings } = page;
  if (view === "done") return [reply, title, text].join(" ").trim();
  if (ratings.length) return [reply, "Answer:", ...texts(".fc-back")].join(" ").trim();
  return [reply, asks, ...texts(".fc-front")].join(" ").trim();
}

export default { render };
