// A grid of numbers as colors: brown below zero, violet above, stronger farther from zero.
// It is one tab stop; arrow keys move between the squares, and each reads out its number.

import { element, nodesOf } from "../../../classroom/widgets/elements.js";
import { signed } from "../../../classroom/widgets/numbers.js";

/** @import { Attributes } from "../../../classroom/widgets/types" */
/** @import { Matrix } from "../types" */

/** @param {{ label: string, rows: number, columns: number, readout: HTMLElement }} about */
export function heatMap({ label, rows, columns, readout }) {
  const lines = Array.from({ length: rows }, (_, row) => heatLine(row, columns));
  lines[0].cells[0].tabIndex = 0;
  /** @param {HTMLElement} target */
  const read = (target) => {
    const cell = target.closest("[role=gridcell]");
    if (cell) readout.textContent = cell.getAttribute("aria-label");
  };
  /** @type {Attributes} */
  const events = {
    onpointerover: (event) => read(event.target),
    onfocusin(event) {
      for (const { cells } of lines) for (const cell of cells) cell.tabIndex = -1;
      event.target.tabIndex = 0;
      read(event.target);
    },
    onkeydown(event) {
      const row = lines.findIndex(({ cells }) => cells.includes(event.target));
      const column = lines[row].cells.indexOf(event.target);
      const to = moved(event, [row, column], [rows, columns]);
      if (!to) return;
      event.preventDefault();
      lines[to[0]].cells[to[1]].focus();
    },
  };
  const attributes = { role: "grid", "aria-label": label, "aria-readonly": "true", ...events };
  const node = element("div.lx-heat", attributes, nodesOf(lines));
  return {
    node,
    /** @param {Matrix} shown */
    update({ names, matrix, fullAt, isPadding }) {
      lines.forEach((line, row) => {
        line.node.classList.toggle("lx-padding", isPadding(row));
        line.name.textContent = names[row];
        line.cells.forEach((cell, column) => {
          const value = matrix[row][column];
          const words = `${names[row]}, feature ${column + 1}: ${signed(value)}`;
          if (cell.getAttribute("aria-label") === words) return;
          cell.setAttribute("aria-label", words);
          paint(cell, value / fullAt);
        });
      });
    },
  };
}

/**
 * @param {number} row
 * @param {number} columns
 */
function heatLine(row, columns) {
  const name = element("bdi");
  const head = element("span.lx-heat-name", { role: "rowheader" }, name);
  const cells = Array.from({ length: columns }, () =>
    element("span.lx-cell", { role: "gridcell", tabindex: -1 }),
  );
  const node = element("div.lx-heat-row", { role: "row", "data-row": row }, head, cells);
  return { node, name, cells };
}

/** @type {(cell: HTMLElement, part: number) => void} */
function paint(cell, part) {
  cell.dataset.sign = part < 0 ? "minus" : "plus";
  // The square root keeps small numbers visible next to a few large ones.
  const strength = Math.sqrt(Math.min(1, Math.abs(part)));
  cell.style.setProperty("--strength", `${(100 * strength).toFixed(1)}%`);
}

/**
 * Where a key leads from a square in a grid; null for other keys.
 * @param {{ key: string, ctrlKey: boolean }} pressed
 * @param {[row: number, column: number]} from
 * @param {[rows: number, columns: number]} size
 */
export function moved({ key, ctrlKey }, [row, column], [rows, columns]) {
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  const moves = {
    ArrowUp: [Math.max(0, row - 1), column],
    ArrowDown: [Math.min(lastRow, row + 1), column],
    ArrowLeft: [row, Math.max(0, column - 1)],
    ArrowRight: [row, Math.min(lastColumn, column + 1)],
    Home: [ctrlKey ? 0 : row, 0],
    End: [ctrlKey ? lastRow : row, lastColumn],
  };
  return /** @type {Record<string, number[]>} */ (moves)[key] ?? null;
}
