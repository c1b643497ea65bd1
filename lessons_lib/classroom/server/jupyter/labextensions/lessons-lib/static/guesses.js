// The commands that run what a notebook or the result of a guess needs, and go to a card.

import { answerOf, cardOf, runCell } from "./kernel.js";

/** @import { Cell, Panel, Shared } from "../../../../lab" */

const NEEDED = ["setup", "code"];

/** @param {Shared} shared */
export function addCommands(shared) {
  const { app, inFront, goTo } = shared;
  app.commands.addCommand("lessons:show-result", {
    label: "Show the result of a guess",
    execute: ({ guess }) => showResult(shared, guess),
  });
  app.commands.addCommand("lessons:run-notebook", {
    label: "Run this notebook",
    execute: () => runNotebook(shared),
  });
  app.commands.addCommand("lessons:go-to", {
    label: "Go to a guess or its result",
    /** @param {{ guess: string, card: string }} about */
    execute({ guess, card }) {
      const panel = inFront(app);
      if (panel) goTo(panel, cellOf(panel, card, guess));
    },
  });
}

/** @type {(panel: Panel, card: string, guess: string) => number} */
const cellOf = ({ content }, card, guess) =>
  content.widgets.findIndex((cell) => {
    const found = cardOf(cell);
    return found?.card === card && found.name === guess;
  });

/**
 * Runs the setup and the code that the result of a guess needs, except what this kernel ran
 * already. The reader stays at the guess, whose card shows the result. Explorations are left alone,
 * since they hold typed texts.
 * @type {(shared: Shared, guess: string) => Promise<void>}
 */
async function showResult(shared, guess) {
  const panel = shared.inFront(shared.app);
  const end = panel ? cellOf(panel, "outcome", guess) : -1;
  if (!panel || end === -1) return;
  /** @type {(cell: Cell, at: number) => boolean} */
  const isNeeded = ({ model }, at) =>
    at === end || (at < end && NEEDED.includes(model.getMetadata("tags")?.[0] ?? ""));
  await runRest(shared, panel, "the code it needs", isNeeded);
}

/** @param {Shared} shared */
async function runNotebook(shared) {
  const panel = shared.inFront(shared.app);
  const ranAll = panel && !(await runRest(shared, panel, "this notebook", () => true));
  if (ranAll) await shared.app.commands.execute("notebook:run-all-cells"); // all of it again
}

/**
 * Runs, in order, those of the needed cells that this kernel has not run yet; returns how many.
 * @param {Shared} shared
 * @param {Panel} panel
 * @param {string} what
 * @param {(cell: Cell, at: number) => boolean} isNeeded
 */
async function runRest({ app, inFront, pageOf, ...shared }, panel, what, isNeeded) {
  const page = pageOf(panel);
  if (!page) return 0;
  const busy = shared.busyButton(page.pressed, "Starting Python …");
  await shared.whileStarting(panel, page);
  await page.cards;
  const { widgets } = panel.content;
  const ran = await ranAlready(panel);
  /** @type {(at: number) => boolean} */
  const isDue = (at) => widgets[at].model.type === "code" && isNeeded(widgets[at], at) && !ran[at];
  const due = [...widgets.keys()].filter(isDue);
  for (const [number, at] of due.entries()) {
    if (inFront(app) !== panel) break; // the reader went elsewhere
    busy.say(`Running ${what} (${number + 1} of ${due.length}) …`);
    if (await runCell(panel, widgets[at])) continue;
    shared.goTo(panel, at); // it failed
    break;
  }
  busy.done();
  return due.length;
}

/** @type {(panel: Panel) => Promise<boolean[]>} */
async function ranAlready(panel) {
  const codes = panel.content.widgets.map(({ model }) => model.sharedModel.source.trim());
  const ran = `[one in {ran.strip() for ran in In} for one in ${JSON.stringify(codes)}]`;
  const found = await answerOf(panel, ran);
  return [...found.matchAll(/True|False/g)].map(([one]) => one === "True");
}
