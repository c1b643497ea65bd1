// A grid of numbers as colors: purple below zero, orange above, stronger farther from zero.
// It is one tab stop; arrow keys move between the squares, and each reads out its number.

import { element, signed } from "../../../classroom/widgets/elements.js";

export function heatMap({ label, rows, columns, onRead, onRow }) {
  const lines = Array.from({ length: rows }, (_, row) => heatLine(row, columns));
  lines[0].cells[0].tabIndex = 0;
  const read = (cell) => {
    if (!cell) return;
    onRead(cell.getAttribute("aria-label"));
    onRow(Number(cell.dataset.row));
  };
  const events = {
    onpointerover: (event) => read(event.target.closest("[role=gridcell]")),
    onpointerleave: () => onRow(null),
    onfocusin(event) {
      for (const cell of node.querySelectorAll("[tabindex='0']")) cell.tabIndex = -1;
      event.target.tabIndex = 0;
      read(event.target);
    },
    onfocusout: () => onRow(null),
    onkeydown(event) {
      const target = neighbor(event, lines, columns);
      if (!target) return;
      event.preventDefault();
      target.focus();
    },
  };
  const attributes = { role: "grid", "aria-label": label, "aria-readonly": "true", ...events };
  const node = element("div.lx-heat", attributes, lines.map((line) => line.node));
  return {
    node,
    // Numbers of `fullAt` and above have the full color.
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

function heatLine(row, columns) {
  const name = element("bdi");
  const head = element("span.lx-heat-name", { role: "rowheader" }, name);
  const cells = Array.from({ length: columns }, (_, column) =>
    element("span.lx-cell", {
      role: "gridcell",
      tabindex: -1,
      "data-row": row,
      "data-column": column,
    }),
  );
  const node = element("div.lx-heat-row", { role: "row", "data-row": row }, head, cells);
  return { node, name, cells };
}

function paint(cell, part) {
  cell.dataset.sign = part < 0 ? "minus" : "plus";
  // The square root keeps small numbers visible next to a few large ones.
  const strength = Math.sqrt(Math.min(1, Math.abs(part)));
  cell.style.setProperty("--strength", `${(100 * strength).toFixed(1)}%`);
}

function neighbor(event, lines, columns) {
  const { row, column } = event.target.dataset;
  if (row === undefined) return null;
  const [r, c] = [Number(row), Number(column)];
  const moves = {
    ArrowUp: [r - 1, c],
    ArrowDown: [r + 1, c],
    ArrowLeft: [r, c - 1],
    ArrowRight: [r, c + 1],
    Home: [event.ctrlKey ? 0 : r, 0],
    End: [event.ctrlKey ? lines.length - 1 : r, columns - 1],
  };
  if (!moves[event.key]) return null;
  const [toRow, toColumn] = moves[event.key];
  const { cells } = lines[Math.max(0, Math.min(lines.length - 1, toRow))];
  return cells[Math.max(0, Math.min(columns - 1, toColumn))];
}
