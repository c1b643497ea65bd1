import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { questions } from "../../lessons_lib/classroom/widgets/kernel_line.js";

let traits, drawn, text, kernel;

beforeEach(() => {
  [traits, drawn, text] = [{ asked: { serial: 0 }, answer: { serial: 0 } }, [], ""];
  const model = { get: (name) => traits[name] };
  const line = { set: (name, value) => (traits[name] = value), replied() {} };
  const read = () => ({ text });
  kernel = questions(model, line, { read, draw: (answer) => drawn.push(answer.of) });
});

const ask = (words) => {
  text = words;
  kernel.ask();
};

const answer = (serial, of) => {
  traits.answer = { serial, of };
  kernel.receive();
};

test("what changes before the answer arrives is asked next, and only the last of it", () => {
  for (const words of ["a", "ab", "abc"]) ask(words);
  assert.deepEqual(traits.asked, { serial: 1, text: "a" });
  answer(1, "a");
  assert.deepEqual(traits.asked, { serial: 2, text: "abc" });
  answer(2, "abc");
  assert.deepEqual(drawn, ["a", "abc"]);
  assert.equal(traits.asked.serial, 2);
});

test("an answer to an older question is not drawn", () => {
  ask("a");
  answer(1, "a");
  ask("b");
  answer(1, "a");
  assert.deepEqual(drawn, ["a"]);
  answer(2, "b");
  assert.deepEqual(drawn, ["a", "b"]);
});
