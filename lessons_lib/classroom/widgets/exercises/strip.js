// The strip of all exercises: which are solved, with a link to each and to the next one.

import { element, silent } from "../elements.js";
import { cardFrame, rendered, SIGNS } from "../quiz/parts.js";
import { nextTask, toTask, WORDS } from "./parts.js";

/** @import { ExerciseRow, Exercises } from "./types" */
/** @import { Card, Draw, Manager, Widget } from "../types" */

/** @param {Widget<Card<object, Exercises>>} widget */
function render(widget) {
  const { model } = widget;
  const manager = model.widget_manager;
  const count = element("p.ex-count");
  const frame = cardFrame(widget, "exercises", count);
  const [list, next] = [element("ol.ex-list"), element("p.ex-next")];
  /** @type {Draw<Exercises>} */
  const draw = (page) => {
    frame.notice(page.notices);
    count.textContent = page.count;
    list.replaceChildren(...page.rows.map((row, at) => rowOf(row, at + 1, manager)));
    next.replaceChildren(...nextTask(page, manager));
  };
  frame.title.textContent = "Your exercises";
  frame.nav.hidden = true;
  frame.body.append(list, next);
  return frame.show(draw);
}

/** @type {(row: ExerciseRow, number: number, manager?: Manager) => HTMLElement} */
function rowOf(row, number, manager) {
  const { standing, title_html: html } = row;
  const title = `${number}. ${rendered("span", html).textContent}: ${WORDS[standing]}`;
  const named = { "aria-label": title, title, "data-standing": standing };
  const link = element("a", named, String(number), silent("span", SIGNS[standing]));
  return element("li", toTask(link, row, manager));
}

export default { render };
