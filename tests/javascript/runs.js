// Runs of a queue for the tests: four requests, of which the second and third share a batch.

import { makeRun } from "../../lessons_lib/lesson/views/queue/run.js";

export const ASKED = { rate_per_s: 100, max_batch_size: 2, batch_wait_timeout_ms: 5 };

/** @type {import("../../lessons_lib/lesson/views/queue/types").SimulatedRun} */
export const ANSWER = {
  n: 4,
  arrivals_s: [0, 10_000, 12_000, 40_000],
  started_s: [5_000, 12_000, 12_000, 45_000],
  finished_s: [9_000, 20_000, 20_000, 49_000],
  batch_number: [0, 1, 1, 2],
  figures: { p50_ms: 9, p99_ms: 10, texts_per_s: 80, utilization: 0.3 },
  grows: false,
  warnings: "",
  seen: "Four requests.",
};

export const run = makeRun(ANSWER, ASKED);

/** A run of `n` requests, one each millisecond, answered one by one. */
export function longRun(n) {
  const at = Array.from({ length: n }, (_, request) => 1_000 * request);
  const end = at.map((time) => time + 500);
  const batches = { batch_number: [...at.keys()], started_s: at, finished_s: end };
  const figures = { ...ANSWER.figures, p50_ms: 0.5 };
  return makeRun({ ...ANSWER, ...batches, n, arrivals_s: at, figures }, ASKED);
}
