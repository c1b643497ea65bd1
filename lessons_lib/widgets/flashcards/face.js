// Both sides of a card, and the page without one.

import { element } from "../elements.js";
import { button, heading, lessonLink, rendered } from "../quiz/parts.js";

// The card stays in the page while it changes, so that the focus and the status are not lost.
export function cardView({ send, identity }) {
  const asks = element("p", { class: "fc-asks" });
  const front = element("div", { class: "fc-front", id: `${identity}-front` });
  const show = button("Show answer", "qc-main fc-show", () => send({ do: "show" }));
  show.setAttribute("aria-describedby", `${identity}-front`);
  const answer = heading(4, "Answer");
  const back = element("div", { class: "fc-back" });
  const more = element("div", { class: "fc-more" });
  const lesson = element("p", { class: "fc-lesson" });
  const other = element("section", { class: "fc-other", "aria-label": "Answer" }, answer, back, more, lesson);
  const ratings = element("div", { class: "fc-ratings", role: "group", "aria-label": "How well did you know it?" });
  const keys = element("p", { class: "fc-keys" }, "How well did you know it? Press a button, or its number.");
  const node = element("div", { class: "fc-card" }, asks, front, show, other, keys, ratings);

  function update(page, manager) {
    const isOpen = page.ratings.length > 0;
    const note = page.is_new ? element("span", { class: "fc-new" }, "new") : "";
    asks.replaceChildren(page.asks, " ", note);
    front.dataset.kind = page.kind;
    front.replaceChildren(rendered("div", {}, page.front_html));
    show.hidden = isOpen;
    for (const part of [other, keys, ratings]) part.hidden = !isOpen;
    if (!isOpen) return;
    back.replaceChildren(rendered("div", {}, page.back_html));
    more.replaceChildren(rendered("div", {}, page.more_html));
    more.hidden = !page.more_html;
    lesson.replaceChildren(...(page.lesson.file ? ["More in ", lessonLink(page.lesson, manager)] : []));
    ratings.replaceChildren(...page.ratings.map((one, place) => ratingButton(one, place + 1, send)));
  }

  return { node, show, answer, update };
}

function ratingButton({ do: rating, title, means, rest }, number, send) {
  const node = button("", "fc-rating", () => send({ do: "rate", rating }));
  node.dataset.rating = rating;
  node.append(
    element("span", { class: "fc-number", "aria-hidden": "true" }, String(number)),
    element("span", { class: "fc-name" }, title),
    element("span", { class: "fc-rest" }, rest),
    element("span", { class: "fc-means" }, means),
  );
  node.setAttribute("aria-label", `${title}: ${rest}. ${means}.`);
  return node;
}

export function donePage(page, send) {
  const front = heading(4, page.title);
  const doors = element("div", { class: "qc-actions" });
  if (page.early) doors.append(button(page.early === 1 ? "Ask it now" : `Ask ${page.early} now`, "", () => send({ do: "early" })));
  if (page.more) doors.append(button(`Learn ${page.more} more`, "", () => send({ do: "more" })));
  doors.append(button("Look again", "", () => send({ do: "look" })));
  const node = element("div", { class: "fc-card fc-done" }, front, element("p", {}, page.text), element("p", { class: "fc-met" }, page.met), doors);
  return { node, front };
}
