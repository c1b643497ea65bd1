// Explorations whose answers were all computed when the site was built: no Python is needed.

/** @import { Answers, Traits } from "./types" */

/** @type {Map<string, Promise<Answers>>} */
const tables = new Map();

/**
 * Returns the answer to the values of an exploration's controls.
 * @param {URL} address
 * @param {Traits} asked
 */
export async function tableAnswer(address, asked) {
  if (!tables.has(address.href)) {
    const table = fetch(address).then((response) => response.json());
    table.catch(() => tables.delete(address.href)); // the next change tries again
    tables.set(address.href, table);
  }
  const { axes, parts, answers } = await /** @type {Promise<Answers>} */ (tables.get(address.href));
  const index = axes.reduce(
    (sum, [name, values]) => sum * values.length + values.indexOf(asked.values[name]),
    0,
  );
  const answer = answers[index];
  const shown = Array.isArray(answer) ? { parts: answer.map((number) => parts[number]) } : answer;
  return { serial: asked.serial, ...shown };
}
