// Both sides of a card, and the page without a card.

import { element, place, silent } from "../elements.js";
import { button, heading, lessonLink, rendered } from "../quiz/parts.js";

/** @import { CardFace, DonePage, Key, Rating } from "./types" */
/** @import { Action, Manager, Send } from "../types" */

const ASKS = "How well did you know it?";

/**
 * The same node shows all cards, so that the focus and the status are not lost.
 * @param {(action: Action, card: string) => void} send
 * @param {string} identity
 */
export function cardView(send, identity) {
  const asks = element("p.fc-asks");
  const front = element("div.fc-front", { id: `${identity}-front` });
  const show = button("Show answer", "qc-main.fc-show", () => send({ do: "show" }, id));
  show.setAttribute("aria-describedby", front.id);
  const answer = heading("Answer");
  const [back, more] = [element("div.fc-back"), element("div.fc-more")];
  const lesson = element("p.fc-lesson");
  const other = element("section.fc-other", { "aria-label": "Answer" }, answer, back, more, lesson);
  const ratings = element("div.fc-ratings", { role: "group", "aria-label": ASKS });
  const keys = element("p.fc-keys", `${ASKS} Press a button or its number.`);
  let [id, offered] = ["", /** @type {Rating[]} */ ([])];
  /** @param {Rating} rating */
  const rate = (rating) => send({ do: "rate", rating: rating.do }, id);
  /** @type {(event: KeyboardEvent) => void} */
  const onkeydown = (event) => {
    const rating = ratingOf(event, offered);
    if (!rating) return;
    event.preventDefault();
    event.stopPropagation();
    rate(rating);
  };
  const node = element("div.fc-card", { onkeydown }, asks, front, show, other, keys, ratings);
  return {
    /**
     * Returns the node to focus after a change, so that the next key does what one expects.
     * @param {HTMLElement} body
     * @param {CardFace} page
     * @param {Manager} [manager]
     */
    drawIn(body, page, manager) {
      if (body.firstChild !== node) body.replaceChildren(node);
      [id, offered] = [page.id, page.ratings];
      const isOpen = offered.length > 0;
      asks.replaceChildren(page.asks, " ", page.is_new ? element("span.fc-new", "new") : "");
      front.dataset.kind = page.kind;
      front.replaceChildren(rendered("div", page.front_html));
      show.hidden = isOpen;
      for (const part of [other, keys, ratings]) part.hidden = !isOpen;
      if (!isOpen) return show;
      const link = page.lesson ? ["More in ", lessonLink(page.lesson, manager)] : [];
      back.replaceChildren(rendered("div", page.back_html));
      more.replaceChildren(rendered("div", page.more_html ?? ""));
      more.hidden = !page.more_html;
      lesson.replaceChildren(...link);
      ratings.replaceChildren(...offered.map((one, n) => ratingButton(one, n + 1, rate)));
      return answer;
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

/**
 * The side that is new to the learner, to announce it.
 * @type {(page: CardFace, texts: (selector: string) => string[]) => string}
 */
export function sideInWords({ asks, ratings }, texts) {
  const words = ratings.length ? ["Answer:", ...texts(".fc-back")] : [asks, ...texts(".fc-front")];
  return words.join(" ");
}

/** @type {(rating: Rating, number: number, onRate: (rating: Rating) => void) => HTMLElement} */
function ratingButton(rating, number, onRate) {
  const { title, means, rest } = rating;
  const parts = [
    silent("span.fc-number", `${number}`),
    element("span.fc-name", title),
    element("span.fc-rest", rest),
    element("span.fc-means", means),
  ];
  const node = button(parts, "fc-rating", () => onRate(rating));
  node.dataset.rating = rating.do;
  node.setAttribute("aria-label", `${title}: ${rest}. ${means}.`);
  return node;
}

/**
 * Draws the page without a card, and returns its heading, which gets the focus.
 * @param {HTMLElement} body
 * @param {DonePage} page
 * @param {Send} send
 */
export function drawDone(body, page, send) {
  const front = heading(page.title);
  /** @type {(text: string, what: string) => HTMLElement} */
  const door = (text, what) => button(text, "", () => send({ do: what }));
  const doors = [door("Check for due cards", "look")];
  if (page.more) doors.unshift(door(`Learn ${page.more} more`, "more"));
  if (page.early) doors.unshift(door(`See ${page.early === 1 ? "it" : page.early} now`, "early"));
  const texts = [element("p", page.text), element("p.fc-met", page.met)];
  const actions = element("div.qc-actions", doors);
  // After the last card, Space would scroll the notebook.
  place(front, { onkeydown: (event) => event.key === " " && event.preventDefault() });
  body.replaceChildren(element("div.fc-card.fc-done", front, texts, actions));
  return front;
}
