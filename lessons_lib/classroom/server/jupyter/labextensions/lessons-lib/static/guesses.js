// The commands of a guess: to run what its result needs, and to go from one card to the other.

import { answerOf, cardOf } from "./kernel.js";

/** @import { Cell, Panel, Shared } from "../../../../lab" */

const NEEDED = ["setup", "code"];

/** @param {Shared} shared */
export function addCommands(shared) {
  const { app, inFront, goTo } = shared;
  app.commands.addCommand("lessons:show-result", {
    label: "Show the result of a guess",
    execute: ({ guess }) => showResult(shared, guess),
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
async function showResult({ app, inFront, pageOf, ...shared }, guess) {
  const panel = inFront(app);
  const page = panel && pageOf(panel);
  const end = panel ? cellOf(panel, "outcome", guess) : -1;
  if (!panel || !page || end === -1) return;
  const notebook = panel.content;
  const busy = shared.busyButton(page.pressed, "Starting Python …");
  await shared.whileStarting(panel, page);
  /** @type {(cell: Cell, at: number) => boolean} */
  const isNeeded = ({ model }, at) =>
    at === end ||
    (at < end && model.type === "code" && NEEDED.includes(model.getMetadata("tags")?.[0] ?? ""));
  const ran = await ranAlready(panel);
  const all = notebook.widgets.map((_, at) => at);
  const needed = all.filter((at) => isNeeded(notebook.widgets[at], at) && !ran[at]);
  for (const [number, at] of needed.entries()) {
    if (inFront(app) !== panel) break; // the reader went elsewhere
    busy.say(`Running the code it needs (${number + 1} of ${needed.length}) …`);
    const place = notebook.activeCellIndex;
    const run = shared.runAt(notebook, at, () => app.commands.execute("notebook:run-cell"));
    shared.stayAt(notebook, place);
    if ((await run) === true) continue;
    shared.goTo(panel, at); // it failed
    break;
  }
  busy.done();
}

/** @type {(panel: Panel) => Promise<boolean[]>} */
async function ranAlready(panel) {
  const codes = panel.content.widgets.map(({ model }) => model.sharedModel.source.trim());
  const ran = `[one in {ran.strip() for ran in In} for one in ${JSON.stringify(codes)}]`;
  const found = await answerOf(panel, ran);
  return [...found.matchAll(/True|False/g)].map(([one]) => one === "True");
}
