// What the parts of the extension share: the card of a cell, and short questions to the kernel.

/** @import { Card, Cell, Panel } from "../../../../lab" */

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
