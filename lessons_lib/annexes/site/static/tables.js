// Explorations whose answers were all computed when the site was built: no Python is needed.

/** @import { Answers, Page } from "./types" */
/** @import { Action } from "../../../classroom/widgets/types" */

/** @type {Map<string, Promise<Answers>>} */
const tables = new Map();

/**
 * Returns the page after an action of an exploration: the answer to the values of its controls.
 * @param {URL} address
 * @param {Action & Page} action
 * @returns {Promise<Page>}
 */
export async function tablePage(address, { id, values: chosen }) {
  const page = { replies_to: id, values: chosen };
  if (!tables.has(address.href)) {
    const table = fetch(address).then((response) => response.json());
    table.catch(() => tables.delete(address.href)); // the next change tries again
    tables.set(address.href, table);
  }
  const found = await tables.get(address.href)?.catch(() => null);
  if (!found) return { ...page, problem: "You seem to be offline." };
  const { axes, parts, answers } = found;
  const index = axes.reduce(
    (sum, [name, values]) => sum * values.length + values.indexOf(chosen[name]),
    0,
  );
  const answer = answers[index];
  const shown = Array.isArray(answer) ? { parts: answer.map((number) => parts[number]) } : answer;
  return { ...page, ...shown };
}
