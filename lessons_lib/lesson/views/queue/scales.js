// The values at the positions of a slider, and what is made of a typed value.

/** @import { Scale } from "./types" */

const POSITIONS = 120;

/**
 * From `least` to `most` in equal steps of the logarithm.
 * @type {(least: number, most: number) => Scale}
 */
export function logarithmic(least, most) {
  const ratio = Math.log(most / least) / POSITIONS;
  return {
    last: POSITIONS,
    ends: [least, most],
    grain: 0,
    valueAt(position) {
      if (position <= 0) return least;
      if (position >= POSITIONS) return most;
      return Number((least * Math.exp(ratio * position)).toPrecision(2));
    },
    positionOf: (value) => Math.round(Math.log(Math.max(value, least) / least) / ratio),
  };
}

/**
 * 0, and then from a 2,000th of `most` in equal steps of the logarithm.
 * @type {(most: number) => Scale}
 */
export function logarithmicFromZero(most) {
  const above = logarithmic(most / 2000, most);
  return {
    last: POSITIONS + 1,
    ends: [0, most],
    grain: 0.001,
    valueAt: (position) => (position ? above.valueAt(position - 1) : 0),
    positionOf: (value) => (value < above.ends[0] ? 0 : above.positionOf(value) + 1),
  };
}

/**
 * 1, 2, 4 … and `most`.
 * @type {(most: number) => Scale}
 */
export function powersOfTwo(most) {
  /** @type {number[]} */
  const sizes = [];
  for (let size = 1; size < most; size *= 2) sizes.push(size);
  sizes.push(most);
  return {
    last: sizes.length - 1,
    ends: [1, most],
    grain: 1,
    valueAt: (position) => sizes[position],
    positionOf(value) {
      const off = sizes.map((size) => Math.abs(Math.log(size / value)));
      return off.indexOf(Math.min(...off));
    },
  };
}

/**
 * The nearest value to a typed text that a scale has; `before` if it is no number.
 * @type {(text: string, before: number, scale: Scale) => number}
 */
export function nearestTo(text, before, { ends: [least, most], grain }) {
  const typed = text.trim() === "" ? NaN : Number(text);
  if (Number.isNaN(typed)) return before;
  const rounded = grain ? Math.round(typed / grain) / Math.round(1 / grain) : typed;
  return Math.max(least, Math.min(most, rounded));
}

/** @type {(value: number) => string} */
export function figure(value) {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 4 });
}

/** @type {(value: number, noun: string) => string} */
export const inFigures = (value, noun) => `${figure(value)} ${noun}${value === 1 ? "" : "s"}`;
