import assert from "node:assert/strict";
import { test } from "node:test";

import { sortedSpots } from "../../lessons_lib/lesson/views/start/batch.js";

test("tiles settle in a block for each label, each on a spot of its own", () => {
  const digits = Array.from({ length: 600 }, (_, text) => (7 * text) % 3).join("");
  const spots = sortedSpots(digits);
  assert.equal(new Set(spots.map(String)).size, 600);
  const byRank = [...digits].map((label, text) => ({
    label,
    at: 3 * spots[text][0] + spots[text][1],
  }));
  byRank.sort((one, other) => one.at - other.at);
  assert.deepEqual(
    byRank.map(({ at }) => at),
    [...digits].map((_, text) => text),
  );
  assert.equal(byRank.map(({ label }) => label).join(""), [...digits].sort().join(""));
});

test("tiles of the same label keep their order, and a label may be missing", () => {
  assert.deepEqual(sortedSpots("2002"), [
    [2, 0],
    [0, 0],
    [1, 0],
    [3, 0],
  ]);
});
