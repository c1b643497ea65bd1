// Numbers in words and figures, as `formats.py` writes them.

/** @type {(number: number) => string} */
export const counted = (number) => number.toLocaleString("en");
/** @type {(count: number, noun: string) => string} */
export const plural = (count, noun) => `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * With a sign: +0.120, −0.120, 0.000.
 * @type {(value: number) => string}
 */
export function signed(value) {
  const figure = Math.abs(value).toFixed(3);
  if (Number(figure) === 0) return figure;
  return (value < 0 ? "−" : "+") + figure;
}

/** @type {(value: number, count: number) => string} */
export function decimals(value, count) {
  const digits = { minimumFractionDigits: count, maximumFractionDigits: count };
  return value.toLocaleString("en", digits);
}

/**
 * Two digits, and all digits of a larger integer: 0.24, 7.0, 120.
 * @type {(figure: number) => string}
 */
export function twoDigits(figure) {
  const rounded = Number(figure.toPrecision(2));
  return rounded > 0 && rounded < 10 ? figure.toPrecision(2) : counted(rounded);
}

/**
 * Two digits, as in the kernel's sentences: 0.24 ms, 7.0 ms, 120 ms, 1.5 s.
 * @type {(microseconds: number) => string}
 */
export const duration = (microseconds) => inUnit(microseconds, twoDigits);

/**
 * For settings and rounded values: 7 ms.
 * @type {(microseconds: number) => string}
 */
export function plainDuration(microseconds) {
  return inUnit(microseconds, (figure) => counted(Number(figure.toPrecision(3))));
}

/** @type {(microseconds: number, words: (figure: number) => string) => string} */
function inUnit(microseconds, words) {
  return microseconds >= 995_000
    ? `${words(microseconds / 1e6)} s`
    : `${words(microseconds / 1e3)} ms`;
}

/** @type {(figure: number) => string} */
export function rate(figure) {
  return figure < 10 ? twoDigits(figure) : counted(Math.round(figure));
}

/**
 * A small share does not become 0 %.
 * @type {(share: number) => string}
 */
export function percent(share) {
  return share > 0 && share < 0.01 ? "less than 1 %" : `${Math.round(100 * share)} %`;
}

/**
 * The least number that is not below `figure` and has one of these digits: 1, 2, 5, 10, 20 …
 * @type {(figure: number, digits: number[]) => number}
 */
export function roundedUp(figure, digits) {
  const power = 10 ** Math.floor(Math.log10(figure));
  return power * (digits.find((digit) => digit * power >= figure * 0.999) ?? 10);
}
