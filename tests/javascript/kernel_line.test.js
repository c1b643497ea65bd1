import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { kernelLine } from "../../lessons_lib/classroom/widgets/kernel_line.js";

let sent, drawn, text, line;

beforeEach(() => {
  [sent, drawn, text] = [[], [], ""];
  line = kernelLine({ send: (action) => sent.push(action) }, "card", () => {});
});

const ask = (words) => {
  text = words;
  line.ask(() => ({ do: "ask", text }));
};

const receive = (of, id) =>
  line.receive({ replies_to: id, of }, (page, isReply) => drawn.push([page.of, isReply]));
const texts = () => sent.map((action) => action.text);

test("what changes before the answer arrives is asked next, and only the last of it", () => {
  for (const words of ["a", "ab", "abc"]) ask(words);
  assert.deepEqual(texts(), ["a"]);
  receive("a", sent[0].id);
  assert.deepEqual(texts(), ["a", "abc"]);
  receive("abc", sent[1].id);
  assert.deepEqual(drawn, [
    ["a", true],
    ["abc", true],
  ]);
  assert.equal(sent.length, 2);
});

test("an answer to an older question is not drawn, nor is another card's", () => {
  ask("a");
  receive("a", sent[0].id);
  ask("b");
  receive("a", sent[0].id);
  receive("x", "another-1");
  assert.deepEqual(drawn, [["a", true]]);
  receive("b", sent[1].id);
  receive("y", "another-2");
  assert.deepEqual(drawn.slice(1), [
    ["b", true],
    ["y", false],
  ]);
});

test("only the reply to what the learner did counts as one, and only once", () => {
  receive("start", "");
  line.look();
  line.send({ do: "next" });
  receive("news", sent[0].id);
  receive("second", sent[1].id);
  receive("later", sent[1].id);
  assert.deepEqual(drawn, [
    ["start", false],
    ["news", false],
    ["second", true],
    ["later", false],
  ]);
});

test("a repeated click while the learner waits is the same action", () => {
  for (let click = 0; click < 2; click++) line.send({ do: "next" });
  receive("second", sent[0].id);
  line.send({ do: "next" });
  assert.equal(sent[0].id, sent[1].id);
  assert.notEqual(sent[1].id, sent[2].id);
});
