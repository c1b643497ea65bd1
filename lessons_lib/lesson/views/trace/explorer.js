// The explorer: an input and five layers. It requests a trace of each text from the kernel.

import { element, fill, typedIn } from "../../../classroom/widgets/elements.js";
import { framed } from "../../../classroom/widgets/frame.js";
import { delay, questions } from "../../../classroom/widgets/kernel_line.js";
import { layersView } from "./layers.js";

/** @import { Explorer, Layers } from "../types" */
/** @import { Widget } from "../../../classroom/widgets/types" */

const ANNOUNCE_AFTER_MS = 900;
const NOT_TRACED = "This text could not be traced. The layers below show the previous one.";

/** @param {Widget<Explorer>} widget */
function render(widget) {
  const { model } = widget;
  const later = delay();
  /** @type {(sentence: string, verdict?: string, again?: Node | string) => void} */
  const say = (sentence, verdict = "", again = "") => {
    view.seen.replaceChildren(element("strong", verdict), verdict && " ", sentence, again);
    view.seen.classList.toggle("lx-problem", !verdict);
    later(ANNOUNCE_AFTER_MS, () => frame.say(`${verdict} ${sentence}`.trim()));
  };
  const frame = framed(widget, "lb", "explorer", "About this card", {
    onSilence: () => say(frame.waiting, "", frame.again()),
  });
  const kernel = questions(model, frame.line, {
    read: () => ({ text: typedIn(view.input) }),
    draw(answer) {
      if ("error" in answer) return say(`${NOT_TRACED} ${answer.error}`);
      view.draw(answer);
      say(answer.seen, verdict(answer));
    },
  });
  const view = layersView(frame.identity, kernel.ask);
  const nodes = [frame.titled("From a sentence to a label"), view.node, frame.status];
  const asked = () => fill(view.input, model.get("asked").text);
  return frame.show("lessons-frame.lessons-explorer", nodes, { asked, answer: kernel.receive });
}

/** @type {(layers: Layers) => string} */
function verdict({ classes, probabilities, label }) {
  const place = classes.findIndex(({ name }) => name === label);
  return `${classes[place].sign} ${label}, ${probabilities[place].toFixed(3)}.`;
}

export default { render };
