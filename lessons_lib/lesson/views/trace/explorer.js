// The explorer: an input and five layers. It requests a trace of each text from the kernel.

import { element, fill, typedIn } from "../../../classroom/widgets/elements.js";
import { framed } from "../../../classroom/widgets/frame.js";
import { delay } from "../../../classroom/widgets/kernel_line.js";
import { layersView } from "./layers.js";

/** @import { Explorer, Layers } from "../types" */
/** @import { Draw, Widget } from "../../../classroom/widgets/types" */

const ANNOUNCE_AFTER_MS = 900;
const NOT_TRACED = "This text could not be traced. The layers below show the previous one.";

/** @param {Widget<Explorer>} widget */
function render(widget) {
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
  const ask = () => frame.line.ask(() => ({ do: "ask", text: typedIn(view.input) }));
  const view = layersView(frame.identity, ask);
  /** @type {Draw<Explorer["page"]>} */
  const draw = (page, isReply) => {
    if (!isReply) fill(view.input, page.text); // else the learner may have typed on
    if ("error" in page) return say(`${NOT_TRACED} ${page.error}`);
    view.draw(page);
    say(page.seen, verdict(page));
  };
  const nodes = [frame.titled("From a sentence to a label"), view.node, frame.status];
  return frame.show("lessons-frame.lessons-explorer", nodes, draw);
}

/** @type {(layers: Layers) => string} */
function verdict({ classes, probabilities, label }) {
  const place = classes.findIndex(({ name }) => name === label);
  return `${classes[place].sign} ${label}, ${probabilities[place].toFixed(3)}.`;
}

export default { render };
