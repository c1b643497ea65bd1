import assert from "node:assert/strict";
import { test } from "node:test";

import { ratingOf } from "../../lessons_lib/classroom/widgets/flashcards/face.js";
import { moved } from "../../lessons_lib/lesson/views/trace/heat_map.js";

const SIZE = [20, 50];
const press = (key, ctrlKey = false) => ({ key, ctrlKey });

test("arrow keys move by one square and stop at the edges of a grid", () => {
  assert.deepEqual(moved(press("ArrowDown"), [3, 4], SIZE), [4, 4]);
  assert.deepEqual(moved(press("ArrowRight"), [3, 4], SIZE), [3, 5]);
  assert.deepEqual(moved(press("ArrowUp"), [0, 4], SIZE), [0, 4]);
  assert.deepEqual(moved(press("ArrowLeft"), [3, 0], SIZE), [3, 0]);
  assert.deepEqual(moved(press("ArrowDown"), [19, 4], SIZE), [19, 4]);
  assert.deepEqual(moved(press("ArrowRight"), [3, 49], SIZE), [3, 49]);
});

test("Home and End lead to the ends of the row, and with Ctrl to the corners", () => {
  assert.deepEqual(moved(press("Home"), [3, 4], SIZE), [3, 0]);
  assert.deepEqual(moved(press("End"), [3, 4], SIZE), [3, 49]);
  assert.deepEqual(moved(press("Home", true), [3, 4], SIZE), [0, 0]);
  assert.deepEqual(moved(press("End", true), [3, 4], SIZE), [19, 49]);
});

test("other keys keep their meaning in a grid", () => {
  for (const key of ["Tab", "Enter", "a"]) {
    assert.equal(moved(press(key), [3, 4], SIZE), null);
  }
});

const RATINGS = ["again", "hard", "good", "easy"].map((name) => ({ do: name }));
const plain = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };

test("1 to 4 rate a card, but not before the answer is shown, held, or with another key", () => {
  assert.equal(ratingOf({ ...plain, key: "3" }, RATINGS).do, "good");
  assert.equal(ratingOf({ ...plain, key: "5" }, RATINGS), undefined);
  assert.equal(ratingOf({ ...plain, key: "3" }, []), undefined);
  for (const held of ["ctrlKey", "metaKey", "altKey", "repeat"]) {
    assert.equal(ratingOf({ ...plain, key: "3", [held]: true }, RATINGS), undefined);
  }
});
