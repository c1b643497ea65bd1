// The explorer's five layers: built once, drawn anew for every answer.

import { element, isolated, KEYS_STAY_HERE, plural } from "../elements.js";
import { heatMap } from "./heat_map.js";
import { probabilityBars, shareTable } from "./scores.js";

const EXAMPLES = ["I love sunny days", "The movie was great", "How is the weather?"];

function layer(number, name, shape, ...content) {
  return element(
    "li",
    { class: "lx-layer" },
    element(
      "p",
      { class: "lx-head" },
      element("span", { class: "lx-number" }, String(number)),
      element("span", { class: "lx-name" }, name),
      element("span", { class: "lx-shape" }, shape),
    ),
    ...content,
  );
}

function tokenChips(tokens, unknown) {
  if (!tokens.length) return [element("li", { class: "lx-none" }, "no tokens")];
  return tokens.map((token, row) => {
    const chip = element("li", { class: "lx-chip", "data-row": row }, isolated(token));
    if (unknown[row]) {
      chip.classList.add("lx-unknown");
      chip.append(element("small", {}, "unknown"));
    }
    return chip;
  });
}

function idList(ids, unknown) {
  return ids.map((id, row) => {
    const item = element("li", { "data-row": row }, String(id));
    if (id === 0) item.className = "lx-pad";
    if (unknown[row]) item.className = "lx-unknown";
    return item;
  });
}

function tokenNote({ words, tokens, unknown }) {
  const count = unknown.filter(Boolean).length;
  const cut = words > tokens.length ? `${words} words: only the first ${tokens.length} are kept. ` : "";
  const known = count ? `${plural(count, "word")} not in the vocabulary. ` : "";
  return `${cut}${known}Lowercase, punctuation deleted, split at white space.`;
}

function pooledNote({ tokens }) {
  if (!tokens.length) return "No token, so no mean: fifty zeros.";
  return `The mean of the ${plural(tokens.length, "token row")}, padding left out: one vector for the whole text.`;
}

function idNote({ ids, unknown }) {
  const notes = ["Each token by its number."];
  if (unknown.some(Boolean)) notes.push("1 stands for an unknown word.");
  if (ids.includes(0)) notes.push(`0 pads the text to ${ids.length}.`);
  return notes.join(" ");
}

export function build(identity) {
  const parts = {
    input: element("textarea", {
      ...KEYS_STAY_HERE,
      id: `${identity}-text`,
      class: "lx-input",
      rows: "2",
      dir: "auto",
      spellcheck: "false",
      autocomplete: "off",
    }),
    examples: EXAMPLES.map((text) =>
      element("button", { ...KEYS_STAY_HERE, type: "button", class: "lx-example" }, text),
    ),
    seen: element("p", { class: "lx-seen" }),
    status: element("p", { class: "lx-status", role: "status" }),
    characters: element("p", { class: "lx-note" }),
    chips: element("ul", { class: "lx-chips", "aria-label": "Tokens" }),
    tokenNote: element("p", { class: "lx-note" }),
    ids: element("ul", { class: "lx-ids", "aria-label": "Ids" }),
    idNote: element("p", { class: "lx-note" }),
    scale: element("span", { class: "lx-figure" }),
    readout: element("p", { class: "lx-readout" }, "Point at a square, or focus it and use the arrow keys, to read its number."),
    pooledNote: element("p", { class: "lx-note" }),
    shares: shareTable(),
    bars: probabilityBars(),
    decided: element("p", { class: "lx-decided" }),
  };
  parts.root = element("div", {
    class: "lessons-explorer",
    role: "group",
    "aria-labelledby": `${identity}-title`,
  });
  const hover = (row) => {
    for (const node of parts.root.querySelectorAll(".lx-on")) node.classList.remove("lx-on");
    if (row === null) return;
    for (const node of parts.root.querySelectorAll(`[data-row="${row}"]:not(.lx-cell)`)) node.classList.add("lx-on");
  };
  const onRead = (text) => (parts.readout.textContent = text);
  parts.vectors = heatMap({ label: "Vectors: a row for each token, a column for each feature", rows: 20, columns: 50, onRead, onRow: hover });
  parts.pooled = heatMap({ label: "Pooled vector", rows: 1, columns: 50, onRead, onRow: () => hover(null) });
  parts.pooled.node.classList.add("lx-pooled");
  parts.root.addEventListener("pointerover", (event) => {
    const held = event.target.closest("[data-row]");
    if (!event.target.closest(".lx-pooled")) hover(held ? held.dataset.row : null);
  });
  parts.root.addEventListener("pointerleave", () => hover(null));
  parts.layers = element("ol", { class: "lx-layers" }, ...layers(parts));
  parts.root.append(
    element("p", { class: "lx-title", id: `${identity}-title` }, "From a sentence to a label"),
    parts.layers,
    parts.status,
  );
  return parts;
}

function layers(parts) {
  const label = element("label", { class: "lx-label", for: parts.input.id }, "Change one word, and watch five layers follow.");
  const legend = element(
    "p",
    { class: "lx-legend" },
    element("span", {}, "below zero"),
    element("span", { class: "lx-ramp", "aria-hidden": "true" }),
    element("span", {}, "above zero"),
    parts.scale,
  );
  const examples = element("p", { class: "lx-examples" }, "or take: ", ...parts.examples);
  const note = element("p", { class: "lx-note" }, "Softmax turns the logits into probabilities that sum to 1; the highest decides.");
  return [
    layer(1, "Input text", "1 text", label, parts.input, examples, parts.seen),
    layer(2, "Text preprocessing", "at most 20 tokens", parts.chips, parts.tokenNote),
    layer(3, "Feature extraction", "20 ids → 20 × 50", parts.ids, parts.idNote, parts.vectors.node, legend, parts.readout),
    layer(4, "Model inference", "20 × 50 → 50 → 3 logits", parts.pooled.node, parts.pooledNote, parts.shares.node),
    layer(5, "Prediction output", "3 probabilities → 1 label", parts.bars.node, note, parts.decided),
  ];
}

export function draw(parts, answer) {
  const { tokens, unknown, ids, vectors, pooled } = answer;
  const scale = Math.max(...vectors.flat().map(Math.abs));
  parts.chips.replaceChildren(...tokenChips(tokens, unknown));
  parts.tokenNote.textContent = tokenNote(answer);
  parts.ids.replaceChildren(...idList(ids, unknown));
  parts.idNote.textContent = idNote(answer);
  parts.vectors.update({
    names: ids.map((_, row) => tokens[row] ?? "padding"),
    matrix: vectors,
    scale,
    isPadding: (row) => row >= tokens.length,
  });
  parts.pooledNote.textContent = pooledNote(answer);
  parts.pooled.update({ names: ["mean"], matrix: [pooled], scale, isPadding: () => false });
  parts.scale.textContent = `(full colour at ±${scale.toFixed(2)})`;
  parts.shares.update(answer);
  parts.bars.update(answer);
  const place = answer.classes.findIndex((one) => one.name === answer.label);
  const label = `${answer.classes[place].sign} ${answer.label}`;
  parts.decided.replaceChildren("Label: ", element("strong", {}, label));
  return `${label}, ${answer.probabilities[place].toFixed(3)}.`;
}
