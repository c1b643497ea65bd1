// Elements. Text that a learner types becomes text nodes and attributes, never markup.

/** @import { Attributes, Child, Content, Html, View } from "./types" */

const TAKES_KEYS = "a, button, input, summary, textarea, [tabindex]";

/**
 * element("p.note.wide", { id }, text, nodes): classes follow the tag; attributes are optional.
 * @type {<Name extends string>(name: Name, ...content: (Attributes | Content)[]) => Html<Name>}
 */
export function element(name, ...content) {
  const [tag, ...classes] = name.split(".");
  const node = /** @type {Html<typeof name>} */ (document.createElement(tag));
  // This disables JupyterLab's single-key commands (a, b, dd ...) while the element has the focus.
  filled(node, classes, content);
  if (node.matches(TAKES_KEYS)) node.dataset.lmSuppressShortcuts = "true";
  return node;
}

/**
 * An SVG element.
 * @type {(name: string, ...content: (Attributes | Content)[]) => SVGElement}
 */
export function drawn(name, ...content) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, content);
}

/**
 * @template {Element} Kind
 * @param {Kind} node
 * @param {string[]} classes
 * @param {(Attributes | Content)[]} content
 * @returns {Kind}
 */
function filled(node, classes, content) {
  const [first, ...rest] = content;
  const isPlain = first?.constructor === Object;
  if (isPlain) place(node, /** @type {Attributes} */ (first));
  const children = /** @type {string[]} */ ((isPlain ? rest : content).flat());
  node.classList.add(...classes.filter(Boolean));
  node.append(...children);
  return node;
}

/**
 * Sets attributes; null removes one, and a function becomes a listener: { onclick: send }.
 * @type {(node: Element, attributes: Attributes) => void}
 */
export function place(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, String(value));
  }
}

/**
 * Hidden from screen readers because other words say the same.
 * @type {<Name extends string>(name: Name, ...content: Content[]) => Html<Name>}
 */
export const silent = (name, ...content) => element(name, { "aria-hidden": "true" }, ...content);

/**
 * Keeps the direction of a text, and does not change that of its surroundings.
 * @type {(text: string) => HTMLElement}
 */
export const isolated = (text) => element("bdi", text);

/**
 * Setting an unchanged text would still trigger a layout.
 * @type {(node: Node, words: string) => void}
 */
export function setWords(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** @type {(name: string, content: Content, onClick: () => unknown) => HTMLButtonElement} */
export function plainButton(name, content, onClick) {
  const button = element(`button.${name}`, { type: "button" }, content);
  place(button, { onclick: () => isDisabled(button) || onClick() });
  return button;
}

/**
 * A disabled button keeps the focus, so that users of screen readers do not lose their position.
 * @type {(button: Element, flag: boolean) => void}
 */
export const setDisabled = (button, flag) => place(button, { "aria-disabled": String(flag) });
/** @type {(button: Element) => boolean} */
export const isDisabled = (button) => button.getAttribute("aria-disabled") === "true";

// Whether the reader asked for less motion.
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @type {(name: string, attributes: Attributes) => HTMLTextAreaElement} */
export function textArea(name, attributes) {
  const plain = { rows: 2, dir: "auto", spellcheck: "false", autocomplete: "off" };
  return element(`textarea.${name}`, { ...plain, ...attributes });
}

/** @type {(name: string, attributes: Attributes) => HTMLInputElement} */
export function numberField(name, attributes) {
  const plain = { type: "text", inputmode: "decimal", spellcheck: "false", autocomplete: "off" };
  return element(`input.${name}`, { ...plain, maxlength: 60, ...attributes });
}

/**
 * Lone surrogates (halves of a character) cannot be sent.
 * @type {(input: HTMLInputElement | HTMLTextAreaElement) => string}
 */
export const typedIn = (input) => input.value.toWellFormed?.() ?? input.value;
/** @type {(node: Element) => Element | null} */
export const focusedIn = (node) =>
  /** @type {Document | ShadowRoot} */ (node.getRootNode()).activeElement;

/**
 * Does not change a field while it has the focus.
 * @type {(input: HTMLInputElement | HTMLTextAreaElement, text: string) => void}
 */
export function fill(input, text) {
  if (focusedIn(input) !== input && input.value !== text) input.value = text;
}

/**
 * Calls `act` on Enter in a field: in JupyterLab, it neither submits a form nor ends a change.
 * @type {(act: () => unknown) => (event: KeyboardEvent & { target: HTMLElement }) => void}
 */
export const onEnter = (act) => (event) => {
  const isHeld = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey;
  if (event.key !== "Enter" || event.isComposing || isHeld) return;
  if (!event.target.matches("input, textarea")) return;
  event.preventDefault();
  act();
};

/** @type {(...content: Content[]) => HTMLElement} */
export const rowHead = (...content) => element("th", { scope: "row" }, ...content);
/**
 * The nodes of views, in order.
 * @type {(views: View[]) => Element[]}
 */
export const nodesOf = (views) => views.map(({ node }) => node);

/** @type {(texts: Child[]) => HTMLElement[]} */
export const cells = (texts) => texts.map((text) => element("td", text));

/** @type {(...content: Content[]) => HTMLElement} */
export const columnHead = (...content) => element("th", { scope: "col" }, ...content);

/**
 * A table whose rows are drawn later, hidden without any; heads are texts or cells.
 * @param {string} name
 * @param {string} caption
 * @param {(string | HTMLElement)[]} heads
 */
export function tableOf(name, caption, heads) {
  const [top, body] = [element("caption", caption), element("tbody")];
  const row = heads.map((head) => (typeof head === "string" ? columnHead(head) : head));
  const node = element(`table.${name}`, top, element("thead", element("tr", row)), body);
  return {
    node,
    caption: top,
    /** @param {Node[]} rows */
    draw(rows) {
      body.replaceChildren(...rows);
      node.hidden = !rows.length;
    },
  };
}

/**
 * In a narrow column, the table scrolls horizontally, also with keys. It is no landmark.
 * @type {(name: string, label: string, table: HTMLElement) => HTMLElement}
 */
export function scrolled(name, label, table) {
  const node = element(`div.${name}`, { role: "group", tabindex: 0, "aria-label": label }, table);
  const reach = () => place(node, { tabindex: node.scrollWidth > node.clientWidth ? 0 : null });
  const sizes = new ResizeObserver(reach);
  [node, table].forEach((one) => sizes.observe(one));
  return node;
}

/**
 * Turns a node into another one of its kind. What can stay stays: the focus, scroll positions, and
 * bars, which then grow. Links do not stay, since what they open is resolved later.
 * @type {(node: any, other: any) => void}
 */
export function become(node, other) {
  if (node.nodeName !== other.nodeName || node.nodeName === "A") return node.replaceWith(other);
  if (!node.attributes) return setWords(node, other.textContent);
  for (const { name, value } of other.attributes) {
    if (!["style", "tabindex"].includes(name)) node.setAttribute(name, value);
  }
  node.style.cssText = other.style.cssText;
  const [old, now] = [[...node.childNodes], [...other.childNodes]];
  if (old.length === now.length) old.forEach((one, at) => become(one, now[at]));
  else node.replaceChildren(...now);
}

/**
 * A prefix for ids, because a widget may be shown twice.
 * @type {(kind: string) => string}
 */
export const newIdentity = (kind) => `lessons-${kind}-${Math.random().toString(36).slice(2)}`;
