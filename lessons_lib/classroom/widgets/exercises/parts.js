// Shared by the card of an exercise and the strip of all of them.

import { courseLink } from "../course_link.js";
import { rendered } from "../quiz/parts.js";

/** @import { ExerciseRow, Exercises } from "./types" */
/** @import { Manager } from "../types" */

/** @type {Record<string, string>} */
export const WORDS = { right: "Solved", answered: "Tried", open: "Not started" };

/**
 * Makes a link lead to the task, in the notebook that is open, whatever its name is.
 * @type {(node: HTMLElement, row: ExerciseRow, manager?: Manager) => HTMLElement}
 */
export function toTask(node, { fragment }, manager) {
  const file = encodeURIComponent(manager?.context?.path.split("/").at(-1) ?? "");
  return courseLink(node, { file, fragment }, manager);
}

/**
 * A link to the next exercise that is not solved, if there is one.
 * @type {(all: Exercises, manager?: Manager) => (HTMLElement | string)[]}
 */
export function nextTask({ rows, next }, manager) {
  const row = rows[next];
  if (!row) return [];
  return ["Next: ", toTask(rendered("a", `${next + 1}. ${row.title_html}`), row, manager)];
}
