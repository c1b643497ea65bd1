// What our JupyterLab extension uses of JupyterLab.

export interface App {
  commands: Commands;
  shell: { currentWidget: Panel | null; collapseLeft?(): void; collapseRight?(): void };
  restored: Promise<void>;
  docRegistry: {
    addWidgetExtension(
      factory: string,
      extension: { createNew(panel: Panel, context: Context): void },
    ): void;
  };
}

export interface Commands {
  execute(id: string, args?: object): Promise<unknown>;
  addCommand(id: string, options: { label: string; execute(args: any): unknown }): void;
  commandExecuted: Signal<{ id: string }>;
}

export interface Signal<Args> {
  connect(slot: (sender: unknown, args: Args) => void): void;
  disconnect(slot: (sender: unknown, args: Args) => void): void;
}

/** An open notebook. */
export interface Panel {
  node: HTMLElement;
  isVisible: boolean;
  isDisposed: boolean;
  context: Context;
  content: Notebook;
  sessionContext: SessionContext;
  revealed: Promise<void>;
  disposed: Signal<void>;
  setFragment(fragment: string): Promise<void>;
  hasClass(name: string): boolean;
  addClass(name: string): void;
}

export interface Context {
  path: string;
  model: NotebookModel;
  ready: Promise<void>;
}

export interface NotebookModel {
  dirty: boolean;
  getMetadata(key: string): unknown;
  metadataChanged: Signal<{ key: string }>;
}

export interface Notebook {
  node: HTMLElement;
  widgets: Cell[];
  activeCellIndex: number;
  mode: "command" | "edit";
  activeCellChanged: Signal<unknown>;
  scrollToItem(index: number, align: "auto" | "start"): Promise<void>;
}

/** What the build stores with a cell that shows a card. */
export interface Card {
  card?: string;
  name?: string;
  place?: string;
  starts?: string; // the mark of a source that runs by itself
}

export type Reply = { content: { status: string } } | undefined;

export interface Cell {
  node: HTMLElement;
  constructor: { execute(cell: Cell, session: SessionContext): Promise<Reply> };
  ready: Promise<void>;
  inputHidden: boolean;
  editor: { focus(): void } | null;
  outputArea?: { future?: object }; // of the latest run since the page was opened
  model: {
    id: string;
    type: string;
    trusted?: boolean;
    sharedModel: { source: string; outputs?: object[] };
    contentChanged: Signal<void>;
    getMetadata(key: "tags"): string[] | undefined;
    getMetadata(key: "lessons"): Card | undefined;
  };
}

export interface SessionContext {
  ready: Promise<void>;
  hasNoKernel: boolean;
  session: { kernel: Kernel | null } | null;
  initialize(): Promise<boolean>;
  startKernel(): Promise<unknown>;
  shutdown(): Promise<void>;
}

export interface Kernel {
  status: string;
  requestExecute(content: object): { done: Promise<{ content: any }> };
}

/** What we know of an open notebook: its start, what waits for it, and the last press. */
export interface Page {
  cards?: Promise<void>; // ends when those that run by themselves have run
  ended: WeakSet<object>; // runs of a kernel that was ended
  starting: Promise<void> | null;
  runs: Set<string>;
  pressed: Element | null;
}

/** What the parts of the extension share. */
export interface Shared {
  app: App;
  inFront(app: App): Panel | undefined;
  pageOf(panel: Panel): Page | undefined;
  whileStarting(panel: Panel, page: Page): Promise<void> | null;
  busyButton(button: Element | null, words: string): { say(words: string): void; done(): void };
  goTo(panel: Panel, at: number): void;
  hasRun(page: Page, cell: Cell): boolean;
  runAt<T>(notebook: Notebook, place: number, run: () => Promise<T>): Promise<T>;
}
