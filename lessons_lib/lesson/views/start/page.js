// The start page: a text labeled now, beside an archive labeled in batches.

import { courseLink } from "../../../classroom/widgets/course_link.js";
import {
  element,
  isolated,
  place,
  setWords,
  typedIn,
} from "../../../classroom/widgets/elements.js";
import { framed, labButton } from "../../../classroom/widgets/frame.js";
import { signed } from "../../../classroom/widgets/numbers.js";
import { probabilityBars } from "../trace/scores.js";
import { batchView } from "./batch.js";

/** @import { Class, Door, OwnLabel, Start } from "../types" */
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
  const now = labelView(about.classes, () => frame.line.send({ do: "why" }));
  const many = batchView(about.classes, frame.say, () => frame.line.send({ do: "batch" }));
  let saidOf = model.get("page").own.number;
  let [isFirst, batch] = [true, /** @type {number | undefined} */ (undefined)];
  /** @type {Draw<Start["page"]>} */
  const draw = ({ own, problem, failed, is_running: isRunning, ...more }) => {
    const latest = more.batch;
    const wrong = [problem, failed].filter(Boolean);
    frame.notice(wrong);
    if (isRunning) frame.line.expect(LONG_MS);
    box.draw(own.text, problem);
    now.draw(own);
    many.wait(isRunning);
    setWords(point, more.point);
    // What an earlier view started is drawn without its replay.
    if (latest.number !== batch) many.draw(latest, !isFirst);
    [batch, isFirst] = [latest.number, false];
    if (wrong.length) frame.say(wrong[0]);
    else if (own.number !== saidOf) frame.say(`${own.label}, in ${own.time}.`);
    saidOf = own.number;
  };
  const point = element("p.st-point");
  const queue = element("p.st-queue", linked(about.queue));
  place(queue.children[0], { "data-lessons-stop": "Saturated" }); // the queue starts with it
  const lanes = [
    lane("real-time", "Real-time", "your text, now", [
      ...now.nodes,
      element("p", linked(about.explorer)),
    ]),
    lane("batch", "Batch", "ten thousand texts, together", many.nodes),
  ];
  const nodes = [
    frame.titled(about.title),
    box.node,
    frame.notices,
    element("div.st-lanes", lanes),
    point,
    queue,
    frame.status,
  ];
  return frame.show("lessons-lab.lessons-start", nodes, draw, many.stop);
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

/**
 * @param {Class[]} classes
 * @param {() => void} onDoubt
 */
function labelView(classes, onDoubt) {
  const doubt = labButton("Why?", "st-doubt", onDoubt);
  const why = element("div.st-why");
  const label = element("strong.st-label");
  const time = element("span.st-time");
  const quoted = element("p.st-text");
  const bars = probabilityBars();
  return {
    nodes: [element("p.st-head", label, time), quoted, bars.node, element("p", doubt), why],
    /** @param {OwnLabel} own */
    draw(own) {
      const decided = classes.find(({ name }) => name === own.label);
      label.textContent = decided ? `${decided.sign} ${decided.name}` : "";
      time.textContent = own.time;
      quoted.replaceChildren("“", isolated(own.text), "”");
      bars.update(classes, own.probabilities, own.label);
      why.replaceChildren(...(own.why ? whyView(own.why) : []));
    },
  };
}

/** @type {(why: NonNullable<OwnLabel["why"]>) => HTMLElement[]} */
function whyView(why) {
  if ("error" in why) return [element("p", why.error)];
  const chips = why.words.map(([word, push]) => {
    const chip = element("li", isolated(word), element("small", signed(push)));
    chip.dataset.sign = push < 0 ? "minus" : "plus";
    return chip;
  });
  return [element("ul.st-words", chips), element("p", why.seen)];
}

export default { render };
