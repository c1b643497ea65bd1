// The flashcards: draws the page that the kernel sends, and sends the learner's actions.

import { element } from "../elements.js";
import { button, cardFrame } from "../quiz/parts.js";
import { cardView, drawDone, sideInWords } from "./face.js";

/** @import { FlashcardsPage } from "./types" */
/** @import { Card, Draw, Widget } from "../types" */

/** @param {Widget<Card<object, FlashcardsPage>>} widget */
function render(widget) {
  const manager = widget.model.widget_manager;
  const counts = element("p.fc-counts");
  const frame = cardFrame(widget, "flashcards", counts);
  const { send } = frame.line;
  const card = cardView((action, id) => send({ ...action, card: id }), frame.identity);
  const undo = button("Undo last rating", "qc-door", () => send({ do: "undo" }));
  let seen = "";
  /** @type {Draw<FlashcardsPage>} */
  const draw = (page, isReply) => {
    const isDone = page.view === "done";
    counts.textContent = page.counts;
    undo.hidden = frame.nav.hidden = !page.may_undo;
    frame.notice(page.notices);
    const front = isDone
      ? drawDone(frame.body, page, send)
      : card.drawIn(frame.body, page, manager);
    const now = `${page.turn} ${isDone || page.ratings.length}`;
    if (isReply && now !== seen) {
      const words = isDone ? `${page.title} ${page.text}` : sideInWords(page, frame.texts);
      frame.say(`${page.reply} ${words}`.trim());
      front.focus();
    }
    seen = now;
  };
  frame.title.textContent = "Flashcards";
  frame.nav.classList.add("fc-nav");
  frame.nav.append(undo);
  return frame.show(draw);
}

export default { render };
