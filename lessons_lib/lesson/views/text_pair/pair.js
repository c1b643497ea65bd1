// Two texts side by side: requests both traces from the kernel, and draws the difference.

import {
  element, fill, isolated, place, textArea, typedIn,
} from "../../../classroom/widgets/elements.js";
import { labButton, labFrame } from "../../../classroom/widgets/frame.js";
import { questions, delay, WAITING } from "../../../classroom/widgets/kernel_line.js";
import { probabilityBars } from "../trace/scores.js";
import { movesTable } from "./table.js";

const ANNOUNCE_AFTER_MS = 900;
const PAIRS = [
  { name: "add a negation", first: "It was good", second: "It was not good" },
  { name: "swap one word", first: "The movie was great", second: "The movie was dull" },
  { name: "reverse the word order", first: "good, not bad", second: "bad, not good" },
];
const LEAD = "Change a word in either text and see which word changes the prediction.";
const NOT_TRACED = "These texts could not be traced. The previous ones are still shown.";
const NOTE =
  "A word contributes its own scores divided by the number of words in the text, " +
  "so each word counts less in a longer text.";

function render(widget) {
  const { model } = widget;
  const later = delay();
  const frame = labFrame(widget, "pair", "Two texts, side by side", LEAD, () => warn(WAITING));
  const say = (words) => later(ANNOUNCE_AFTER_MS, () => frame.say(words));
  const warn = (words) => {
    frame.notice(words ? [words] : []);
    if (words) say(words);
  };
  const kernel = questions(model, frame.line, {
    read: () => ({ first: typedIn(sides[0].input), second: typedIn(sides[1].input) }),
    draw(answer) {
      if (answer.error) return warn(`${NOT_TRACED} ${answer.error}`);
      warn("");
      sides.forEach((side, number) => side.update(answer.texts[number]));
      table.update(answer);
      seen.textContent = answer.seen;
      say(answer.seen);
    },
  });
  const sides = ["First", "Second"].map((which) =>
    sideView(`${frame.identity}-${which}`, `${which} text`, () => kernel.ask()),
  );
  const put = (...texts) => {
    sides.forEach(({ input }, side) => (input.value = texts[side]));
    kernel.ask();
  };
  const follow = () => {
    const { first, second } = model.get("asked");
    [first, second].forEach((text, side) => fill(sides[side].input, text));
  };
  const seen = element("p.tp-seen");
  const table = movesTable();
  const buttons = PAIRS.map(({ name, first, second }) =>
    labButton(name, "tp-small", () => put(first, second)),
  );
  const copy = labButton("copy the first text", "tp-small", () => {
    put(sides[0].input.value, sides[0].input.value);
  });
  frame.setNote(NOTE);
  const pair = element("div.tp-sides", sides.map((side) => side.node));
  const examples = element("div.tp-examples", element("span", "or try:"), buttons, copy);
  const updates = { asked: follow, answer: kernel.receive };
  return frame.show([pair, examples, seen, table.node], updates);
}

function sideView(id, name, oninput) {
  const label = (what) => ({ "aria-label": `${what} of the ${name.toLowerCase()}` });
  const input = textArea("tp-input", { id, oninput });
  const chips = element("ul.tp-chips", label("Tokens"));
  const note = element("p.tp-note");
  const decided = element("p.tp-decided");
  const bars = probabilityBars();
  place(bars.node, label("Probabilities"));
  const parts = [element("label", { for: id }, name), input, chips, note, decided, bars.node];
  return {
    input,
    node: element("div.tp-side", parts),
    update({ words, tokens, label: decision, probabilities }) {
      const isCut = words > tokens.length;
      chips.replaceChildren(...pairChips(tokens));
      note.textContent = isCut ? `${words} words: only the first ${tokens.length} count.` : "";
      decided.textContent = `${decision.sign} ${decision.name}`;
      bars.update(probabilities, decision.name);
    },
  };
}

// Words that the other text lacks are outlined.
function pairChips(tokens) {
  if (!tokens.length) return [element("li.tp-empty", "no tokens")];
  return tokens.map(({ token, only, unknown }) => {
    const chip = element(only ? "li.tp-chip.tp-only" : "li.tp-chip", isolated(token));
    if (only) chip.append(element("span.tp-sr", ", only here"));
    if (unknown) chip.append(element("small", "unknown"));
    return chip;
  });
}

export default { render };
