// A draft: the learner chooses a mood and types first words, and the kernel sends what it writes.

import { element } from "../../../classroom/widgets/elements.js";
import { controlView } from "../../../classroom/widgets/explore/controls.js";
import { labButton, labFrame } from "../../../classroom/widgets/frame.js";

/** @import { Writing } from "../types" */
/** @import { Draw, Widget } from "../../../classroom/widgets/types" */

const LONG_MS = 15_000; // between two tokens, even on a busy machine

/** @param {Widget<Writing>} widget */
function render(widget) {
  const { model } = widget;
  const about = model.get("about");
  const frame = labFrame(widget, "writer", about.title, about.lead);
  const mood = controlView(about.mood, `${frame.identity}-mood`, () => {});
  const words = controlView(about.words, `${frame.identity}-words`, () => {});
  const draft = element("p.wr-draft", { dir: "auto" });
  const seen = element("p.wr-seen");
  let wasRunning = false;
  const button = labButton("Write", "lb-main", () => {
    const { is_running: isRunning } = model.get("page");
    const asked = { mood: mood.read(), words: words.read() };
    frame.line.send(isRunning ? { do: "stop" } : { do: "write", ...asked });
  });
  /** @type {Draw<Writing["page"]>} */
  const draw = ({ text, note, problem, seen: said, is_running: isRunning }) => {
    frame.notice([problem, note].filter(Boolean));
    if (isRunning) frame.line.expect(LONG_MS);
    draft.textContent = text;
    draft.classList.toggle("wr-growing", isRunning);
    seen.textContent = said;
    button.textContent = isRunning ? "Stop" : text ? "Write another one" : "Write";
    if (problem) frame.say(problem);
    else if (wasRunning && !isRunning) frame.say(`${text} ${said}`);
    wasRunning = isRunning;
  };
  frame.setNote(
    `Shown ${about.pace} times slower. The draft that stays is the likeliest of those that our ` +
      "sentiment model finds in the mood. Drafts are invented, quote nobody, and often make " +
      "little sense, because the model is so small. Nothing that you type is saved.",
  );
  const controls = element("div.wr-controls", mood.node, words.node);
  return frame.show([controls, element("div.lb-actions", button), draft, seen], draw);
}

export default { render };
