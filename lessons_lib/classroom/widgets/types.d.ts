// What anywidget passes to a widget, what its nodes are made of, and what several pages contain.

/** A card's connection to the kernel: what it shows, and messages. */
export interface Model<Shown> {
  get<Name extends keyof Shown>(name: Name): Shown[Name];
  send(action: Action): void;
  on(event: string, update: () => void): void;
  off(event: string, update: () => void): void;
  widget_manager?: Manager;
  /** The words of a page that is not Jupyter; cells can't be run there. */
  host?: { waiting: string };
}

export interface Widget<Shown> {
  model: Model<Shown>;
  el: HTMLElement;
}

/** What a page asks the kernel to do; the session decides whether it is possible. */
export interface Action {
  do: string;
  [name: string]: unknown;
}

/** What a kernel sends of a card: what never changes, and a page that replies to an action. */
export interface Card<About, Page> {
  about: About & { uses_cells_above: boolean };
  page: Page & { replies_to: string };
}

/** Draws a page; `isReply` if it is the reply to what the learner just did here. */
export type Draw<Page> = (page: Page, isReply: boolean) => void;

export type Send = (action: Action) => void;

/** What we use of JupyterLab's manager of widgets; other front ends have none of it. */
export interface Manager {
  /** Where a page that is not Jupyter has a notebook of the course, or a cell in it. */
  address?(file: string, fragment: string): string;
  context?: {
    path: string;
    urlResolver?: {
      resolveUrl(url: string): Promise<string>;
      getDownloadUrl(path: string): Promise<string>;
    };
  };
  rendermime?: {
    linkHandler?: { handleLink(node: HTMLElement, path: string, fragment: string): void };
  };
}

/** The node made by `element("p.note")` is a paragraph. */
export type Html<Name extends string> =
  TagOf<Name> extends keyof HTMLElementTagNameMap
    ? HTMLElementTagNameMap[TagOf<Name>]
    : HTMLElement;
type TagOf<Name extends string> = Name extends `${infer Tag}.${string}` ? Tag : Name;

export type Child = Node | string | number;
export type Content = Child | Child[];

type Listeners = {
  [Type in keyof HTMLElementEventMap as `on${Type}`]?: (
    event: HTMLElementEventMap[Type] & { target: HTMLElement },
  ) => unknown;
};
export type Attributes = Listeners & {
  [name: string]: string | number | null | undefined | ((event: any) => unknown);
};

/** A command of JupyterLab or of our extension of it: its name, the words of its button, arguments. */
export type Command = [name: string, words: string, about?: object];

export interface View {
  node: Element;
}

/** Where a link leads: a notebook of the course, and a cell in it. */
export interface Target {
  file: string;
  fragment?: string;
}

/** A link whose title is text, or HTML that the kernel has made safe. */
export interface Link extends Target {
  title?: string;
  title_html?: string;
}
