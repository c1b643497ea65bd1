import assert from "node:assert/strict";
import { test } from "node:test";

import * as scales from "../../lessons_lib/lesson/views/queue/scales.js";

const ALL = {
  rates: scales.logarithmic(0.32, 1600),
  waits: scales.logarithmicFromZero(100),
  sizes: scales.powersOfTwo(100),
};

for (const [name, scale] of Object.entries(ALL)) {
  test(`the slider of the ${name} reaches both ends, and only rises`, () => {
    const positions = Array.from({ length: scale.last + 1 }, (_, position) => position);
    const values = positions.map(scale.valueAt);
    assert.deepEqual([values[0], values.at(-1)], scale.ends);
    assert.ok(values.every((value, at) => !at || value >= values[at - 1]));
    for (const end of scale.ends) assert.equal(scale.valueAt(scale.positionOf(end)), end);
  });

  test(`a value between two positions of the ${name} is shown at a near one`, () => {
    const [, most] = scale.ends;
    const shown = scale.valueAt(scale.positionOf(most / 3));
    assert.ok(shown > most / 6 && shown < most / 1.5);
  });
}

test("a typed value is used exactly, in the scale's steps and inside its range", () => {
  assert.equal(scales.nearestTo("26.5", 1, ALL.rates), 26.5);
  assert.equal(scales.nearestTo("1e12", 1, ALL.rates), 1600);
  assert.equal(scales.nearestTo("0", 1, ALL.rates), 0.32);
  assert.equal(scales.nearestTo("7.6", 1, ALL.sizes), 8);
  assert.equal(scales.nearestTo("0.12345", 1, ALL.waits), 0.123);
  assert.equal(scales.nearestTo("-5", 1, ALL.waits), 0);
});

test("what is no number changes nothing", () => {
  for (const text of ["", "  ", "many"]) assert.equal(scales.nearestTo(text, 8, ALL.sizes), 8);
});
