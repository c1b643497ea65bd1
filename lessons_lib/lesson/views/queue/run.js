// A run as the browser plays it: arrivals, starts and ends of batches in order, and when to show
// each one. Times of the run are in microseconds, times on the screen in seconds.

import { duration } from "../../../classroom/widgets/numbers.js";

/** @import { Batch, Run, RunEvent, Setting, SimulatedRun, State } from "./types" */

const DOTS_PER_S = 24; // the most requests that arrive in a second on the screen
const LATENCY_SEEN_S = 0.3; // the shortest median latency on the screen
const GAP_SEEN_S = 0.35; // time without requests is cut to this
const [ARRIVAL, END, START] = /** @type {const} */ (["arrival", "end", "start"]);
export const SLOW_S = 20; // then the rest of a long run is played fast
const FAST_S = 4;

/** @type {(answer: SimulatedRun, asked: Setting) => Run} */
export function makeRun(answer, asked) {
  const batches = batchesOf(answer);
  /** @type {RunEvent[]} */
  const unsorted = [
    ...answer.arrivals_s.map((at, request) => ({ kind: ARRIVAL, at, request })),
    ...batches.map((batch) => ({ kind: END, at: batch.end, batch })),
    ...batches.map((batch) => ({ kind: START, at: batch.start, batch })),
  ];
  // What happens at the same time stays in this order.
  const events = unsorted.sort((one, other) => one.at - other.at);
  const states = statesAfter(events);
  const perSecond = slowMotion(asked.rate_per_s, answer.figures.p50_ms);
  batches.forEach((batch, place) => {
    // For how many seconds on the screen the batch has the model to itself.
    batch.alone = ((batches[place + 1]?.start ?? Infinity) - batch.start) / perSecond;
  });
  const times = screenTimes(events, states, perSecond);
  return {
    ...answer,
    ...times,
    asked,
    events,
    states,
    perSecond,
    batchOf: batches.flatMap((batch) => Array(batch.size).fill(batch)),
    arrivalsSeenAt: times.seenAt.filter((_, place) => events[place].kind === "arrival"),
    end: events[events.length - 1].at,
  };
}

/** @type {(answer: SimulatedRun) => Batch[]} */
function batchesOf({ batch_number: numbers, started_s: started, finished_s: finished }) {
  /** @type {Batch[]} */
  const batches = [];
  numbers.forEach((number, request) => {
    if (request && number === numbers[request - 1]) {
      batches[batches.length - 1].size += 1;
      return;
    }
    const start = started[request];
    // Even the cheapest batch must end after its start.
    const end = Math.max(finished[request], start + 1);
    batches.push({ first: request, size: 1, start, end, alone: Infinity });
  });
  return batches;
}

/**
 * First come, first served, so three counts determine the state of every request.
 * @type {(events: RunEvent[]) => State[]}
 */
function statesAfter(events) {
  /** @type {State} */
  let state = { arrived: 0, started: 0, answered: 0, batch: null };
  const states = [state];
  for (const { kind, batch } of events) {
    if (!batch) state = { ...state, arrived: state.arrived + 1 };
    else if (kind === "start") state = { ...state, started: batch.first + batch.size, batch };
    else state = { ...state, answered: batch.first + batch.size, batch: null };
    states.push(state);
  }
  return states;
}

/**
 * How many microseconds of the run pass in a second on the screen: 1, 2 or 5 times a power of 10.
 * @type {(rate: number, p50: number) => number}
 */
function slowMotion(rate, p50) {
  const slowest = (1e3 * p50) / LATENCY_SEEN_S || Infinity;
  const most = Math.max(1, Math.min((1e6 * DOTS_PER_S) / rate, slowest));
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([5, 2].find((digit) => digit * power <= most * 1.001) ?? 1);
}

/**
 * @param {RunEvent[]} events
 * @param {State[]} states
 * @param {number} perSecond
 */
function screenTimes(events, states, perSecond) {
  let [seen, before, isCut] = [0, 0, false];
  const slow = events.map(({ at }, place) => {
    const { arrived, answered } = states[place];
    const span = (at - before) / perSecond;
    const isGap = arrived === answered && span > GAP_SEEN_S;
    isCut ||= isGap;
    seen += isGap ? GAP_SEEN_S : span;
    before = at;
    return seen;
  });
  if (seen <= SLOW_S + FAST_S) return { seenAt: slow, length: seen, fastFrom: Infinity, isCut };
  const first = slow.findIndex((one) => one > SLOW_S);
  const from = first ? events[first - 1].at : 0;
  const span = events[events.length - 1].at - from || 1;
  const fast = events.slice(first).map(({ at }) => SLOW_S + (FAST_S * (at - from)) / span);
  const seenAt = [...slow.slice(0, first), ...fast];
  return { seenAt, length: SLOW_S + FAST_S, fastFrom: SLOW_S, isCut };
}

/**
 * How many events have happened when the screen's clock shows `seen` seconds.
 * @type {(run: Run, seen: number) => number}
 */
export function countAt(run, seen) {
  let [low, high] = [0, run.events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.seenAt[middle] <= seen) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @type {(run: Run, seen: number, count: number) => number} */
export function timeAt(run, seen, count) {
  if (count >= run.events.length) return run.end;
  const [from, to] = [count ? run.events[count - 1].at : 0, run.events[count].at];
  const [start, end] = [count ? run.seenAt[count - 1] : 0, run.seenAt[count]];
  return from + ((to - from) * Math.max(0, seen - start)) / (end - start || 1);
}

/** @type {(one: Partial<Setting>, other: Setting) => boolean} */
export function sameSetting(one, other) {
  return (
    one.rate_per_s === other.rate_per_s &&
    one.max_batch_size === other.max_batch_size &&
    one.batch_wait_timeout_ms === other.batch_wait_timeout_ms &&
    Boolean(one.closes_while_busy) === Boolean(other.closes_while_busy)
  );
}

/**
 * How many waiting requests the next batch holds at most; a closed one holds no more than it has.
 * @type {(run: Run, started: number) => number}
 */
export function roomOfNext({ asked, batchOf }, started) {
  const isClosed = asked.closes_while_busy && started < batchOf.length;
  return isClosed ? batchOf[started].size : asked.max_batch_size;
}

/**
 * Describes the event that led to a state.
 * @type {(run: Run, count: number) => string}
 */
export function inWords(run, count) {
  const { kind, request, batch } = run.events[count - 1];
  const { arrived, started } = run.states[count];
  const waiting = `${arrived - started} waiting`;
  if (!batch) return `Request ${request + 1} arrives: ${waiting}.`;
  if (kind === "start") return `A batch of ${batch.size} starts: ${waiting}.`;
  const slowest = duration(batch.end - run.arrivals_s[batch.first]);
  const fastest = duration(batch.end - run.arrivals_s[batch.first + batch.size - 1]);
  const span = slowest === fastest ? slowest : `${fastest} to ${slowest}`;
  return `The batch of ${batch.size} is answered, after ${span}.`;
}

/** @type {(run: Run, count: number) => string} */
export function standing(run, count) {
  const { arrived, started, answered, batch } = run.states[count];
  const model = batch ? `the model works on a batch of ${batch.size}` : "the model is idle";
  const done = `${answered} of ${run.arrivals_s.length} answered`;
  return `${arrived - started} waiting, ${model}, ${done}.`;
}
