// On a page that JupyterLab trusts, cells that only show a card run by themselves while the reader
// sees the page, one page at a time. When the page is left, a kernel that ran nothing else ends.

import { answerOf, cardOf, runCell } from "./kernel.js";

/** @import { Cell, Page, Panel, Shared } from "../../../../lab" */

const LEFT_MS = 5_000; // who only looks elsewhere comes back to the same kernel
const LOOK_MS = 100;
const LONGEST_MS = 120_000; // until a queue is drawn: Python starts, and measures its costs
const IS_IDLE =
  "not __import__('lessons_lib.classroom.widgets.job', fromlist=['job']).has_worked()";

/** @type {(source: string) => string} As the build computes it: FNV-1a. */
function markOf(source) {
  let mark = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(source)) mark = Math.imul(mark ^ byte, 0x01000193);
  return (mark >>> 0).toString(16).padStart(8, "0");
}

/** @type {(cell: Cell) => boolean} Whether its source is the one that the build marked. */
const startsAlone = (cell) => cardOf(cell)?.starts === markOf(cell.model.sharedModel.source);

/** @type {(panel: Panel) => boolean} */
const isTrusted = ({ content }) =>
  content.widgets.every(({ model }) => model.type !== "code" || model.trusted);

/** @type {Promise<void>} */
let turn = Promise.resolve();

/** @type {(shared: Shared, panel: Panel, page: Page) => void} */
export function runCards(shared, panel, page) {
  if (!isTrusted(panel)) return;
  for (const cell of panel.content.widgets) {
    cell.node.classList.toggle("lessons-starts", startsAlone(cell));
  }
  const onlyCards = panel.content.widgets.every(
    (cell) => cell.model.type !== "code" || startsAlone(cell),
  );
  panel.node.classList.toggle("lessons-only-cards", onlyCards);
  let leaving = 0;
  let release = () => {};
  const goAway = () => (turn = turn.then(() => leave(panel, page)).catch(console.error));
  const observer = new IntersectionObserver((entries) => {
    clearTimeout(leaving);
    release(); // the next page does not wait for a busy kernel of this one
    if (!entries.at(-1)?.isIntersecting) {
      leaving = setTimeout(goAway, LEFT_MS);
      return;
    }
    page.cards = turn.then(() => start(shared, panel, page)).catch(console.error);
    turn = Promise.race([page.cards, new Promise((end) => (release = () => end(undefined)))]);
  });
  observer.observe(panel.node);
  panel.disposed.connect(() => {
    observer.disconnect();
    clearTimeout(leaving);
  });
}

/**
 * The selected cell comes first: a link leads to it.
 * @type {(shared: Shared, panel: Panel, page: Page) => Promise<void>}
 */
async function start({ whileStarting, hasRun }, panel, page) {
  const { widgets, activeCellIndex } = panel.content;
  for (const cell of [widgets[activeCellIndex], ...widgets]) {
    /** @type {() => boolean} */
    const isDue = () => panel.isVisible && startsAlone(cell) && !hasRun(page, cell);
    if (!isDue()) continue;
    await whileStarting(panel, page);
    if (!panel.sessionContext.session?.kernel) return;
    if (isDue()) await runCell(panel, cell);
  }
}

/**
 * Ends the kernel of a page that is out of sight, if it ran nothing but cards, and none of them
 * works or worked on anything.
 * @type {(panel: Panel, page: Page) => Promise<void>}
 */
async function leave(panel, page) {
  if (panel.isVisible || panel.sessionContext.session?.kernel?.status !== "idle") return;
  const cards = panel.content.widgets.filter(startsAlone);
  const sources = cards.map(({ model }) => model.sharedModel.source.trim());
  const ran = `all(one.strip() in ${JSON.stringify(["", ...sources])} for one in In)`;
  const isOurs = await answerOf(panel, `${ran} and ${IS_IDLE}`);
  if (isOurs !== "True" || panel.isVisible || panel.isDisposed) return;
  for (const { outputArea } of cards) if (outputArea?.future) page.ended.add(outputArea.future);
  await panel.sessionContext.shutdown();
}

/**
 * A link that names a stop of a queue's tour leads to a queue that plays it. A queue whose kernel
 * has ended is still drawn, until its cell has run again.
 * @type {(shared: Shared) => void}
 */
export function openDoors({ app, inFront, pageOf, hasRun }) {
  /** @type {(panel: Panel) => Element | null | undefined} */
  const tourOf = (panel) => {
    const page = pageOf(panel);
    const cells = panel.content.widgets.filter((cell) => page && hasRun(page, cell));
    const tours = cells.map(({ node }) => node.querySelector(".lessons-queue .qv-tour"));
    return tours.find((tour) => tour);
  };
  /** @type {(from: Panel, detail: string | undefined, until: number) => void} */
  const play = (from, detail, until) => {
    const panel = inFront(app);
    const tour = panel && panel !== from && tourOf(panel);
    if (tour) tour.dispatchEvent(new CustomEvent("lessons:start", { detail }));
    else if (Date.now() < until) setTimeout(play, LOOK_MS, from, detail, until);
  };
  /** @param {MouseEvent} event */
  const open = ({ target }) => {
    const from = inFront(app);
    const node = /** @type {Element} */ (target).closest("a[data-lessons-stop]");
    const link = /** @type {HTMLElement | null} */ (node);
    if (!link || !from?.node.contains(link)) return;
    play(from, link.dataset.lessonsStop, Date.now() + LONGEST_MS);
  };
  document.addEventListener("click", open, { capture: true }); // JupyterLab stops it at a link
}
