import assert from "node:assert/strict";
import { test } from "node:test";

import { targets } from "../../lessons_lib/lesson/views/queue/dots.js";
import { geometry } from "../../lessons_lib/lesson/views/queue/geometry.js";
import { longRun, run } from "./runs.js";

const WIDTHS = [300, 380, 520, 640, 900, 1400];
const SIZES = [1, 2, 8, 100, 128];

test("the hall, both boxes and every dot in them fit at any width and batch size", () => {
  for (const width of WIDTHS) {
    for (const size of SIZES) {
      const at = geometry(width, size);
      assert.ok(0 < at.left && at.batch + at.box < at.model && at.model + at.box < width);
      for (let number = 0; number < size; number += 1) {
        const { x, r } = at.cell(at.model, number);
        assert.ok(at.model < x - r && x + r < at.model + at.box, `${width} ${size} ${number}`);
      }
      for (let number = 0; number < at.slots; number += 1) {
        const { x, r } = at.slot(number);
        assert.ok(at.left <= x - r && x + r < at.batch);
      }
      assert.ok(at.slotsBesideText <= at.slots);
    }
  }
});

test("a waiting dot moves to a neighboring slot", () => {
  const at = geometry(900, 8);
  for (let number = 1; number < at.slots; number += 1) {
    const [here, next] = [at.slot(number), at.slot(number - 1)];
    assert.ok(Math.hypot(here.x - next.x, here.y - next.y) < 15.01);
  }
});

test("each request that has arrived and is not answered has one dot in its zone", () => {
  const at = geometry(900, 2);
  const { states, seenAt } = run;
  const shown = targets(run, states[6], at, 0, seenAt[5]);
  const zones = [...shown].map(([request, { zone }]) => `${request} ${zone}`);
  assert.deepEqual(zones, ["1 working", "2 working"]);
  const before = targets(run, states[1], at, 1, seenAt[0]);
  assert.equal(before.get(0)?.zone, "waiting");
});

test("a request glides in from the left edge, and is at its place when it arrives", () => {
  const at = geometry(900, 2);
  const ahead = (seconds) => targets(run, run.states[0], at, 0, run.arrivalsSeenAt[0] - seconds);
  assert.equal(ahead(0.6).size, 0);
  assert.ok(ahead(0.5).get(0).x < 60);
  assert.deepEqual(ahead(0.1).get(0), { ...at.cell(at.batch, 0), zone: "coming" });
});

test("no more dots wait than are visible", () => {
  const many = longRun(500);
  const state = { arrived: 300, started: 1, answered: 1, batch: null };
  const shown = targets(many, state, geometry(900, 2), 40, many.arrivalsSeenAt[299]);
  assert.equal([...shown.values()].filter(({ zone }) => zone === "waiting").length, 40);
});
