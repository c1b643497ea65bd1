// An exploration: sends the values of its controls to the kernel and draws what it computes.

import { become, element, nodesOf } from "../elements.js";
import { labFrame } from "../frame.js";
import { delay } from "../kernel_line.js";
import { controlView } from "./controls.js";
import { partView } from "./parts.js";

/** @import { Exploration } from "./types" */
/** @import { Draw, Widget } from "../types" */

const ANNOUNCE_AFTER_MS = 900;

/** @param {Widget<Exploration>} widget */
function render(widget) {
  const { model } = widget;
  const { title, lead, note, controls } = model.get("about");
  const later = delay();
  const frame = labFrame(widget, "explore", title, lead);
  /** @param {string} words */
  const say = (words) => later(ANNOUNCE_AFTER_MS, () => frame.say(words));
  /** @param {string} words */
  const warn = (words) => {
    frame.notice(words ? [words] : []);
    if (words) say(words);
  };
  const ask = () =>
    frame.line.ask(() => {
      const values = Object.fromEntries(all.map(({ name, read }) => [name, read()]));
      return { do: "ask", values };
    });
  const all = controls.map((control, number) => ({
    name: control.name,
    ...controlView(control, `${frame.identity}-${number}`, ask),
  }));
  const result = element("div.xp-result");
  /** @type {Draw<Exploration["page"]>} */
  const draw = ({ values, parts, problem }, isReply) => {
    if (!isReply) all.forEach(({ name, show }) => show(values[name])); // else they may be ahead
    warn(problem ?? "");
    result.classList.toggle("xp-old", !parts);
    if (!parts) return;
    const asked = parts.find((part) => part.kind === "asked");
    panel.classList.toggle("xp-path", Boolean(asked));
    all.forEach(({ name, node }) => (node.hidden = asked?.names.includes(name) === false));
    const others = parts.filter((part) => part !== asked);
    const views = others.map((part) => partView(part, model.widget_manager));
    become(result, element("div.xp-result", views));
    const next = asked && all.find(({ name }) => name === asked.names.at(-1));
    const seen = result.querySelector(".xp-seen") ?? next?.node.querySelector("legend");
    say(seen?.textContent ?? "");
  };
  frame.setNote(note);
  const panel = element("div.xp-controls", nodesOf(all));
  const end = frame.show([panel, result], draw);
  panel.after(frame.notices); // where it moves no control
  return end;
}

export default { render };
