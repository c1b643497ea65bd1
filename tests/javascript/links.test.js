import assert from "node:assert/strict";
import { test } from "node:test";

import { courseLink } from "../../lessons_lib/classroom/widgets/course_link.js";

/** Returns what a link gets as its address. */
function hrefOf(file, manager) {
  const attributes = {};
  courseLink({ setAttribute: (name, value) => (attributes[name] = value) }, { file }, manager);
  return attributes.href;
}

test("a link leads to a file of the course, wherever that is shown", () => {
  for (const file of ["06_batch_inference.ipynb", "../a/b.html", "%C3%9Cbung (1).ipynb", ""])
    assert.equal(hrefOf(file), file);
  assert.equal(hrefOf("glossary.md", { address: (file) => `pages/${file}` }), "pages/glossary.md");
});

test("what could run a script or leave the course is no address", () => {
  const hostile = ["javascript:alert(1)", " javascript:x", "\tjava\nscript:x", "data:text/html,x"];
  for (const file of [...hostile, "//evil.example", "/\\evil.example", "\\\\evil", "\u0001//evil"])
    assert.equal(hrefOf(file, { address: (file) => file }), undefined, file);
});
