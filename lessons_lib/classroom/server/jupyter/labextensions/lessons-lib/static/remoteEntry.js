// A JupyterLab extension, written by hand in the form of a built one: Lab and Notebook load this
// file and ask the object below for "./extension". It marks the pages of the lessons, which
// page.css styles, and runs their cells when the kernel is there. Other notebooks stay as they are.
(() => {
  const PAGE = "lessons-page";
  const folder = new URL(".", document.currentScript.src);
  const pages = new Map(); // of each open notebook: its start, what waits for it, the last press

  const isLesson = (panel) => Boolean(panel.context.model.getMetadata("lessons_lib"));

  // The lesson in front. While the browser's page lacks the focus, `currentWidget` is null.
  const inFront = ({ shell }) => [...pages.keys()].find(
    (panel) => panel.isVisible && (shell.currentWidget ?? panel) === panel && isLesson(panel),
  );

  // While a page has no kernel, JupyterLab clears the cells that should run, and runs nothing (its
  // issue #8490), or asks to select a kernel. So in a lesson, whatever runs cells waits until the
  // kernel is there: buttons, keys, the toolbar and the menu.
  function waitForKernels(app) {
    const execute = app.commands.execute.bind(app.commands);
    app.commands.execute = async (id, args) => {
      const panel = id.startsWith("notebook:run") ? inFront(app) : undefined;
      const page = pages.get(panel);
      const starting = page && whileStarting(panel, page);
      if (starting) {
        const place = panel.content.activeCellIndex;
        if (page.runs.has(`${id} ${place}`)) return undefined; // this was pressed already
        page.runs.add(`${id} ${place}`);
        if (page.pressed) sayStarting(page.pressed, starting);
        await starting;
        page.runs.clear();
        if (!panel.isVisible) return undefined; // the reader went elsewhere
        if (inFront(app) !== panel) panel.content.node.focus({ preventScroll: true });
        panel.content.activeCellIndex = place;
      }
      return execute(id, args);
    };
  }

  // Ends when the page has a kernel, or when JupyterLab must ask for one; null if it has one.
  function whileStarting({ sessionContext }, page) {
    if (!page.starting && sessionContext.hasNoKernel) { // it was shut down
      page.starting = sessionContext.startKernel().finally(() => { page.starting = null; });
    }
    return page.starting;
  }

  function followStart(panel) {
    const { sessionContext } = panel;
    const initialize = sessionContext.initialize.bind(sessionContext);
    const page = { runs: new Set() };
    page.starting = new Promise((end) => {
      sessionContext.ready.then(end);
      sessionContext.initialize = () => initialize().finally(end);
    }).then(() => { page.starting = null; });
    pages.set(panel, page);
    panel.disposed.connect(() => pages.delete(panel));
    for (const type of ["keydown", "click"]) {
      panel.node.addEventListener(type, (event) => {
        page.pressed = type === "click" && event.target.closest("[data-commandlinker-command]");
        if (page.pressed?.ariaBusy) event.stopPropagation();
      }, { capture: true });
    }
  }

  async function sayStarting(button, starting) {
    const words = button.textContent;
    Object.assign(button, { textContent: "Starting Python …", ariaBusy: "true" });
    await starting;
    Object.assign(button, { textContent: words, ariaBusy: null });
  }

  // When the kernel reports its Python version, JupyterLab writes it into the notebook, which then
  // counts as changed: the browser would ask before leaving a page where nothing was done. The
  // server does not store the version, so nothing is lost.
  function ignoreVersion(model) {
    model.metadataChanged.connect((_, change) => {
      if (change.key !== "language_info" || model.dirty) return;
      queueMicrotask(() => { model.dirty = false; });
    });
  }

  // JupyterLab scrolls to a linked cell once, but what renders later above it moves it away. Keep
  // it at the top until the page is still, or the reader does something.
  const STILL_FRAMES = 60;
  const MOST_FRAMES = 900;
  const ACTIONS = ["wheel", "pointerdown", "keydown"];

  function keepAtTop(node) {
    const over = new AbortController();
    for (const type of ACTIONS) {
      window.addEventListener(type, () => over.abort(), { capture: true, signal: over.signal });
    }
    let still = 0;
    let frames = 0;
    const follow = () => {
      const before = node.getBoundingClientRect().top;
      node.scrollIntoView({ block: "start" });
      still = node.isConnected && before === node.getBoundingClientRect().top ? still + 1 : 0;
      frames += 1;
      if (still === STILL_FRAMES || frames === MOST_FRAMES) over.abort();
      if (!over.signal.aborted) requestAnimationFrame(follow);
    };
    follow();
  }

  function landOnCells(panel) {
    const setFragment = panel.setFragment.bind(panel);
    panel.setFragment = async (fragment) => {
      await panel.revealed;
      const notebook = panel.content;
      const index = notebook.widgets.findIndex(({ model }) => fragment === `#cell-id=${model.id}`);
      if (index === -1 || !panel.hasClass(PAGE)) return setFragment(fragment);
      notebook.activeCellIndex = index; // one Shift+Enter runs it
      keepAtTop(notebook.widgets[index].node);
    };
  }

  // "Run All Cells" selects the last cell and scrolls to it. Here it leaves readers where they are:
  // `place` is set only after a command, so that it is still the cell that was selected before.
  function stayWhenRun(panel, app) {
    const { content } = panel;
    let place = content.activeCellIndex;
    const settle = () => queueMicrotask(() => { place = content.activeCellIndex; });
    const stay = (_, { id }) => {
      if (id !== "notebook:run-all-cells" || inFront(app) !== panel) return;
      content.activeCellIndex = place;
      content.scrollToItem(place, "auto").catch(() => {});
    };
    content.activeCellChanged.connect(settle);
    app.commands.commandExecuted.connect(stay);
    panel.disposed.connect(() => app.commands.commandExecuted.disconnect(stay));
  }

  // The widgets keep their keys from JupyterLab. Without this, the browser would answer Ctrl+S
  // inside one by saving the web page.
  function saveFromWidgets(panel, { commands }) {
    panel.node.addEventListener("keydown", (event) => {
      const isSave = (event.ctrlKey || event.metaKey) && !event.altKey && event.key === "s";
      if (!isSave || !event.target.closest("[data-lm-suppress-shortcuts]")) return;
      event.preventDefault();
      commands.execute("docmanager:save");
    });
  }

  // Runs the setup and the code that the result of a guess needs, except what this kernel ran
  // already, and moves to the result. Explorations are left alone, since they hold typed texts.
  const NEEDED = ["setup", "code"];

  async function showResult(app, { guess }) {
    const panel = inFront(app);
    if (!panel) return;
    const { content: notebook, sessionContext } = panel;
    const codes = notebook.widgets.map(({ model }) => model.sharedModel.source.trim());
    const outcome = `show_outcome("${guess}"`;
    const end = codes.findIndex((code) => code.replace(/\s/g, "").includes(outcome));
    if (end === -1) return;
    const isNeeded = ({ model }, at) =>
      at === end ||
      (at < end && model.type === "code" && NEEDED.includes(model.getMetadata("tags")?.[0]));
    const ran = await ranAlready(sessionContext.session?.kernel, codes);
    for (const [at, cell] of notebook.widgets.entries()) {
      if (!isNeeded(cell, at) || ran[at]) continue;
      if (inFront(app) !== panel) return; // the reader went elsewhere
      notebook.activeCellIndex = at;
      await app.commands.execute("notebook:run-cell");
    }
    notebook.activeCellIndex = end;
    notebook.scrollToItem(end, "start").catch(() => {});
  }

  async function ranAlready(kernel, codes) {
    const ran = `[one in {ran.strip() for ran in In} for one in ${JSON.stringify(codes)}]`;
    const request = { code: "", silent: true, user_expressions: { ran } };
    const reply = await kernel?.requestExecute(request).done;
    const found = reply?.content.user_expressions?.ran.data?.["text/plain"] ?? "";
    return (found.match(/True|False/g) ?? []).map((one) => one === "True");
  }

  const extension = (app) => ({
    createNew(panel, context) {
      followStart(panel);
      landOnCells(panel);
      context.ready.then(() => {
        if (!isLesson(panel)) return;
        panel.addClass(PAGE);
        ignoreVersion(context.model);
        stayWhenRun(panel, app);
        saveFromWidgets(panel, app);
      });
    },
  });

  const plugin = {
    id: "lessons-lib:pages",
    description: "Style the notebooks of the lessons.",
    autoStart: true,
    activate(app) {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = new URL("page.css", folder);
      document.head.append(style);
      waitForKernels(app);
      app.docRegistry.addWidgetExtension("Notebook", extension(app));
      app.commands.addCommand("lessons:show-result", {
        label: "Show the result of a guess",
        execute: (about) => showResult(app, about),
      });
    },
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["lessons-lib"] = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
