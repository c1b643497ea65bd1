// A guess and its result: a control until the guess is committed, then both on one scale.

import { element, focusedIn, silent } from "../elements.js";
import { labFrame } from "../frame.js";
import { entryForm } from "./entry.js";

const WAITS = "Run the cells below to see the result. You can change your guess until then.";

function render(widget) {
  const { model } = widget;
  const { question, control, asks } = model.get("page");
  const lead = asks ? "Guess before you read on." : "";
  const frame = labFrame(widget, asks ? "guess" : "outcome", question, lead);
  const entry = entryForm(control, frame.identity, "Guess", (value) =>
    frame.line.send({ do: "commit", value }),
  );
  entry.node.hidden = !asks;
  const result = element("div.gs-result", { tabindex: -1 });
  frame.setNote("");
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    const hasFocus = entry.node.contains(focusedIn(entry.node));
    frame.line.replied();
    frame.notice(page.notices);
    entry.problem(page.problem);
    entry.hold({ isBusy: false, isOff: false, isFinal: page.is_final });
    entry.name(page.you ? "Change my guess" : "Guess");
    if (page.you) entry.show(page.control.value);
    result.replaceChildren(...resultNodes(page));
    if (hasFocus && page.is_final) result.focus();
    const line = result.querySelector(".gs-line");
    if (serial && asks) frame.say(page.problem || (line?.textContent ?? ""));
    serial = page.serial;
  };
  return frame.show([entry.node, result], { page: update });
}

function resultNodes({ asks, you, compared, without, explain }) {
  if (!compared) {
    if (!asks) return [element("p.gs-line", without)];
    return you ? [element("p.gs-line", element("strong", `You: ${you}. `), WAITS)] : [];
  }
  const result = compared.at ? "Measured" : "Result";
  const words = `You: ${compared.you}. ${result}: ${compared.result}.`;
  const line = element("p.gs-line", element("strong", words), ` ${compared.line} ${explain}`);
  return compared.at ? [scaleView(compared), line] : [line];
}

// The line below it says the same in words.
function scaleView({ you, result, at }) {
  const mark = (kind, place, text) => {
    const node = element(`span.gs-mark.gs-${kind}`, element("span", text));
    node.style.setProperty("--at", place);
    return node;
  };
  const marks = [mark("you", at[0], `you: ${you}`), mark("true", at[1], `measured: ${result}`)];
  return silent("div.gs-scale", marks);
}

export default { render };
