// A card's last state, in this browser: a returning learner sees it before Python has started.

/** @import { CardState } from "./types" */

const PREFIX = "lessons:";

/**
 * @param {string} build States of other builds are dropped.
 * @param {string} course
 */
export function savedStates(build, course) {
  const prefix = `${PREFIX}${course}:`;
  const key = (/** @type {string} */ name) => `${prefix}${build}:${name}`;
  const drop = (/** @type {string} */ kept) => {
    for (const one of Object.keys(localStorage))
      if (one.startsWith(prefix) && !(kept && one.startsWith(kept))) localStorage.removeItem(one);
  };
  const attempt = (/** @type {() => any} */ call) => {
    try {
      return call();
    } catch {
      return null; // forbidden or full: then cards begin as they were built
    }
  };
  attempt(() => drop(key("")));
  return {
    /** @type {(name: string) => CardState | null} */
    read: (name) => attempt(() => JSON.parse(localStorage.getItem(key(name)) ?? "null")),
    /** @type {(name: string, state: CardState) => void} */
    write: (name, state) => attempt(() => localStorage.setItem(key(name), JSON.stringify(state))),
    /** Returns the name of the card whose state has this key. */
    nameOf: (/** @type {string | null} */ one) => one?.split(key("")).at(1) ?? "",
    clear: () => attempt(() => drop("")),
  };
}
