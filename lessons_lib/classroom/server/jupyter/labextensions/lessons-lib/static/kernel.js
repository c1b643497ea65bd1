// What the parts of the extension share: the card of a cell, and short questions to the kernel.

/** @import { Card, Cell, Panel, Reply } from "../../../../lab" */

/**
 * The card that the build found in a cell's code; a learner's own cell has none.
 * @type {(cell: Cell) => Card | undefined}
 */
export const cardOf = ({ model }) => model.getMetadata("lessons");

/**
 * What an expression evaluates to, as the kernel prints it; empty if it fails.
 * @type {(panel: Panel, expression: string) => Promise<string>}
 */
export async function answerOf({ sessionContext }, expression) {
  const request = { code: "", silent: true, user_expressions: { it: expression } };
  const reply = await sessionContext.session?.kernel?.requestExecute(request).done;
  return reply?.content.user_expressions?.it.data?.["text/plain"] ?? "";
}

/**
 * Runs a cell without JupyterLab's command, which would take the selection, focus and scroll
 * position. A page on which only cards have run does not count as changed.
 * @type {(panel: Panel, cell: Cell) => Promise<boolean>}
 */
export async function runCell(panel, cell) {
  const { model } = panel.context;
  const sources = () => panel.content.widgets.map((one) => one.model.sharedModel.source).join();
  const before = cardOf(cell)?.starts && !model.dirty ? sources() : null;
  const reply = await cell.constructor.execute(cell, panel.sessionContext);
  if (before !== null && before === sources()) model.dirty = false;
  const mayRaise = cell.model.getMetadata("tags")?.includes("raises-exception");
  return reply?.content.status === "ok" || Boolean(mayRaise);
}
