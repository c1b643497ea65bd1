// The seats of the streams: the same order as in Python, and readers who leave.

import assert from "node:assert/strict";
import { test } from "node:test";

import { seatsOf } from "../../lessons_lib/lesson/views/writing/seats.js";

/** @param {number[]} lengths */
const about = (...lengths) => ({
  title: "",
  note: "",
  read_ms: 3,
  step_ms: [2.25, 2.5],
  texts: lengths.map((length) => ({ mood: "", first: "", shown: Array(length).fill("a") })),
});

/** @param {ReturnType<typeof seatsOf>} way */
const times = (way) => way.texts.map(({ firstMs, lastMs }) => [firstMs, lastMs]);

test("a continuous batch takes the times of tests/pipeline/writing/test_seats.py", () => {
  const way = seatsOf(about(2, 9, 3), false);
  assert.equal(way.until(Infinity), false);
  assert.deepEqual(
    way.texts.map(({ firstMs }) => firstMs),
    [3, 6, 11.5],
  );
  assert.deepEqual(
    way.texts.map(({ seat }) => seat),
    [1, 2, 1],
  );
  assert.equal(Math.max(...way.texts.map(({ lastMs }) => lastMs)), 3 * 3 + 3 * 2.5 + 5 * 2.25);
});

test("a static group waits for its longest text", () => {
  const way = seatsOf(about(2, 9, 3), true);
  way.until(Infinity);
  const [, longest, late] = times(way);
  assert.equal(late[0], longest[1] + 3);
});

test("played in small steps, the run is the same", () => {
  const [whole, steps] = [seatsOf(about(2, 9, 3, 1), false), seatsOf(about(2, 9, 3, 1), false)];
  whole.until(Infinity);
  for (let now = 0; steps.until(now); now += 0.7);
  assert.deepEqual(times(steps), times(whole));
});

test("whoever is stopped frees the seat after the current pass, or leaves the queue", () => {
  const way = seatsOf(about(50, 50, 3, 3), false);
  way.until(20);
  way.leave(0);
  way.leave(3);
  assert.ok(way.isOver(0));
  way.until(26);
  assert.equal(way.texts[2].tokens, 1);
  assert.equal(way.until(Infinity), false);
  assert.equal(way.texts[3].tokens, 0);
});
