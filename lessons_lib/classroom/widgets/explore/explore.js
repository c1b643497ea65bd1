// An exploration: sends the values of its controls to the kernel and draws what it computes.

import { become, element, nodesOf } from "../elements.js";
import { labFrame } from "../frame.js";
import { delay, questions } from "../kernel_line.js";
import { controlView } from "./controls.js";
import { partView } from "./parts.js";

/** @import { Exploration } from "./types" */
/** @import { Widget } from "../types" */

const ANNOUNCE_AFTER_MS = 900;

/** @param {Widget<Exploration>} widget */
function render(widget) {
  const { model } = widget;
  const { title, lead, note, controls } = model.get("frame");
  const later = delay();
  const frame = labFrame(widget, "explore", title, lead);
  /** @param {string} words */
  const say = (words) => later(ANNOUNCE_AFTER_MS, () => frame.say(words));
  /** @param {string} words */
  const warn = (words) => {
    frame.notice(words ? [words] : []);
    if (words) say(words);
  };
  const all = controls.map((control, number) => ({
    name: control.name,
    ...controlView(control, `${frame.identity}-${number}`, () => kernel.ask()),
  }));
  const result = element("div.xp-result");
  const kernel = questions(model, frame.line, {
    read: () => ({ values: Object.fromEntries(all.map(({ name, read }) => [name, read()])) }),
    draw({ parts, problem, error }) {
      warn(problem || error || "");
      result.classList.toggle("xp-old", !parts);
      if (!parts) return;
      const views = parts.map((part) => partView(part, model.widget_manager));
      become(result, element("div.xp-result", views));
      say(result.querySelector(".xp-seen")?.textContent ?? "");
    },
  });
  const follow = () => {
    const { values } = model.get("asked");
    all.forEach(({ name, show }) => show(values[name]));
  };
  frame.setNote(note);
  const panel = element("div.xp-controls", nodesOf(all));
  const updates = { asked: follow, answer: kernel.receive };
  const end = frame.show([panel, result], updates);
  panel.after(frame.notices); // where it moves no control
  return end;
}

export default { render };
