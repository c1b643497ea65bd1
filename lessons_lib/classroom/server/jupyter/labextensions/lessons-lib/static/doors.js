// A door of the start page into a notebook whose first card needs no other cell: the card runs on
// arrival. Only a click in a trusted page leads through a door; an address alone runs nothing.

/** @import { App, Cell, Panel } from "../../../../lab" */

const DOORS = ".lessons-start a, .lessons-modes a";
const STARTS_ALONE = '.lessons-static [data-commandlinker-command="notebook:run-cell"]';
const LOOK_MS = 100;
const LONGEST_MS = 15_000; // to open a notebook

/** @type {(panel: Panel) => boolean} */
const isTrusted = ({ content }) =>
  content.widgets.every(({ model }) => model.type !== "code" || model.trusted);

/** @type {(path: string) => string} */
const fileOf = (path) => decodeURIComponent(path.split(/[?#]/)[0].split("/").pop() ?? "");

/**
 * @param {App} app
 * @param {(app: App) => Panel | undefined} inFront
 */
export function openDoors(app, inFront) {
  /** @param {MouseEvent} event */
  const open = ({ target }) => {
    const link = /** @type {Element} */ (target).closest(DOORS);
    const panel = inFront(app);
    if (!link || !panel?.node.contains(link) || !isTrusted(panel)) return;
    const href = link.getAttribute("href") ?? "";
    const [, place = ""] = href.split("#cell-id=");
    arrive(app, inFront, fileOf(href), place, Date.now() + LONGEST_MS);
  };
  document.addEventListener("click", open, { capture: true }); // JupyterLab stops it at a link
}

/**
 * Waits until the notebook is in front and its card is drawn.
 * @param {App} app
 * @param {(app: App) => Panel | undefined} inFront
 * @param {string} file
 * @param {string} place
 * @param {number} until
 */
function arrive(app, inFront, file, place, until) {
  const panel = inFront(app);
  const isThere = panel && fileOf(panel.context.path) === file;
  const at = isThere ? cardIn(panel.content.widgets, place) : -1;
  if (panel && at >= 0) {
    if (!isTrusted(panel)) return;
    panel.content.activeCellIndex = at;
    app.commands.execute("notebook:run-cell");
  } else if (Date.now() < until) {
    setTimeout(arrive, LOOK_MS, app, inFront, file, place, until);
  }
}

/**
 * The cell of a link, if its card starts alone; without one, the first such card.
 * @type {(cells: Cell[], place: string) => number}
 */
const cardIn = (cells, place) =>
  cells.findIndex(
    ({ node, model }) => (!place || model.id === place) && node.querySelector(STARTS_ALONE),
  );
