// What a card's script expects of anywidget, with a page in place of a notebook.

/** @import { Traits } from "./types" */
/** @import { Action, Model } from "../../../classroom/widgets/types" */

/**
 * @typedef {{ send(content: Action): void, set(traits: Traits): void,
 *   host: Model<any>["host"], manager: object }} Page
 */

/**
 * @param {Traits} state
 * @param {Page} page
 */
export function cardModel(state, { send, set, host, manager }) {
  const traits = { ...state };
  /** @type {Map<string, Set<() => void>>} */
  const listeners = new Map();
  const changed = new Set();
  const emit = (/** @type {string} */ name) =>
    [...(listeners.get(`change:${name}`) ?? [])].forEach((update) => update());
  return {
    host,
    widget_manager: manager,
    get: (/** @type {string} */ name) => traits[name],
    set(/** @type {string} */ name, /** @type {any} */ value) {
      traits[name] = value;
      changed.add(name);
      emit(name);
    },
    save_changes() {
      const sent = Object.fromEntries([...changed].map((name) => [name, traits[name]]));
      changed.clear();
      set(sent);
    },
    send,
    on(/** @type {string} */ event, /** @type {() => void} */ update) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(update));
    },
    off: (/** @type {string} */ event, /** @type {() => void} */ update) =>
      listeners.get(event)?.delete(update),
    /** Shows what Python changed; what is the same already is not drawn again. */
    update(/** @type {Traits} */ changes) {
      const news = Object.keys(changes).filter((name) => !same(traits[name], changes[name]));
      Object.assign(traits, changes);
      news.forEach(emit);
    },
    state: () => traits,
  };
}

/** @type {(one: any, other: any) => boolean} */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
