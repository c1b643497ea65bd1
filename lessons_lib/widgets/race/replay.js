// A race seen again, slower: counts stand and jump as they did, clocks run through.

const WATCHED_S = 8;
const SLOWNESS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

export function slownessOf(history) {
  const longest = Math.max(...history.map((points) => points.at(-1)[0]), 1e-9);
  return SLOWNESS.find((times) => times * longest >= WATCHED_S / 2) ?? SLOWNESS.at(-1);
}

// The lanes at a moment of the race: each is where its last step had brought it.
function lanesAt(history, seconds) {
  return history.map((points) => {
    let place = points.findIndex(([at]) => at > seconds);
    if (place < 0) place = points.length;
    const [end] = points.at(-1);
    return [points[Math.max(0, place - 1)][1], Math.min(seconds, end)];
  });
}

export function replay(history, draw, onEnd) {
  const slowness = slownessOf(history);
  const end = Math.max(...history.map((points) => points.at(-1)[0]));
  let frame = 0;
  let began = null;
  const step = (now) => {
    began ??= now;
    const seconds = (now - began) / 1000 / slowness;
    if (seconds >= end) {
      onEnd();
      return;
    }
    draw(lanesAt(history, seconds));
    frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}
