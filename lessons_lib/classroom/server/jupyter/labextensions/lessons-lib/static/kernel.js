// Short questions to the kernel of a lesson.

/** @import { Panel } from "../../../../lab" */

/**
 * What an expression evaluates to, as the kernel prints it; empty if it fails.
 * @type {(panel: Panel, expression: string) => Promise<string>}
 */
export async function answerOf({ sessionContext }, expression) {
  const request = { code: "", silent: true, user_expressions: { it: expression } };
  const reply = await sessionContext.session?.kernel?.requestExecute(request).done;
  return reply?.content.user_expressions?.it.data?.["text/plain"] ?? "";
}
