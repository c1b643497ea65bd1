import assert from "node:assert/strict";
import { test } from "node:test";

import { compared } from "../../lessons_lib/lesson/views/queue/figures.js";
import * as runs from "../../lessons_lib/lesson/views/queue/run.js";
import { ANSWER, ASKED, longRun, run } from "./runs.js";

test("requests of one batch start together, and a run has its events in order", () => {
  const kinds = run.events.map(({ kind, at }) => `${kind} ${at / 1000}`);
  assert.deepEqual(kinds, [
    "arrival 0",
    "start 5",
    "end 9",
    "arrival 10",
    "arrival 12",
    "start 12",
    "end 20",
    "arrival 40",
    "start 45",
    "end 49",
  ]);
  assert.deepEqual(
    run.batchOf.map(({ size }) => size),
    [1, 2, 2, 1],
  );
});

test("a batch that ends when the next starts ends first, and both last at least a microsecond", () => {
  const times = { arrivals_s: [0, 0], started_s: [0, 5], finished_s: [5, 5], batch_number: [0, 1] };
  const { events } = runs.makeRun({ ...ANSWER, ...times, n: 2 }, ASKED);
  const after = events.slice(2).map(({ kind, at }) => `${kind} ${at}`);
  assert.deepEqual(after, ["start 0", "end 5", "start 5", "end 6"]);
});

test("three counts say what became of every request", () => {
  const [first, last] = [run.states[0], run.states.at(-1)];
  assert.deepEqual(first, { arrived: 0, started: 0, answered: 0, batch: null });
  assert.deepEqual(last, { arrived: 4, started: 4, answered: 4, batch: null });
  assert.equal(run.states[6].batch?.size, 2);
});

test("the slow motion is round and shows no more than 24 requests per second", () => {
  for (const rate of [1, 90, 4_000, 1e6]) {
    const { perSecond } = runs.makeRun(ANSWER, { ...ASKED, rate_per_s: rate });
    assert.match(String(perSecond), /^[125]0*$/);
    assert.ok((rate * perSecond) / 1e6 <= 24 * 1.001);
  }
});

test("the screen's clock and the run's clock agree at every event", () => {
  run.events.forEach(({ at }, place) => {
    assert.ok(runs.countAt(run, run.seenAt[place]) > place);
    assert.ok(Math.abs(runs.timeAt(run, run.seenAt[place], place) - at) < 1e-6);
  });
  assert.equal(runs.countAt(run, -1), 0);
  assert.equal(runs.timeAt(run, run.length, run.events.length), run.end);
});

test("empty time is cut, and the rest of a long run is played fast", () => {
  const late = { arrivals_s: [0, 10_000, 12_000, 4e7], started_s: [5_000, 12_000, 12_000, 4e7] };
  const gap = runs.makeRun(
    { ...ANSWER, ...late, finished_s: [9_000, 20_000, 20_000, 4e7 + 4_000] },
    ASKED,
  );
  assert.ok(gap.isCut);
  assert.ok(gap.length < 24);
  const long = longRun(2_000);
  assert.equal(long.fastFrom, runs.SLOW_S);
  assert.ok(Math.abs(long.seenAt.at(-1) - long.length) < 1e-9);
  assert.deepEqual(
    long.seenAt,
    long.seenAt.toSorted((one, other) => one - other),
  );
  assert.equal(run.fastFrom, Infinity);
});

test("each event and each state has words", () => {
  assert.equal(runs.inWords(run, 1), "Request 1 arrives: 1 waiting.");
  assert.equal(runs.inWords(run, 6), "A batch of 2 starts: 0 waiting.");
  assert.equal(runs.inWords(run, 7), "The batch of 2 is answered, after 8.0 ms to 10 ms.");
  assert.equal(
    runs.standing(run, 6),
    "0 waiting, the model works on a batch of 2, 1 of 4 answered.",
  );
});

test("a comparison says how many requests it is about, and what a growing queue does", () => {
  const measured = { p50_ms: 4, p99_ms: 8, texts_per_s: 20, n: 200 };
  assert.match(compared(measured, run), /both with n = 200\.$/);
  assert.match(compared(measured, { ...run, grows: true }), /a small error in the cost/);
});

test("a closed batch takes in no more requests; settings saved without the rule stay valid", () => {
  assert.equal(runs.roomOfNext(run, 0), 2);
  const closed = runs.makeRun(ANSWER, { ...ASKED, closes_while_busy: true });
  assert.deepEqual(
    [0, 1, 3, 4].map((started) => runs.roomOfNext(closed, started)),
    [1, 2, 1, 2],
  );
  assert.ok(runs.sameSetting(ASKED, { ...ASKED, closes_while_busy: false }));
  assert.ok(!runs.sameSetting(ASKED, closed.asked));
});
