// Where the hall, the boxes and each dot are, for a width of the picture and a batch size.

/** @import { Spot } from "./types" */

export const BOX_TOP = 36;
export const SLOT = 15; // between two positions in the queue

const ROWS = 6;

/**
 * @param {number} width
 * @param {number} limit
 */
export function geometry(width, limit) {
  const [isShort, isNarrow, isTiny] = [width < 640, width < 520, width < 380];
  const box = isNarrow ? 92 : 122;
  const exit = Math.max(36, Math.min(140, width * 0.15));
  const gap = isNarrow ? 24 : 48;
  const model = width - exit - box;
  const batch = model - gap - box;
  const left = Math.max(18, Math.min(56, width * 0.06));
  const columns = Math.max(0, Math.floor((batch - 12 - left) / SLOT));
  const rows = isNarrow ? 5 : ROWS;
  const side = Math.ceil(Math.sqrt(limit));
  const pitch = (box - 26) / Math.max(side, 3);
  const radius = Math.min(6.5, pitch * 0.36);
  const middle = BOX_TOP + box / 2;
  const lines = Math.ceil(limit / side);
  /** @type {(x: number, number: number) => Spot} */
  const cell = (x, number) => ({
    x: x + box / 2 + ((number % side) - (side - 1) / 2) * pitch,
    y: middle - 4 + (Math.floor(number / side) - (lines - 1) / 2) * pitch,
    r: radius,
  });
  /**
   * The queue winds like a snake, so a dot that moves up goes to the neighboring slot.
   * @param {number} number
   */
  const slot = (number) => {
    const [column, row] = [Math.floor(number / rows), number % rows];
    const line = column % 2 ? rows - 1 - row : row;
    return { x: batch - 15 - column * SLOT, y: middle + (line - (rows - 1) / 2) * SLOT, r: 5 };
  };
  const rings = Array.from({ length: limit }, (_, number) => {
    const { x, y, r } = cell(batch, number);
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }).join("");
  return {
    width,
    isShort,
    isNarrow,
    isTiny,
    box,
    model,
    batch,
    left,
    middle,
    rings,
    cell,
    slot,
    door: { x: left, y: middle, r: 5 },
    slots: columns * rows,
    slotsBesideText: Math.max(0, columns - 5) * rows,
  };
}

/** @typedef {ReturnType<typeof geometry>} Geometry */
