// What is due today, which lesson comes then, and the one link that begins it.

import { courseLink } from "../course_link.js";
import { element } from "../elements.js";
import { framed } from "../frame.js";
import { joinOthers } from "../kernel_line.js";

/** @import { Today, TodayPage } from "./types" */
/** @import { Draw, Manager, Widget } from "../types" */

/** @param {Widget<TodayPage>} widget */
function render(widget) {
  const { model } = widget;
  const frame = framed(widget, "lb", "today", "About this card");
  const others = joinOthers(model, frame.line);
  const plan = element("div.td-plan");
  let shown = "";
  let { begun } = model.get("page");
  /** @type {Draw<TodayPage["page"]>} */
  const draw = ({ begun: count, today }) => {
    if (count !== begun) others.postMessage("");
    begun = count;
    frame.notice([]);
    const root = plan.closest(".lessons-today");
    if (root) /** @type {HTMLElement} */ (root).hidden = !today;
    if (JSON.stringify(today) === shown) return;
    shown = JSON.stringify(today);
    // The link opens practice, which asks what this records.
    const begin = () => frame.line.send({ do: "begin" });
    plan.replaceChildren(...(today ? planOf(today, begin, model.widget_manager) : []));
  };
  const nodes = [frame.titled("Welcome back"), plan, frame.notices, frame.status];
  const stop = frame.show("lessons-lab.lessons-today", nodes, draw, () => others.close());
  draw(model.get("page"), false);
  return stop;
}

/** @type {(today: Today, onBegin: () => void, manager?: Manager) => HTMLElement[]} */
function planOf({ due, lesson, about, ...link }, onBegin, manager) {
  const steps = [due, due && lesson && ", then ", lesson && element("em", lesson), `: ${about}`];
  const begin = courseLink(element("a.lb-button.lb-main", "Begin"), link, manager);
  begin.addEventListener("click", onBegin);
  return [element("p", element("strong", "Today: "), steps), begin];
}

export default { render };
