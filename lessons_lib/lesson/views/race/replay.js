// What to show at a moment of a finished race.

/** @import { LaneStanding, RaceHistory } from "../types" */

/**
 * When the last lane of a race ended.
 * @type {(history: RaceHistory) => number}
 */
export const endOf = (history) =>
  Math.max(...history.map((points) => points[points.length - 1][0]));

/**
 * The lanes at a moment of the race: counts jump as they did, and clocks run continuously.
 * @type {(history: RaceHistory, seconds: number) => LaneStanding[]}
 */
export function lanesAt(history, seconds) {
  return history.map((points) => {
    const next = points.findIndex(([at]) => at > seconds);
    const end = points[points.length - 1];
    const last = next < 0 ? end : points[Math.max(0, next - 1)];
    return [last[1], Math.min(seconds, end[0])];
  });
}

/**
 * The lane that finished first, or -1 if none has finished.
 * @type {(standings: LaneStanding[], total: number) => number}
 */
export function winner(standings, total) {
  const finished = standings.map(([done, seconds]) => (done >= total ? seconds : Infinity));
  const least = Math.min(...finished);
  return Number.isFinite(least) ? finished.indexOf(least) : -1;
}
