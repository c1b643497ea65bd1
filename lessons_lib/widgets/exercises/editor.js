// A plain text area that is pleasant to write code in, and never holds the keyboard captive.

import { element, focusedIn, silent, typedIn } from "../elements.js";

const INDENT = "    ";
const FEWEST_ROWS = 6;
const MOST_ROWS = 26;
const KEYS = "Tab indents. To leave the editor: Esc, then Tab. Ctrl+Enter runs.";
const LEAVING = "Tab leaves the editor now.";

export function codeEditor({ identity, onRun, onChange, onLeave, tell }) {
  const keys = element("p.ex-keys", { id: `${identity}-keys` }, KEYS);
  const numbers = silent("pre.ex-numbers");
  const area = element("textarea.ex-area", {
    id: `${identity}-code`,
    wrap: "off",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    autocorrect: "off",
    "aria-describedby": keys.id,
  });
  const label = element("label.ex-label", { for: area.id }, "Your code");
  const frame = element("div.ex-editor", numbers, area);
  let isLeaving = false;
  let marked = 0;

  const draw = () => {
    const count = area.value.split("\n").length;
    area.rows = Math.min(Math.max(count, FEWEST_ROWS), MOST_ROWS);
    numbers.replaceChildren(
      ...Array.from({ length: count }, (_, place) =>
        element(`span.${place + 1 === marked ? "ex-marked" : ""}`, `${place + 1}\n`),
      ),
    );
    numbers.scrollTop = area.scrollTop;
  };
  const changed = () => {
    marked = 0;
    draw();
    onChange();
  };

  area.addEventListener("input", changed);
  area.addEventListener("scroll", () => (numbers.scrollTop = area.scrollTop));
  area.addEventListener("blur", () => {
    isLeaving = false;
    onLeave();
  });
  area.addEventListener("keydown", (event) => {
    event.stopPropagation(); // JupyterLab's own shortcuts
    if (event.isComposing) return;
    const wasLeaving = isLeaving;
    if (event.key !== "Shift") isLeaving = false;
    if (event.key === "Escape") {
      isLeaving = true;
      tell(LEAVING);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    } else if (event.key === "Enter" && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      breakLine(area);
    } else if (event.key === "Tab" && !wasLeaving && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      if (event.shiftKey) outdent(area);
      else indent(area);
    }
  });
  return {
    nodes: [label, frame, keys],
    area,
    get value() {
      return typedIn(area);
    },
    set value(text) {
      area.value = text;
      marked = 0;
      draw();
    },
    mark(line) {
      marked = line;
      draw();
    },
  };
}

// execCommand is old, but the only way to write into a field that Ctrl+Z takes back.
function write(area, text, start, end) {
  area.setSelectionRange(start, end);
  const command = text ? ["insertText", false, text] : ["delete"];
  if (start === end && !text) return;
  if (focusedIn(area) === area && document.execCommand(...command)) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function lineStart(area, place) {
  return area.value.lastIndexOf("\n", place - 1) + 1;
}

// The same depth as the line before, and one more after a colon.
function breakLine(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const before = value.slice(lineStart(area, start), start);
  const depth = before.match(/^[ \t]*/)[0];
  const opens = /:\s*(#.*)?$/.test(before) && !/^\s*#/.test(before);
  write(area, `\n${depth}${opens ? INDENT : ""}`, start, end);
}

function indent(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (!value.slice(start, end).includes("\n")) {
    const column = start - lineStart(area, start);
    write(area, " ".repeat(INDENT.length - (column % INDENT.length)), start, end);
    return;
  }
  changeLines(area, (line) => (line ? INDENT + line : line));
}

function outdent(area) {
  changeLines(area, (line) => line.replace(/^ {1,4}/, ""));
}

function changeLines(area, change) {
  const { selectionStart, selectionEnd, value } = area;
  const isOne = !value.slice(selectionStart, selectionEnd).includes("\n");
  const start = lineStart(area, selectionStart);
  const last = Math.max(selectionEnd - (isOne ? 0 : 1), start);
  const found = value.indexOf("\n", last);
  const end = found === -1 ? value.length : found;
  const before = value.slice(start, end);
  const after = before.split("\n").map(change).join("\n");
  if (after === before) return;
  write(area, after, start, end);
  if (isOne) {
    const place = Math.max(start, selectionStart + after.length - before.length);
    area.setSelectionRange(place, place);
  } else area.setSelectionRange(start, start + after.length);
}
