// Elements and numbers. Text that a learner types becomes text nodes and attributes, never markup.

const TAKES_KEYS = "a, button, input, summary, textarea, [tabindex]";

// element("p.note.wide", { id }, text, nodes): classes follow the tag; attributes are optional.
export function element(name, ...content) {
  const [tag, ...classes] = name.split(".");
  const node = filled(document.createElement(tag), classes, content);
  // This disables JupyterLab's single-key commands (a, b, dd ...) while the element has the focus.
  if (node.matches(TAKES_KEYS)) node.dataset.lmSuppressShortcuts = "true";
  return node;
}

// An SVG element.
export function drawn(name, ...content) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, content);
}

function filled(node, classes, content) {
  if (content[0]?.constructor === Object) place(node, content.shift());
  node.classList.add(...classes.filter(Boolean));
  node.append(...content.flat());
  return node;
}

// Sets attributes; null removes one, and a function becomes a listener: { onclick: send }.
export function place(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, value);
  }
}

// Hidden from screen readers because other words say the same.
export const silent = (name, ...content) => element(name, { "aria-hidden": "true" }, ...content);

// Keeps the direction of a text, and does not change that of its surroundings.
export const isolated = (text) => element("bdi", text);

// Setting an unchanged text would still trigger a layout.
export function setWords(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

export function plainButton(name, content, onClick) {
  const act = () => isDisabled(button) || onClick();
  const button = element(`button.${name}`, { type: "button", onclick: act }, content);
  return button;
}

// A disabled button keeps the focus, so that users of screen readers do not lose their position.
export const setDisabled = (button, flag) => place(button, { "aria-disabled": String(flag) });
export const isDisabled = (button) => button.getAttribute("aria-disabled") === "true";

// Whether the reader asked for less motion.
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function textArea(name, attributes) {
  const plain = { rows: 2, dir: "auto", spellcheck: "false", autocomplete: "off" };
  return element(`textarea.${name}`, { ...plain, ...attributes });
}

export function numberField(name, attributes) {
  const plain = { type: "text", inputmode: "decimal", spellcheck: "false", autocomplete: "off" };
  return element(`input.${name}`, { ...plain, maxlength: 60, ...attributes });
}

// Lone surrogates (halves of a character) cannot be sent.
export const typedIn = (input) => input.value.toWellFormed?.() ?? input.value;
export const focusedIn = (node) => node.getRootNode().activeElement;

// Does not change a field while it has the focus.
export function fill(input, text) {
  if (focusedIn(input) !== input && input.value !== text) input.value = text;
}

export const rowHead = (...content) => element("th", { scope: "row" }, ...content);
export const cells = (texts) => texts.map((text) => element("td", text));

export const columnHead = (...content) => element("th", { scope: "col" }, ...content);

// A table whose rows are drawn later; heads are texts or cells.
export function tableOf(name, caption, heads) {
  const [top, body] = [element("caption", caption), element("tbody")];
  const row = heads.map((head) => (typeof head === "string" ? columnHead(head) : head));
  return {
    node: element(`table.${name}`, top, element("thead", element("tr", row)), body),
    caption: top,
    draw: (rows) => body.replaceChildren(...rows),
  };
}

// In a narrow column, the table scrolls horizontally, also with keys. It is no landmark.
export function scrolled(name, label, table) {
  const node = element(`div.${name}`, { role: "group", tabindex: 0, "aria-label": label }, table);
  const reach = () => place(node, { tabindex: node.scrollWidth > node.clientWidth ? 0 : null });
  const sizes = new ResizeObserver(reach);
  [node, table].forEach((one) => sizes.observe(one));
  return node;
}

// Turns a node into another one of its kind. What can stay stays: the focus, scroll positions, and
// bars, which then grow. Links do not stay, since what they open is resolved later.
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

// Maps the values of an object.
export function mapped(object, call) {
  const pairs = Object.entries(object).map(([name, value]) => [name, call(value, name)]);
  return Object.fromEntries(pairs);
}

// A prefix for ids, because a widget may be shown twice.
export const newIdentity = (kind) => `lessons-${kind}-${Math.random().toString(36).slice(2)}`;

export function signed(value, digits = 3) {
  const figure = Math.abs(value).toFixed(digits);
  if (Number(figure) === 0) return figure;
  return (value < 0 ? "−" : "+") + figure;
}

export const counted = (number) => number.toLocaleString("en");
export const plural = (count, noun) => `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;

export function decimals(value, count) {
  const digits = { minimumFractionDigits: count, maximumFractionDigits: count };
  return value.toLocaleString("en", digits);
}
