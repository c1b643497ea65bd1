// The start page: a text labeled now, an archive labeled in batches, and where to go next.

import { courseLink } from "../../../classroom/widgets/course_link.js";
import { element, isolated, typedIn } from "../../../classroom/widgets/elements.js";
import { framed, labButton } from "../../../classroom/widgets/frame.js";
import { joinOthers } from "../../../classroom/widgets/kernel_line.js";
import { probabilityBars } from "../trace/scores.js";
import { batchView } from "./batch.js";

/** @import { Class, Door, OwnLabel, Start, Today } from "../types" */
/** @import { Child, Draw, Widget } from "../../../classroom/widgets/types" */

const EVERYONE = "What if everyone asks at once?";
const LONG_MS = 60_000; // the texts may have to be downloaded first

/** @param {Widget<Start>} widget */
function render(widget) {
  const { model } = widget;
  const about = model.get("about");
  /** @type {(link: Door) => HTMLElement} */
  const linked = (link) =>
    courseLink(element("a", link.title || EVERYONE), link, model.widget_manager);
  const frame = framed(widget, "lb", "start", "About this page");
  const label = () => frame.line.send({ do: "label", text: typedIn(box.input) });
  const box = textBox(`${frame.identity}-title`, about.longest, label);
  const now = labelView(about.classes);
  const many = batchView(about.classes, frame.say, () => frame.line.send({ do: "batch" }));
  let saidOf = model.get("page").own.number;
  let { begun } = model.get("page");
  let plan = "";
  let [isFirst, batch] = [true, /** @type {number | undefined} */ (undefined)];
  /** @type {Draw<Start["page"]>} */
  const draw = ({ own, problem, failed, is_running: isRunning, begun: count, ...more }) => {
    if (count !== begun) others.postMessage("");
    begun = count;
    const wrong = [problem, failed].filter(Boolean);
    frame.notice(wrong);
    if (isRunning) frame.line.expect(LONG_MS);
    box.draw(own.text, problem);
    now.draw(own);
    many.wait(isRunning);
    if (JSON.stringify(more.today) !== plan) {
      plan = JSON.stringify(more.today);
      today.replaceChildren(...todayView(more.today, linked, begin));
    }
    // What an earlier view started is drawn without its replay.
    if (more.batch.number !== batch) many.draw(more.batch, !isFirst);
    [batch, isFirst] = [more.batch.number, false];
    if (wrong.length) frame.say(wrong[0]);
    else if (own.number !== saidOf) frame.say(`${own.label}, in ${own.time}.`);
    saidOf = own.number;
  };
  const queue = element("p.st-queue", linked(about.queue));
  const lanes = [
    lane("real-time", "Real-time", "your text, now", [...now.nodes, queue]),
    lane("batch", "Batch", "ten thousand texts, together", many.nodes),
  ];
  const today = element("div");
  const begin = () => frame.line.send({ do: "begin" });
  const others = joinOthers(model, frame.line);
  const nodes = [
    today,
    frame.titled(about.title),
    box.node,
    frame.notices,
    element("div.st-lanes", lanes),
    doors(about.doors, linked),
    frame.status,
  ];
  return frame.show("lessons-lab.lessons-start", nodes, draw, () => {
    many.stop();
    others.close();
  });
}

/**
 * What is due, and the one link that begins it; nothing for a newcomer.
 * @type {(today: Today | null, linked: (link: Door) => HTMLElement, onBegin: () => void)
 *   => HTMLElement[]}
 */
function todayView(today, linked, onBegin) {
  if (!today) return [];
  const { due, lesson, about, ...link } = today;
  const plan = [due, due && lesson ? ", then " : "", lesson && element("em", lesson), `: ${about}`];
  const begin = linked({ ...link, title: "Begin", about });
  begin.classList.add("lb-button", "lb-main");
  begin.addEventListener("click", onBegin); // the link opens practice, which asks what this records
  return [element("div.st-today", element("p", element("strong", "Today: "), plan), begin)];
}

/**
 * @param {string} titleId
 * @param {number} longest
 * @param {() => void} onText
 */
function textBox(titleId, longest, onText) {
  const input = element("input.st-input", {
    type: "text",
    maxlength: longest,
    dir: "auto",
    autocomplete: "off",
    "aria-labelledby": titleId,
    onfocus: ({ target }) => /** @type {HTMLInputElement} */ (target).select(),
    // In JupyterLab, Enter in a field does not submit a form.
    onkeydown: (event) => event.key === "Enter" && !event.isComposing && onText(),
  });
  let isFilled = false;
  return {
    input,
    node: element("div.st-box", input, labButton("Label it", "lb-main", onText)),
    /**
     * @param {string} text
     * @param {string} problem
     */
    draw(text, problem) {
      if (!isFilled) input.value = text;
      isFilled = true;
      input.setAttribute("aria-invalid", String(Boolean(problem)));
    },
  };
}

/** @type {(name: string, title: string, about: string, nodes: Child[]) => HTMLElement} */
function lane(name, title, about, nodes) {
  const head = element("p.st-name", element("strong", title), ` ${about}`);
  return element("div.st-lane", { "data-lane": name }, head, nodes);
}

/** @param {Class[]} classes */
function labelView(classes) {
  const label = element("strong.st-label");
  const time = element("span.st-time");
  const quoted = element("p.st-text");
  const bars = probabilityBars();
  return {
    nodes: [element("p.st-head", label, time), quoted, bars.node],
    /** @param {OwnLabel} own */
    draw(own) {
      const decided = classes.find(({ name }) => name === own.label);
      label.textContent = decided ? `${decided.sign} ${decided.name}` : "";
      time.textContent = own.time;
      quoted.replaceChildren("“", isolated(own.text), "”");
      bars.update(classes, own.probabilities, own.label);
    },
  };
}

/** @type {(all: Door[], linked: (link: Door) => HTMLElement) => HTMLElement} */
function doors(all, linked) {
  const items = all.map((one) => element("li", linked(one), element("span", one.about)));
  return element("nav.st-doors", { "aria-label": "Where to go next" }, element("ul", items));
}

export default { render };
