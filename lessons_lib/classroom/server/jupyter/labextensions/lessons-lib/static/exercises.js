// The command of an exercise: to run its cell, whose card checks the code.

import { answerOf } from "./kernel.js";

/** @import { Cell, Panel, Shared } from "../../../../lab" */

const CHECKS = "'exercise' in get_ipython().magics_manager.magics['cell']";
const FOCUS_FRAMES = 300;

/** @param {Shared} shared */
export function addCommands(shared) {
  shared.app.commands.addCommand("lessons:run-exercise", {
    label: "Check the code of an exercise",
    execute: ({ exercise }) => runExercise(shared, exercise),
  });
}

/**
 * Runs the cell of an exercise, after the cell that loads the magic if this kernel does not know
 * it. The card below is new then, and receives the focus that its button had, unless the reader
 * writes by then.
 * @type {(shared: Shared, exercise: string) => Promise<void>}
 */
async function runExercise(shared, exercise) {
  const panel = shared.inFront(shared.app);
  const page = panel && shared.pageOf(panel);
  if (!panel || !page) return;
  const { widgets, activeCellIndex } = panel.content;
  /** @type {(cell: Cell) => boolean} */
  const isIt = ({ model }) => model.sharedModel.source.split("\n")[0] === `%%exercise ${exercise}`;
  const cell = [widgets[activeCellIndex], ...widgets].find(isIt); // there may be several
  if (!cell) return;
  const busy = shared.busyButton(page.pressed, "Checking …");
  try {
    await shared.whileStarting(panel, page);
    await runWithMagic(shared, panel, cell);
  } finally {
    busy.done();
  }
  focusCard(cell, FOCUS_FRAMES);
}

/** @type {(shared: Shared, panel: Panel, cell: Cell) => Promise<void>} */
async function runWithMagic({ app, inFront, runAt }, panel, cell) {
  const notebook = panel.content;
  const isKnown = (await answerOf(panel, CHECKS)) === "True";
  for (const one of [...(isKnown ? [] : notebook.widgets.filter(loadsMagic)), cell]) {
    if (inFront(app) !== panel) return; // the reader went elsewhere
    const place = notebook.widgets.indexOf(one);
    await runAt(notebook, place, () => app.commands.execute("notebook:run-cell"));
  }
}

/** @type {(cell: Cell) => boolean} */
const loadsMagic = ({ model }) => model.sharedModel.source.startsWith("%load_ext lessons_lib");

/** @type {(cell: Cell, frames: number) => void} */
function focusCard(cell, frames) {
  const button = /** @type {HTMLElement | null} */ (cell.node.querySelector(".ex-check"));
  if (document.activeElement?.closest(".cm-editor")) return;
  if (button) button.focus();
  else if (frames) requestAnimationFrame(() => focusCard(cell, frames - 1));
}
