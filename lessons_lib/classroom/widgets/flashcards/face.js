// Both sides of a card, and the page without a card.

import { element, silent } from "../elements.js";
import { button, heading, lessonLink, rendered } from "../quiz/parts.js";

/** @import { CardFace, DonePage, Key, Rating } from "./types" */
/** @import { Manager, Send } from "../types" */

const ASKS = "How well did you know it?";

/**
 * The same node shows all cards, so that the focus and the status are not lost.
 * @param {{ send: Send, identity: string }} about
 */
export function cardView({ send, identity }) {
  const asks = element("p.fc-asks");
  const front = element("div.fc-front", { id: `${identity}-front` });
  const show = button("Show answer", "qc-main.fc-show", () => send({ do: "show" }));
  show.setAttribute("aria-describedby", front.id);
  const answer = heading("Answer");
  const [back, more] = [element("div.fc-back"), element("div.fc-more")];
  const lesson = element("p.fc-lesson");
  const other = element("section.fc-other", { "aria-label": "Answer" }, answer, back, more, lesson);
  const ratings = element("div.fc-ratings", { role: "group", "aria-label": ASKS });
  const keys = element("p.fc-keys", `${ASKS} Press a button or its number.`);
  /** @type {Rating[]} */
  let offered = [];
  /** @type {(event: KeyboardEvent) => void} */
  const onkeydown = (event) => {
    const rating = ratingOf(event, offered);
    if (!rating) return;
    event.preventDefault();
    event.stopPropagation();
    send({ do: "rate", rating: rating.do });
  };
  return {
    node: element("div.fc-card", { onkeydown }, asks, front, show, other, keys, ratings),
    show,
    answer,
    /**
     * @param {CardFace} page
     * @param {Manager} [manager]
     */
    update(page, manager) {
      offered = page.ratings;
      const isOpen = offered.length > 0;
      asks.replaceChildren(page.asks, " ", page.is_new ? element("span.fc-new", "new") : "");
      front.dataset.kind = page.kind;
      front.replaceChildren(rendered("div", page.front_html));
      show.hidden = isOpen;
      for (const part of [other, keys, ratings]) part.hidden = !isOpen;
      if (!isOpen) return;
      const link = page.lesson ? ["More in ", lessonLink(page.lesson, manager)] : [];
      back.replaceChildren(rendered("div", page.back_html));
      more.replaceChildren(rendered("div", page.more_html ?? ""));
      more.hidden = !page.more_html;
      lesson.replaceChildren(...link);
      ratings.replaceChildren(...offered.map((one, n) => ratingButton(one, n + 1, send)));
    },
  };
}

/**
 * The rating that a key stands for: 1 to 4, while the answer is visible.
 * @type {(pressed: Key, ratings: Rating[]) => Rating | undefined}
 */
export function ratingOf({ key, ctrlKey, metaKey, altKey, repeat }, ratings) {
  const isHeld = ctrlKey || metaKey || altKey || repeat;
  return isHeld ? undefined : ratings[["1", "2", "3", "4"].indexOf(key)];
}

/** @type {(rating: Rating, number: number, send: Send) => HTMLElement} */
function ratingButton({ do: rating, title, means, rest }, number, send) {
  const parts = [
    silent("span.fc-number", `${number}`),
    element("span.fc-name", title),
    element("span.fc-rest", rest),
    element("span.fc-means", means),
  ];
  const node = button(parts, "fc-rating", () => send({ do: "rate", rating }));
  node.dataset.rating = rating;
  node.setAttribute("aria-label", `${title}: ${rest}. ${means}.`);
  return node;
}

/**
 * @param {DonePage} page
 * @param {Send} send
 */
export function donePage(page, send) {
  const front = heading(page.title);
  /** @type {(text: string, what: string) => HTMLElement} */
  const door = (text, what) => button(text, "", () => send({ do: what }));
  const doors = [door("Check for due cards", "look")];
  if (page.more) doors.unshift(door(`Learn ${page.more} more`, "more"));
  if (page.early) doors.unshift(door(`See ${page.early === 1 ? "it" : page.early} now`, "early"));
  const texts = [element("p", page.text), element("p.fc-met", page.met)];
  const node = element("div.fc-card.fc-done", front, texts, element("div.qc-actions", doors));
  return { node, front };
}
