// Slow motion: what was measured is shown so slowly that it can be watched, at a stated pace.

const SLOWNESS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SLOWEST = 1000;

/**
 * How many times slower a run is shown, so that it lasts at least `watched` seconds.
 * @type {(seconds: number, watched: number) => number}
 */
export function slownessOf(seconds, watched) {
  return SLOWNESS.find((times) => times * seconds >= watched) ?? SLOWEST;
}

/**
 * Calls `draw` with the seconds since the last frame, until it returns false.
 * Returns what stops it.
 * @type {(draw: (seconds: number) => boolean) => () => void}
 */
export function everyFrame(draw) {
  let last = performance.now();
  /** @param {number} now */
  const step = (now) => {
    const seconds = Math.max(0, now - last) / 1000;
    last = now;
    if (draw(seconds)) frame = requestAnimationFrame(step);
  };
  let frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}

/**
 * Draws the moments of a run from 0 to `end`; returns what stops it.
 * @param {number} end
 * @param {number} slowness
 * @param {(seconds: number) => void} draw
 * @param {() => void} onEnd
 */
export function replay(end, slowness, draw, onEnd) {
  let now = 0;
  return everyFrame((seconds) => {
    now += seconds / slowness;
    if (now < end) draw(now);
    else onEnd();
    return now < end;
  });
}
