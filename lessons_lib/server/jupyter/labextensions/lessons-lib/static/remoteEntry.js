// A JupyterLab extension, written by hand in the form of a built one: Lab and Notebook load this
// file and ask the object below for "./extension". It marks the pages of the lessons, which
// page.css styles, and no other notebook.
(() => {
  const PAGE = "lessons-page";
  const folder = new URL(".", document.currentScript.src);

  // When the kernel reports its Python version, JupyterLab writes it into the notebook, which then
  // counts as changed: the browser would ask before leaving a page where nothing was done. The
  // server does not store the version, so nothing is lost.
  function ignoreVersion(model) {
    model.metadataChanged.connect((_, change) => {
      if (change.key !== "language_info" || model.dirty) return;
      queueMicrotask(() => { model.dirty = false; });
    });
  }

  const extension = {
    createNew(panel, context) {
      context.ready.then(() => {
        if (!context.model.getMetadata("lessons_lib")) return;
        panel.addClass(PAGE);
        ignoreVersion(context.model);
      });
    },
  };

  const plugin = {
    id: "lessons-lib:pages",
    description: "Style the notebooks of the lessons.",
    autoStart: true,
    activate(app) {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = new URL("page.css", folder);
      document.head.append(style);
      app.docRegistry.addWidgetExtension("Notebook", extension);
    },
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["lessons-lib"] = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
