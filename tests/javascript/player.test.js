import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { player } from "../../lessons_lib/lesson/views/queue/player.js";
import { longRun, run } from "./runs.js";

let isCalm, step, drawn, reported, clock;

/** Lets some seconds pass, frame by frame, as long as the clock runs. */
function pass(seconds, frame = 0.05) {
  for (let left = seconds; left > 0 && step; left -= frame) if (!step(frame)) step = null;
}

beforeEach(() => {
  [isCalm, step, drawn, reported] = [false, null, [], []];
  clock = player({
    draw: (_, moment, dt) => drawn.push({ ...moment, dt }),
    onChange: (what) => reported.push(what),
    isCalm: () => isCalm,
    everyFrame(call) {
      step = call;
      return () => (step = null);
    },
  });
  clock.load(run);
});

test("nothing moves before play or after pause", () => {
  assert.equal(step, null);
  clock.toggle();
  pass(0.2);
  clock.toggle();
  assert.equal(step, null);
  assert.deepEqual(reported, ["play", "pause"]);
  assert.ok(drawn.at(-1).seen > 0.1);
  assert.equal(drawn.at(-1).dt, 0);
});

test("a run ends by itself with everything answered, and can be played again", () => {
  clock.toggle();
  pass(run.length + 1);
  assert.deepEqual(reported, ["play", "end"]);
  assert.ok(clock.isAtEnd && !clock.isPlaying && step === null);
  assert.equal(drawn.at(-1).time, run.end);
  clock.toggle();
  assert.deepEqual(reported.slice(2), ["restart", "play"]);
  assert.equal(clock.count, 0);
});

test("after a page was hidden, the clock goes on where it was", () => {
  clock.toggle();
  step(3_600);
  assert.equal(drawn.at(-1).seen, 0.1);
});

test("each step is one event, until the end", () => {
  for (let count = 1; count < run.events.length; count += 1) {
    clock.step();
    assert.equal(clock.count, count);
    pass(1); // the dots glide to their positions
    assert.equal(step, null);
  }
  clock.step();
  clock.step();
  assert.deepEqual(new Set(reported), new Set(["step", "end"]));
  assert.ok(clock.isAtEnd);
});

test("another run that is loaded while one plays begins at its start and plays on", () => {
  clock.toggle();
  pass(0.2);
  clock.load(longRun(50));
  assert.equal(drawn.at(-1).seen, 0);
  assert.ok(clock.isPlaying);
});

test("a long run is played fast at the end", () => {
  clock.load(longRun(2_000));
  clock.toggle();
  pass(21);
  assert.equal(drawn.at(-1).isFast, true);
});

test("with less motion, nothing glides and a picture appears each second", () => {
  isCalm = true;
  clock.load(longRun(2_000));
  drawn.length = 0;
  clock.toggle();
  pass(3);
  assert.ok(drawn.length <= 4);
  assert.ok(drawn.every(({ dt, isFast }) => dt === null && !isFast));
  clock.toggle();
  clock.step();
  assert.equal(step, null);
});

test("with less motion, a stop of the tour shows the end of its run at once", () => {
  isCalm = true;
  clock.begin();
  assert.ok(clock.isAtEnd);
  assert.deepEqual(reported, ["end"]);
});
