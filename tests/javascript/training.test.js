import assert from "node:assert/strict";
import { test } from "node:test";

import * as curves from "../../lessons_lib/lesson/views/training/curves.js";
import { seedOf } from "../../lessons_lib/lesson/views/training/knobs.js";
import * as view from "../../lessons_lib/lesson/views/training/view.js";

const EMPTY = [0.4, 1.2];
const LINES = curves.linesOf("loss");
const row = (epoch, train_loss, held_out_loss) => ({ epoch, train_loss, held_out_loss });

test("a scale holds all values, has round steps and two to seven marks", () => {
  const cases = [[], [0.3], [0.31, 0.32], [0.2, 1.1], [0.5, 48], [1, 3e6]];
  for (const own of cases) {
    const { low, high, step, ticks } = curves.scaleOf(own, [], EMPTY, "loss");
    assert.ok(own.every((value) => low <= value && value <= high + 1e-9));
    assert.match(step.toExponential(), /^(1|2|2\.5|5)e/);
    assert.ok(ticks.length >= 2 && ticks.length <= 7, `${own}: ${ticks}`);
    assert.equal(ticks[0], low);
  }
});

test("the accuracy stays between 0 and 1", () => {
  const { low, high } = curves.scaleOf([0.02, 0.99], [], EMPTY, "accuracy");
  assert.ok(low >= 0 && high <= 1);
});

test("the previous run widens the scale only if this run stays readable", () => {
  assert.ok(curves.scaleOf([0.5, 1], [1.5], EMPTY, "loss").high >= 1.5);
  assert.ok(curves.scaleOf([0.5, 1], [50], EMPTY, "loss").high < 1.5);
});

test("a curve of the previous run that leaves the panel is named", () => {
  const scale = curves.scaleOf([0.5, 1], [], EMPTY, "loss");
  assert.deepEqual(curves.offScale([row(1, 0.6, 50)], LINES, "loss", scale), ["held-out loss"]);
  assert.deepEqual(curves.offScale([row(1, 50, 50)], LINES, "loss", scale), ["loss"]);
  assert.deepEqual(curves.offScale([row(1, 0.6, 0.7)], LINES, "loss", scale), []);
  assert.deepEqual(curves.offScale([row(1, null, null)], LINES, "loss", scale), []);
});

test("marks have as many decimals as their step", () => {
  assert.equal(curves.tickFigure(0.5, 0.25), "0.50");
  assert.equal(curves.tickFigure(0.4, 0.2), "0.4");
  assert.equal(curves.tickFigure(20, 10), "20");
  assert.equal(curves.tickFigure(2e6, 1e6), "2e+6");
});

test("labels of curves that end close together are pushed apart in their order", () => {
  assert.deepEqual(curves.apart([100, 104]), [94, 110]);
  assert.deepEqual(curves.apart([104, 100]), [110, 94]);
  assert.deepEqual(curves.apart([50, 100]), [50, 100]);
  assert.deepEqual(curves.apart([50]), [50]);
});

test("the label of a guess never touches that of the best epoch, which ends at 18", () => {
  for (let line = 26; line <= 200; line += 1) assert.ok(curves.labelHeight(line) - 10 > 18);
});

test("the curves have words, with the lowest held-out loss and values that are no numbers", () => {
  const rows = [row(1, 0.9, 0.8), row(2, 0.5, 0.7), row(3, 0.2, null)];
  assert.equal(
    curves.inWordsOf({ rows, best: 2, summary: "" }, LINES, "Loss per text"),
    "Loss per text over 3 epochs: training from 0.900 to 0.200; " +
      "held-out from 0.800 to no number, lowest 0.700 after epoch 2.",
  );
  assert.equal(curves.rowFigure(123456), "1.2e+5");
});

test("a seed is rounded and kept in range, with a note that says so", () => {
  const cases = { "-3": 0, 123456: 9999, 2.4: 2, 7: 7, "": 5 };
  for (const [text, used] of Object.entries(cases)) {
    assert.equal(seedOf(text, 5, 9999).used, used);
    assert.equal(seedOf(text, 5, 9999).note === "", text === "7");
  }
});

test("the expected time comes from the last run, and the rest of a run from its own epochs", () => {
  const page = { knobs: { epochs: 5 }, seconds: 2, phase: "running" };
  const rows = [row(1, 1, 1), row(2, 1, 1)];
  assert.match(view.expectedTime(null, 5), /^The first epoch/);
  assert.equal(view.expectedTime(2, 5), "About 10 s: 5 epochs, at 2 s per epoch in the last run.");
  assert.equal(view.runningTime({ ...page, run: { rows } }), "Epoch 3 of 5. About 6 s to go.");
  assert.match(view.runningTime({ ...page, run: { rows: [] } }), /^Epoch 1 of 5\. It will show/);
});

test("a silence is long only after several epochs could have ended", () => {
  assert.ok(view.longestSilence({ seconds: null }) > view.longestSilence({ seconds: 2 }));
  assert.equal(view.longestSilence({ seconds: 2 }), 12_000);
  assert.ok(view.longestSilence({ seconds: 0.01 }) > 1_000);
});
