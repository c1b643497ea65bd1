// What a card's script expects of anywidget, with a page in place of a notebook.

/** @import { CardState, Page } from "./types" */
/** @import { Action, Model } from "../../../classroom/widgets/types" */

/**
 * @param {CardState} state
 * @param {{ send(action: Action): void, host: Model<any>["host"], manager: object }} page
 */
export function cardModel(state, { send, host, manager }) {
  const shown = { ...state };
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    host,
    widget_manager: manager,
    get: (/** @type {keyof CardState} */ name) => shown[name],
    send,
    on: (/** @type {string} */ _, /** @type {() => void} */ update) => listeners.add(update),
    off: (/** @type {string} */ _, /** @type {() => void} */ update) => listeners.delete(update),
    /** Shows a page; what is the same already is not drawn again. */
    show(/** @type {Page} */ page) {
      if (JSON.stringify(page) === JSON.stringify(shown.page)) return;
      shown.page = page;
      [...listeners].forEach((update) => update());
    },
    state: () => shown,
  };
}
