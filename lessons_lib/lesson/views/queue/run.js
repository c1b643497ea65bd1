// A run as the browser plays it: arrivals, starts and ends of batches in order, and when to show
// each one. Times of the run are in microseconds, times on the screen in seconds.

import { counted } from "../../../classroom/widgets/elements.js";

const DOTS_PER_S = 24; // the most requests that arrive in a second on the screen
const LATENCY_SEEN_S = 0.3; // the shortest median latency on the screen
const GAP_SEEN_S = 0.35; // time without requests is cut to this
export const SLOW_S = 20; // then the rest of a long run is played fast
const FAST_S = 4;

export function makeRun(answer, asked) {
  const batches = batchesOf(answer);
  const events = [
    ...answer.arrivals_s.map((at, request) => ({ at, rank: 0, kind: "arrival", request })),
    ...batches.map((batch) => ({ at: batch.end, rank: 1, kind: "end", batch })),
    ...batches.map((batch) => ({ at: batch.start, rank: 2, kind: "start", batch })),
  ].sort((one, other) => one.at - other.at || one.rank - other.rank);
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
    end: events.at(-1).at,
  };
}

function batchesOf({ batch_number: numbers, started_s: started, finished_s: finished }) {
  const batches = [];
  numbers.forEach((number, request) => {
    if (request && number === numbers[request - 1]) return (batches.at(-1).size += 1);
    const start = started[request];
    // Even the cheapest batch must end after its start.
    batches.push({ first: request, size: 1, start, end: Math.max(finished[request], start + 1) });
  });
  return batches;
}

// First come, first served, so three counts determine the state of every request.
function statesAfter(events) {
  let state = { arrived: 0, started: 0, answered: 0, batch: null };
  const states = [state];
  for (const { kind, batch } of events) {
    state = { ...state };
    if (kind === "arrival") state.arrived += 1;
    if (kind === "start") Object.assign(state, { started: batch.first + batch.size, batch });
    if (kind === "end") Object.assign(state, { answered: batch.first + batch.size, batch: null });
    states.push(state);
  }
  return states;
}

// How many microseconds of the run pass in a second on the screen: 1, 2 or 5 times a power of 10.
function slowMotion(rate, p50) {
  const slowest = (1e3 * p50) / LATENCY_SEEN_S || Infinity;
  const most = Math.max(1, Math.min((1e6 * DOTS_PER_S) / rate, slowest));
  const power = 10 ** Math.floor(Math.log10(most));
  return power * [5, 2, 1].find((digit) => digit * power <= most * 1.001);
}

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
  const span = events.at(-1).at - from || 1;
  const fast = events.slice(first).map(({ at }) => SLOW_S + (FAST_S * (at - from)) / span);
  const seenAt = [...slow.slice(0, first), ...fast];
  return { seenAt, length: SLOW_S + FAST_S, fastFrom: SLOW_S, isCut };
}

// How many events have happened when the screen's clock shows `seen` seconds.
export function countAt(run, seen) {
  let [low, high] = [0, run.events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.seenAt[middle] <= seen) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function timeAt(run, seen, count) {
  if (count >= run.events.length) return run.end;
  const [from, to] = [count ? run.events[count - 1].at : 0, run.events[count].at];
  const [start, end] = [count ? run.seenAt[count - 1] : 0, run.seenAt[count]];
  return from + ((to - from) * Math.max(0, seen - start)) / (end - start || 1);
}

// Describes the event that led to a state.
export function inWords(run, count) {
  const { kind, request, batch } = run.events[count - 1];
  const { arrived, started } = run.states[count];
  const waiting = `${arrived - started} waiting`;
  if (kind === "arrival") return `Request ${request + 1} arrives: ${waiting}.`;
  if (kind === "start") return `A batch of ${batch.size} starts: ${waiting}.`;
  const slowest = duration(batch.end - run.arrivals_s[batch.first]);
  const fastest = duration(batch.end - run.arrivals_s[batch.first + batch.size - 1]);
  const span = slowest === fastest ? slowest : `${fastest} to ${slowest}`;
  return `The batch of ${batch.size} is answered, after ${span}.`;
}

export function standing(run, count) {
  const { arrived, started, answered, batch } = run.states[count];
  const model = batch ? `the model works on a batch of ${batch.size}` : "the model is idle";
  const done = `${answered} of ${run.arrivals_s.length} answered`;
  return `${arrived - started} waiting, ${model}, ${done}.`;
}

// Two digits, as in the kernel's sentences: 0.24 ms, 7.0 ms, 120 ms, 1.5 s.
export const duration = (microseconds) => inUnit(microseconds, twoDigits);

// For settings and rounded values: 7 ms.
export function plainDuration(microseconds) {
  return inUnit(microseconds, (figure) => counted(Number(figure.toPrecision(3))));
}

function inUnit(microseconds, words) {
  return microseconds >= 995_000
    ? `${words(microseconds / 1e6)} s`
    : `${words(microseconds / 1e3)} ms`;
}

export function throughput(figure) {
  return figure < 10 ? twoDigits(figure) : counted(Math.round(figure));
}

// A small share does not become 0 %.
export function percent(share) {
  return share > 0 && share < 0.01 ? "less than 1 %" : `${Math.round(100 * share)} %`;
}

export function twoDigits(figure) {
  const rounded = Number(figure.toPrecision(2));
  return rounded > 0 && rounded < 10 ? figure.toPrecision(2) : counted(rounded);
}
