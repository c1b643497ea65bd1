// The explorer's five layers: built once, and updated with each answer.

import {
  element,
  isolated,
  nodesOf,
  plainButton,
  silent,
  textArea,
} from "../../../classroom/widgets/elements.js";
import { counted, plural } from "../../../classroom/widgets/numbers.js";
import { heatMap } from "./heat_map.js";
import { probabilityBars, shareTable } from "./scores.js";

/** @import { Layers, LayerView } from "../types" */
/** @import { Attributes, Child } from "../../../classroom/widgets/types" */

const EXAMPLES = ["I love sunny days", "The movie was great", "How is the weather?"];
const READ = "To read a number, point at its square, or focus the grid and use the arrow keys.";
const SOFTMAX = "Softmax turns the three logits into probabilities that sum to 1.";
const ARGMAX = "The class with the highest probability becomes the label (argmax).";

/**
 * `ask` is called after each change of the text.
 * @param {string} identity
 * @param {() => void} ask
 */
export function layersView(identity, ask) {
  const readout = element("p.lx-readout", READ);
  const input = inputLayer(`${identity}-text`, ask);
  const layers = [input, tokenLayer(), vectorLayer(readout), modelLayer(readout), outputLayer()];
  /** @type {Attributes} */
  const events = {
    onpointerover: ({ target }) => mark(list, target),
    onpointerleave: () => mark(list, null),
    onfocusin: ({ target }) => mark(list, target),
    onfocusout: () => mark(list, null),
  };
  const list = element("ol.lx-layers", events, nodesOf(layers));
  return {
    node: list,
    input: input.text,
    seen: input.seen,
    /** @param {Layers} answer */
    draw: (answer) => layers.forEach((one) => one.draw(answer)),
  };
}

/**
 * Highlights the row of a node in all layers, from the chip of a word to its shares of the scores.
 * The pooled vector has no row of a word.
 * @type {(root: Element, target: Element | null) => void}
 */
function mark(root, target) {
  /** @type {HTMLElement | null | undefined} */
  const part = target?.closest(":not(.lx-pooled) > [data-row]");
  /** @type {NodeListOf<HTMLElement>} */
  const all = root.querySelectorAll("[data-row]");
  for (const one of all) one.classList.toggle("lx-on", one.dataset.row === part?.dataset.row);
}

/** @type {(number: number, name: string, shape: string, ...content: Child[]) => HTMLElement} */
function layer(number, name, shape, ...content) {
  const head = element(
    "p.lx-head",
    element("span.lx-number", `${number}`),
    element("span.lx-name", name),
    element("span.lx-shape", shape),
  );
  return element("li.lx-layer", head, ...content);
}

/**
 * @param {string} id
 * @param {() => void} ask
 */
function inputLayer(id, ask) {
  const text = textArea("lx-input", { id, oninput: ask });
  const seen = element("p.lx-seen");
  const words = "Change a word and watch all five layers update.";
  const label = element("label.lx-label", { for: id }, words);
  const buttons = EXAMPLES.map((example) =>
    plainButton("lx-example", example, () => {
      text.value = example;
      ask();
    }),
  );
  const examples = element("p.lx-examples", "or try: ", buttons);
  const node = layer(1, "Input text", "1 text", label, text, examples, seen);
  return { text, seen, node, draw: () => {} };
}

/** @type {() => LayerView} */
function tokenLayer() {
  const chips = element("ul.lx-chips", { "aria-label": "Tokens" });
  const note = element("p.lx-note");
  return {
    node: layer(2, "Text preprocessing", "at most 20 tokens", chips, note),
    draw({ tokens, unknown, dropped, more_dropped: more }) {
      const count = unknown.filter(Boolean).length;
      const all = tokens.map((token, row) => tokenChip(token, row, unknown[row]));
      if (!tokens.length) all.push(element("li.lx-none", "no tokens"));
      all.push(...dropped.map(droppedChip));
      if (more) all.push(element("li.lx-none", `and ${plural(more, "more dropped word")}`));
      chips.replaceChildren(...all);
      const words = tokens.length + dropped.length + more;
      note.textContent = [
        dropped.length ? `${counted(words)} words: only the first ${tokens.length} are kept. ` : "",
        count ? `${plural(count, "word")} not in the vocabulary. ` : "",
        "Converted to lowercase, punctuation removed, split at whitespace.",
      ].join("");
    },
  };
}

/** @type {(token: string, row: number, isUnknown: boolean) => HTMLElement} */
function tokenChip(token, row, isUnknown) {
  const small = isUnknown ? element("small", "unknown") : "";
  const kind = isUnknown ? "lx-unknown" : "";
  return element(`li.lx-chip.${kind}`, { "data-row": row }, isolated(token), small);
}

/** @type {(token: string) => HTMLElement} */
function droppedChip(token) {
  const said = element("span.lb-status", "dropped: ");
  return element("li.lx-chip.lx-dropped", said, element("s", isolated(token)));
}

/** @type {(readout: HTMLElement) => LayerView} */
function vectorLayer(readout) {
  const list = element("ul.lx-ids", { "aria-label": "Ids" });
  const note = element("p.lx-note");
  const [below, above] = [element("span"), element("span")];
  const rest = element("span", "or beyond; the scale is the same for every text");
  const legend = element("p.lx-legend", below, silent("span.lx-ramp"), above, rest);
  const label = "Vectors: one row per token, one column per feature";
  const map = heatMap({ label, rows: 20, columns: 50, readout });
  const nodes = [list, note, map.node, legend, readout];
  return {
    node: layer(3, "Feature extraction", "tokens → 20 ids → 20 × 50", ...nodes),
    draw({ ids, unknown, tokens, vectors: matrix, full_color_at: fullAt }) {
      const names = ids.map((_, row) => tokens[row] ?? "padding");
      const notes = ["Each token is replaced with its id."];
      if (unknown.some(Boolean)) notes.push("Id 1 stands for any unknown word.");
      if (ids.includes(0)) notes.push(`Id 0 is padding, up to ${ids.length} ids.`);
      list.replaceChildren(...ids.map((id, row) => idItem(id, row, unknown[row])));
      note.textContent = notes.join(" ");
      below.textContent = `−${fullAt}`;
      above.textContent = `+${fullAt}`;
      map.update({ names, matrix, fullAt, isPadding: (row) => row >= tokens.length });
    },
  };
}

/** @type {(id: number, row: number, isUnknown: boolean) => HTMLElement} */
function idItem(id, row, isUnknown) {
  const kind = isUnknown ? "lx-unknown" : id === 0 ? "lx-pad" : "";
  return element(`li.${kind}`, { "data-row": row }, `${id}`);
}

/** @type {(readout: HTMLElement) => LayerView} */
function modelLayer(readout) {
  const map = heatMap({ label: "Pooled vector", rows: 1, columns: 50, readout });
  const note = element("p.lx-note");
  const shares = shareTable();
  const bars = probabilityBars();
  const nodes = [map.node, note, shares.node, element("p.lx-note", SOFTMAX), bars.node];
  map.node.classList.add("lx-pooled");
  return {
    node: layer(4, "Model inference", "20 × 50 → 50 → 3 logits → 3 probabilities", ...nodes),
    draw(answer) {
      const { tokens, pooled, full_color_at: fullAt, classes, probabilities, label } = answer;
      const names = ["mean"];
      const rows = plural(tokens.length, "token row");
      note.textContent = tokens.length
        ? `The mean of the ${rows}, without padding: one vector for the whole text.`
        : "Without tokens, there is nothing to average, so the vector is fifty zeros.";
      map.update({ names, matrix: [pooled], fullAt, isPadding: () => false });
      shares.update(answer);
      bars.update(classes, probabilities, label);
    },
  };
}

/** @type {() => LayerView} */
function outputLayer() {
  const decided = element("p.lx-decided");
  const note = element("p.lx-note", ARGMAX);
  return {
    node: layer(5, "Prediction output", "3 probabilities → 1 label", decided, note),
    draw({ classes, label }) {
      const { sign } = classes.find((one) => one.name === label) ?? { sign: "" };
      decided.replaceChildren("Label: ", element("strong", `${sign} ${label}`));
    },
  };
}
