// Two texts side by side: it asks the kernel for both traces, and draws what moved the answer.

import { element, isolated, KEYS_STAY_HERE } from "../elements.js";
import { labButton, labFrame } from "../frame.js";
import { WAITING, WAITING_AFTER_MS } from "../kernel_line.js";
import { movesTable } from "./table.js";

const DEBOUNCE_MS = 60;
const ANNOUNCE_AFTER_MS = 900;
const PAIRS = [
  { name: "add not", first: "The movie was good", second: "The movie was not good" },
  { name: "swap one word", first: "The movie was great", second: "The movie was dull" },
  { name: "turn the order round", first: "good, not bad", second: "bad, not good" },
];

function render({ model, el }) {
  const frame = labFrame("pair", "Two texts, side by side", "Change one word in either, and see which word moved the answer.");
  const sides = [sideView(`${frame.identity}-first`, "First text"), sideView(`${frame.identity}-second`, "Second text")];
  const seen = element("p", { class: "tp-seen" });
  const table = movesTable();
  const timers = {};
  const later = (name, ms, call) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(call, ms);
  };
  const say = (words) => later("status", ANNOUNCE_AFTER_MS, () => frame.say(words));
  const warn = (words) => {
    frame.notice(words ? [words] : []);
    if (words) say(words);
  };
  const ask = () => {
    const [first, second] = sides.map((side) => side.input.value.toWellFormed?.() ?? side.input.value);
    later("waiting", WAITING_AFTER_MS, () => warn(WAITING));
    model.set("asked", { serial: model.get("asked").serial + 1, first, second });
    try {
      model.save_changes();
    } catch {
      warn(WAITING); // the connection to a kernel that has gone
    }
  };
  const receive = () => {
    const answer = model.get("answer");
    if (answer.serial !== model.get("asked").serial) return;
    clearTimeout(timers.waiting);
    if (answer.error) return warn(`These texts could not be traced; what is shown is of the texts before. ${answer.error}`);
    warn("");
    sides.forEach((side, place) => side.update(answer.texts[place]));
    table.update(answer);
    seen.textContent = answer.seen;
    say(answer.seen);
  };
  const follow = () => {
    const asked = model.get("asked");
    ["first", "second"].forEach((name, place) => {
      const { input } = sides[place];
      if (document.activeElement !== input && input.value !== asked[name]) input.value = asked[name];
    });
  };
  const take = (first, second) => {
    sides[0].input.value = first;
    sides[1].input.value = second;
    ask();
  };
  const buttons = PAIRS.map(({ name, first, second }) => labButton(name, "tp-small", () => take(first, second)));
  const copy = labButton("copy the first over", "tp-small", () => take(sides[0].input.value, sides[0].input.value));
  sides.forEach((side) => side.input.addEventListener("input", () => later("ask", DEBOUNCE_MS, ask)));
  frame.body.append(
    element("div", { class: "tp-sides" }, ...sides.map((side) => side.node)),
    element("div", { class: "tp-examples" }, element("span", {}, "or try:"), ...buttons, copy),
    seen,
    table.node,
  );
  frame.setNote("A word's part is its own weight divided by the number of words: with more words, each counts less.");
  model.on("change:answer", receive);
  model.on("change:asked", follow);
  el.append(frame.root);
  follow();
  receive();
  return () => {
    Object.values(timers).forEach(clearTimeout);
    model.off("change:answer", receive);
    model.off("change:asked", follow);
  };
}

function sideView(identity, name) {
  const input = element("textarea", { ...KEYS_STAY_HERE, id: identity, class: "tp-input", rows: "2", dir: "auto", spellcheck: "false", autocomplete: "off" });
  const chips = element("ul", { class: "tp-chips", "aria-label": `Tokens of the ${name.toLowerCase()}` });
  const note = element("p", { class: "tp-note" });
  const decided = element("p", { class: "tp-decided" });
  const bars = element("ul", { class: "tp-probabilities", "aria-label": `Probabilities of the ${name.toLowerCase()}` });
  return {
    input,
    node: element("div", { class: "tp-side" }, element("label", { for: identity }, name), input, chips, note, decided, bars),
    update({ words, tokens, label, probabilities }) {
      chips.replaceChildren(...pairChips(tokens));
      note.textContent = words > tokens.length ? `${words} words: only the first ${tokens.length} count.` : "";
      decided.textContent = `${label.sign} ${label.name}`;
      bars.replaceChildren(...probabilities.map((one) => probability(one, one.name === label.name)));
    },
  };
}

// Outlined are the words that the other text has not.
function pairChips(tokens) {
  if (!tokens.length) return [element("li", { class: "tp-empty" }, "no tokens")];
  return tokens.map(({ token, only, unknown }) => {
    const chip = element("li", { class: only ? "tp-chip tp-only" : "tp-chip" }, isolated(token));
    if (only) chip.append(element("span", { class: "tp-sr" }, ", only here"));
    if (unknown) chip.append(element("small", {}, "unknown"));
    return chip;
  });
}

function probability({ name, sign, p }, isDecided) {
  const bar = element("span", { class: "tp-filled", "data-class": name });
  bar.style.width = `${(100 * p).toFixed(2)}%`;
  const node = element(
    "li",
    {},
    element("span", { class: "tp-sign", "aria-hidden": "true" }, sign),
    element("span", {}, name),
    element("span", { class: "tp-track", "aria-hidden": "true" }, bar),
    element("span", { class: "tp-p" }, p.toFixed(3)),
  );
  node.toggleAttribute("data-decided", isDecided);
  return node;
}

export default { render };
