// A JupyterLab extension, written by hand in the form of a built one: Lab and Notebook load this
// file and ask the object below for "./extension". It marks the pages of the lessons, which
// page.css styles, and runs their cells when the kernel is there. Other notebooks stay as they are.
//
// What it replaces, because JupyterLab has no hook for it. With another version of JupyterLab, run
// the test and add the version here.
//
// replaced                  | what it does in a lesson        | test in tests/browser  | worked in
// app.commands.execute      | waits until there is a kernel   | test_first_press.py    | 4.6
// sessionContext.initialize | waits until the page is seen    | test_autorun.py        | 4.6
// panel.setFragment         | selects the cell and stays there | test_navigation.py    | 4.6

/** @import { App, Cell, Context, Notebook } from "../../../../lab" */
/** @import { NotebookModel, Page, Panel, Shared } from "../../../../lab" */

(() => {
  const PAGE = "lessons-page";
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const folder = new URL(".", script.src);
  /** @type {Map<Panel, Page>} */
  const pages = new Map();

  /** @type {(name: string) => Promise<any>} */
  const part = (name) => import(new URL(name, folder).href);

  /** @param {Panel} panel */
  const isLesson = (panel) => Boolean(panel.context.model.getMetadata("lessons_lib"));

  /**
   * The lesson in front. While the browser's page lacks the focus, `currentWidget` is null.
   * @param {App} app
   */
  const inFront = ({ shell }) =>
    [...pages.keys()].find(
      (panel) => panel.isVisible && (shell.currentWidget ?? panel) === panel && isLesson(panel),
    );

  /**
   * While a page has no kernel, JupyterLab clears the cells that should run, and runs nothing (its
   * issue #8490), or asks to select a kernel. So in a lesson, whatever runs cells waits until the
   * kernel is there: buttons, keys, the toolbar and the menu.
   * @param {App} app
   */
  function waitForKernels(app) {
    const execute = app.commands.execute.bind(app.commands);
    app.commands.execute = async (id, args) => {
      const panel = id.startsWith("notebook:run") ? inFront(app) : undefined;
      const page = panel && pages.get(panel);
      const starting = page && whileStarting(panel, page);
      if (starting) {
        const place = panel.content.activeCellIndex;
        if (page.runs.has(`${id} ${place}`)) return undefined; // this was pressed already
        page.runs.add(`${id} ${place}`);
        const busy = busyButton(page.pressed, "Starting Python …");
        await starting;
        busy.done();
        page.runs.clear();
        if (!panel.isVisible) return undefined; // the reader went elsewhere
        const isOne = id.startsWith("notebook:run-cell");
        if (isOne && hasRun(page, panel.content.widgets[place])) return undefined; // by itself
        if (inFront(app) !== panel) panel.content.node.focus({ preventScroll: true });
        return runAt(panel.content, place, () => execute(id, args));
      }
      return execute(id, args);
    };
  }

  /**
   * Ends when the page has a kernel, or when JupyterLab must ask for one; null if it has one.
   * @type {(panel: Panel, page: Page) => Promise<void> | null}
   */
  function whileStarting({ sessionContext }, page) {
    const wasShutDown = !page.starting && sessionContext.hasNoKernel;
    if (wasShutDown) follow(page, sessionContext.startKernel());
    return page.starting;
  }

  /** @type {(page: Page, start: Promise<unknown>) => void} */
  function follow(page, start) {
    const end = () => {
      page.starting = null;
    };
    page.starting = start.then(end, end);
  }

  /**
   * Of many tabs that JupyterLab restores, only the one in sight starts a kernel.
   * @param {Panel} panel
   */
  const isSeen = ({ node }) =>
    new Promise((end) => {
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        end(null);
      });
      observer.observe(node);
    });

  /** @param {Panel} panel */
  function followStart(panel) {
    const { sessionContext } = panel;
    const initialize = sessionContext.initialize.bind(sessionContext);
    /** @type {Page} */
    const page = { starting: null, runs: new Set(), pressed: null, ended: new WeakSet() };
    const start = new Promise((end) => {
      sessionContext.ready.then(end);
      sessionContext.initialize = async () => {
        if (isLesson(panel)) await isSeen(panel);
        return initialize().finally(() => end(null));
      };
    });
    follow(page, start);
    pages.set(panel, page);
    panel.disposed.connect(() => pages.delete(panel));
    const listen = { capture: true };
    panel.node.addEventListener("keydown", () => (page.pressed = null), listen);
    panel.node.addEventListener("click", (event) => note(page, event), listen);
  }

  /**
   * The button that was pressed; while it waits, another press does nothing.
   * @type {(page: Page, event: Event) => void}
   */
  function note(page, event) {
    const target = /** @type {Element} */ (event.target);
    page.pressed = target.closest("[data-commandlinker-command]");
    if (page.pressed?.ariaBusy) event.stopPropagation();
  }

  /**
   * Says in a button what is going on, until that is done.
   * @param {Element | null} button
   * @param {string} words
   */
  function busyButton(button, words) {
    const before = button?.textContent ?? "";
    /** @type {(words: string) => void} */
    const say = (now) => {
      if (button) Object.assign(button, { textContent: now, ariaBusy: "true" });
    };
    say(words);
    return {
      say,
      done() {
        if (button) Object.assign(button, { textContent: before, ariaBusy: null });
      },
    };
  }

  /**
   * When the kernel reports its Python version, JupyterLab writes it into the notebook, which then
   * counts as changed: the browser would ask before leaving a page where nothing was done. The
   * server does not store the version, so nothing is lost.
   * @param {NotebookModel} model
   */
  function ignoreVersion(model) {
    model.metadataChanged.connect((_, change) => {
      if (change.key !== "language_info" || model.dirty) return;
      queueMicrotask(() => {
        model.dirty = false;
      });
    });
  }

  // JupyterLab scrolls to a linked cell once, but what renders later above it moves it away. Keep
  // it at the top until the cards are alive and the page is still, or the reader does something.
  const STILL_FRAMES = 60;
  const MOST_FRAMES = 1800;
  const TO_START = ":scope.lessons-starts .lessons-static"; // a card that will run by itself
  const ACTIONS = ["wheel", "pointerdown", "keydown"];

  /** @type {(notebook: Notebook, node: HTMLElement) => void} */
  function keepAtTop({ widgets }, node) {
    const over = new AbortController();
    for (const type of ACTIONS) {
      window.addEventListener(type, () => over.abort(), { capture: true, signal: over.signal });
    }
    let still = 0;
    let frames = 0;
    const follow = () => {
      const before = node.getBoundingClientRect().top;
      node.scrollIntoView({ block: "start" });
      const isStill = node.isConnected && before === node.getBoundingClientRect().top;
      still = isStill && !widgets.some((cell) => cell.node.querySelector(TO_START)) ? still + 1 : 0;
      frames += 1;
      if (still === STILL_FRAMES || frames === MOST_FRAMES) over.abort();
      if (!over.signal.aborted) requestAnimationFrame(follow);
    };
    follow();
  }

  /** @param {Panel} panel */
  function landOnCells(panel) {
    const setFragment = panel.setFragment.bind(panel);
    panel.setFragment = async (fragment) => {
      await panel.revealed;
      const notebook = panel.content;
      const index = notebook.widgets.findIndex(({ model }) => fragment === `#cell-id=${model.id}`);
      if (index === -1 || !panel.hasClass(PAGE)) return setFragment(fragment);
      notebook.activeCellIndex = index; // one Shift+Enter runs it
      keepAtTop(notebook, notebook.widgets[index].node);
    };
  }

  /** @param {Panel} panel */
  const pageOf = (panel) => pages.get(panel);

  /** @type {(page: Page, cell: Cell) => boolean} Whether a cell ran, for this page and kernel. */
  const hasRun = ({ ended }, { outputArea }) =>
    outputArea?.future !== undefined && !ended.has(outputArea.future);

  /** @type {(notebook: Notebook, place: number) => void} */
  function stayAt(notebook, place) {
    notebook.activeCellIndex = place;
    notebook.scrollToItem(place, "auto").catch(() => {});
  }

  /**
   * Runs from a cell. JupyterLab takes the focus for that: who writes by then goes on writing,
   * since the next keys would be commands (`dd` deletes a cell).
   * @type {<T>(notebook: Notebook, place: number, run: () => Promise<T>) => Promise<T>}
   */
  function runAt(notebook, place, run) {
    const { mode, activeCellIndex } = notebook;
    notebook.activeCellIndex = place;
    const done = run();
    if (mode === "edit") Object.assign(notebook, { activeCellIndex, mode });
    return done;
  }

  /**
   * "Run All Cells" selects the last cell and scrolls to it. Here it leaves readers where they are:
   * `place` is set only after a command, so that it is still the cell that was selected before.
   * @type {(panel: Panel, app: App) => void}
   */
  function stayWhenRun(panel, app) {
    const { content } = panel;
    let place = content.activeCellIndex;
    const settle = () =>
      queueMicrotask(() => {
        place = content.activeCellIndex;
      });
    /** @type {(_: unknown, command: { id: string }) => void} */
    const stay = (_, { id }) => {
      if (id !== "notebook:run-all-cells" || inFront(app) !== panel) return;
      stayAt(content, place);
    };
    content.activeCellChanged.connect(settle);
    app.commands.commandExecuted.connect(stay);
    panel.disposed.connect(() => app.commands.commandExecuted.disconnect(stay));
  }

  /**
   * A cell of a card shows that it starts while it has no output; page.css says it.
   * @param {Panel} panel
   */
  function markCards({ content }) {
    for (const { node, model } of content.widgets) {
      const { card } = model.getMetadata("lessons") ?? {};
      const isCard = card && card !== "outcome" && model.sharedModel.outputs?.length;
      node.classList.toggle("lessons-card", Boolean(isCard));
    }
  }

  const ONLY_IMPORTS = /^((from|import) .*|[\s#)].*|)$/;

  /**
   * A line that opens code which is stored folded; page.css shows it while the code is. Lab's own
   * has no name, and a key can't reach it. Imports and cards stay as they are.
   * @param {Cell} cell
   */
  async function offerCode(cell) {
    const { model, node } = cell;
    const lines = () => model.sharedModel.source.split("\n");
    const isCode = model.type === "code" && model.getMetadata("tags")?.[0] === "code";
    if (!isCode || model.getMetadata("lessons")?.starts) return;
    if (lines().every((line) => ONLY_IMPORTS.test(line))) return;
    await cell.ready;
    const button = document.createElement("button");
    const name = () => {
      const count = lines().length;
      button.textContent = `Show the code (${count} ${count === 1 ? "line" : "lines"})`;
    };
    button.className = "lessons-code";
    button.onclick = () => {
      cell.inputHidden = false;
      cell.editor?.focus();
    };
    name();
    model.contentChanged.connect(name);
    node.querySelector(".jp-Cell-inputWrapper")?.before(button);
  }

  // In a narrow window, JupyterLab's sidebars leave a lesson almost no room. They are closed once;
  // what the reader opens again stays open.
  const NARROW_PX = 1000;
  let areClosed = false;

  /** @param {App} app */
  function closeSidebars(app) {
    const isNarrow = window.innerWidth < NARROW_PX;
    if (areClosed || !isNarrow || !inFront(app)) return;
    areClosed = true;
    app.shell.collapseLeft?.(); // Notebook 7 has other sidebars
    app.shell.collapseRight?.();
  }

  /**
   * The widgets keep their keys from JupyterLab. Without this, the browser would answer Ctrl+S
   * inside one by saving the web page.
   * @type {(panel: Panel, app: App) => void}
   */
  function saveFromWidgets(panel, { commands }) {
    panel.node.addEventListener("keydown", (event) => {
      const isSave = (event.ctrlKey || event.metaKey) && !event.altKey && event.key === "s";
      const target = /** @type {Element} */ (event.target);
      if (!isSave || !target.closest("[data-lm-suppress-shortcuts]")) return;
      event.preventDefault();
      commands.execute("docmanager:save");
    });
  }

  /**
   * The browser's Back, where JupyterLab shows one document: it changes only the address, and adds
   * an entry for each document that is shown, so the second of two equal ones is skipped.
   * @param {App} app
   */
  function goBack(app) {
    const path = decodeURIComponent(window.location.pathname.split("/doc/tree/")[1] ?? "");
    if (path && inFront(app)?.context.path === path) window.history.back();
    else if (path) app.commands.execute("docmanager:open", { path });
  }

  const CONTROLS = ":is(.lessons-lab, .lessons-quiz, .lessons-static) :is(input, button)";

  /** @type {(panel: Panel, at: number) => void} */
  function goTo({ content }, at) {
    if (at === -1) return;
    content.activeCellIndex = at;
    content.scrollToItem(at, "start").catch(() => {});
    const control = content.widgets[at].node.querySelector(CONTROLS);
    /** @type {HTMLElement | null} */ (control)?.focus({ preventScroll: true });
  }

  /** @param {Shared} shared */
  const extension = ({ app, ...shared }) => ({
    /** @type {(panel: Panel, context: Context) => void} */
    createNew(panel, context) {
      followStart(panel);
      landOnCells(panel);
      context.ready.then(() => {
        if (!isLesson(panel)) return;
        panel.addClass(PAGE);
        markCards(panel);
        panel.content.widgets.forEach(offerCode);
        Promise.all([app.restored, panel.revealed]).then(() => closeSidebars(app));
        ignoreVersion(context.model);
        stayWhenRun(panel, app);
        part("autorun.js").then(({ runCards }) =>
          runCards({ app, ...shared }, panel, pageOf(panel)),
        );
        part("way.js").then(({ showWay }) => showWay(panel, goTo));
        saveFromWidgets(panel, app);
      });
    },
  });

  const plugin = {
    id: "lessons-lib:pages",
    description: "Style the notebooks of the lessons.",
    autoStart: true,
    /** @param {App} app */
    async activate(app) {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = new URL("page.css", folder).href;
      document.head.append(style);
      waitForKernels(app);
      window.addEventListener("resize", () => closeSidebars(app));
      window.addEventListener("popstate", () => goBack(app));
      const shared = { app, inFront, pageOf, whileStarting, busyButton, goTo, runAt, hasRun };
      app.docRegistry.addWidgetExtension("Notebook", extension(shared));
      // JupyterLab opens notebooks after this, so that no press comes before its command.
      await Promise.all([
        part("autorun.js").then(({ openDoors }) => openDoors(shared)),
        part("guesses.js").then(({ addCommands }) => addCommands(shared)),
        part("exercises.js").then(({ addCommands }) => addCommands(shared)),
        part("terms.js").then(({ explainTerms }) => explainTerms()),
      ]);
    },
  };

  const lab = /** @type {{ _JUPYTERLAB?: Record<string, object> }} */ (window);
  lab._JUPYTERLAB ??= {};
  lab._JUPYTERLAB["lessons-lib"] = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
