// The flashcards: draws the page that the kernel sends, and sends the learner's actions.

import { element } from "../elements.js";
import { button, cardFrame } from "../quiz/parts.js";
import { cardView, donePage } from "./face.js";

/** @import { FlashcardsPage } from "./types" */
/** @import { Card, Draw, Manager, Send, Widget } from "../types" */

/** @param {Widget<Card<object, FlashcardsPage>>} widget */
function render(widget) {
  const { model } = widget;
  const counts = element("p.fc-counts");
  const frame = cardFrame(widget, "flashcards", counts);
  let seen = "";
  /** @type {Send} */
  const send = (action) => {
    const page = model.get("page");
    frame.line.send({ ...action, card: page.view === "card" ? page.id : "" });
  };
  const card = cardView({ send, identity: frame.identity });
  const undo = button("Undo last rating", "qc-door", () => send({ do: "undo" }));
  /** @type {Draw<FlashcardsPage>} */
  const draw = (page, isReply) => {
    counts.textContent = page.counts;
    undo.hidden = frame.nav.hidden = !page.may_undo;
    frame.notice(page.notices);
    const front = drawPage(frame.body, page, card, send, model.widget_manager);
    const now = `${page.turn} ${page.view} ${page.view === "card" && page.ratings.length}`;
    if (isReply && now !== seen) {
      frame.say(announcement(page, frame.texts));
      front.focus();
    }
    seen = now;
  };
  frame.title.textContent = "Flashcards";
  frame.nav.classList.add("fc-nav");
  frame.nav.append(undo);
  return frame.show(draw, {
    onkeydown(event) {
      const page = model.get("page");
      // After the last card, its heading has the focus, and Space would scroll the notebook.
      if (
        page.view === "done" &&
        event.key === " " &&
        event.target === frame.body.querySelector("h3")
      ) {
        event.preventDefault();
      }
    },
  });
}

/**
 * Returns the node to focus after a change, so that the next key does what one expects.
 * @param {Element} body
 * @param {FlashcardsPage} page
 * @param {ReturnType<typeof cardView>} card
 * @param {Send} send
 * @param {Manager} [manager]
 */
function drawPage(body, page, card, send, manager) {
  if (page.view === "done") {
    const { node, front } = donePage(page, send);
    body.replaceChildren(node);
    return front;
  }
  card.update(page, manager);
  if (body.firstChild !== card.node) body.replaceChildren(card.node);
  return page.ratings.length ? card.answer : card.show;
}

/** @type {(page: FlashcardsPage, texts: (selector: string) => string[]) => string} */
function announcement(page, texts) {
  if (page.view === "done") return [page.reply, page.title, page.text].join(" ").trim();
  if (page.ratings.length) return [page.reply, "Answer:", ...texts(".fc-back")].join(" ").trim();
  return [page.reply, page.asks, ...texts(".fc-front")].join(" ").trim();
}

export default { render };
