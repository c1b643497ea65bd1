import assert from "node:assert/strict";
import { test } from "node:test";

import { endOf, lanesAt, winner } from "../../lessons_lib/lesson/views/race/replay.js";
import { slownessOf } from "../../lessons_lib/lesson/views/slow_motion.js";

const ONE_BY_ONE = [
  [0, 0],
  [0.1, 50],
  [0.4, 100],
];
const IN_BATCHES = [
  [0, 0],
  [0.05, 100],
];
const HISTORY = [ONE_BY_ONE, IN_BATCHES];

test("a replay takes as long as it can be watched, at a round pace", () => {
  assert.equal(slownessOf(0.4, 4), 10);
  assert.equal(slownessOf(0.41, 4), 10);
  assert.equal(slownessOf(0.39, 4), 20);
  assert.equal(slownessOf(60, 4), 1);
  assert.equal(slownessOf(0, 4), 1000);
});

test("counts jump as they did, and clocks run until the lane's own end", () => {
  assert.equal(endOf(HISTORY), 0.4);
  assert.deepEqual(lanesAt(HISTORY, 0), [
    [0, 0],
    [0, 0],
  ]);
  assert.deepEqual(lanesAt(HISTORY, 0.2), [
    [50, 0.2],
    [100, 0.05],
  ]);
  assert.deepEqual(lanesAt(HISTORY, 9), [
    [100, 0.4],
    [100, 0.05],
  ]);
});

test("the first lane to finish has won, and none has before", () => {
  assert.equal(winner(lanesAt(HISTORY, 0.01), 100), -1);
  assert.equal(winner(lanesAt(HISTORY, 0.2), 100), 1);
  assert.equal(winner(lanesAt(HISTORY, 9), 100), 1);
});
