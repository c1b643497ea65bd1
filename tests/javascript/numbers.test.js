import assert from "node:assert/strict";
import { test } from "node:test";

import * as numbers from "../../lessons_lib/classroom/widgets/numbers.js";
import { figure, inFigures } from "../../lessons_lib/lesson/views/queue/scales.js";

const CASES = [
  ["counted", [10_000], "10,000"],
  ["plural", [1, "text"], "1 text"],
  ["plural", [0, "text"], "0 texts"],
  ["signed", [0.12], "+0.120"],
  ["signed", [-0.12], "−0.120"],
  ["signed", [-0.0001], "0.000"],
  ["decimals", [1234.5, 2], "1,234.50"],
  ["plainDuration", [7_000], "7 ms"],
  ["plainDuration", [1_500_000], "1.5 s"],
  ["rate", [7], "7.0"],
  ["rate", [1234.6], "1,235"],
  ["percent", [0.004], "less than 1 %"],
  ["percent", [0], "0 %"],
  ["percent", [0.68], "68 %"],
  ["roundedUp", [0.23, [1, 2, 5]], 0.5],
  ["roundedUp", [5, [1, 2, 5]], 5],
  ["roundedUp", [51, [1, 2, 5]], 100],
];

for (const [name, given, expected] of CASES) {
  test(`${name}(${given.join(", ")}) is ${expected}`, () => {
    assert.equal(numbers[name](...given), expected);
  });
}

test("the value of a slider has three digits and keeps small ones", () => {
  assert.equal(figure(12_345), "12,300");
  assert.equal(figure(0.00123), "0.0012");
  assert.equal(inFigures(1, "request"), "1 request");
});
