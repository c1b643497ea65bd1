// The slow replay of a race: counts jump as they did, and clocks run continuously.

const WATCHED_S = 8;
const SLOWNESS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

const longest = (history) => Math.max(...history.map((points) => points.at(-1)[0]));

export function slownessOf(history) {
  const end = Math.max(longest(history), 1e-9);
  return SLOWNESS.find((times) => times * end >= WATCHED_S / 2) ?? SLOWNESS.at(-1);
}

// The lanes at a moment of the race: each is at the end of its last step.
function lanesAt(history, seconds) {
  return history.map((points) => {
    const next = points.findIndex(([at]) => at > seconds);
    const last = points.at(next < 0 ? -1 : Math.max(0, next - 1));
    return [last[1], Math.min(seconds, points.at(-1)[0])];
  });
}

export function replay(history, draw, onEnd) {
  const [slowness, end] = [slownessOf(history), longest(history)];
  let [frame, began] = [0, null];
  const step = (now) => {
    began ??= now;
    const seconds = (now - began) / 1000 / slowness;
    if (seconds >= end) return onEnd();
    draw(lanesAt(history, seconds));
    frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}
