// Elements and figures. Whatever a learner types becomes text nodes and attributes, never markup.

const TAKES_KEYS = "a, button, input, summary, textarea, [tabindex]";

// element("p.note.wide", { id }, text, nodes): classes follow the tag, attributes may be left out.
export function element(name, ...content) {
  const [tag, ...classes] = name.split(".");
  const node = filled(document.createElement(tag), classes, content);
  // JupyterLab's one-key commands (a, b, dd ...) leave an element alone that carries this.
  if (node.matches(TAKES_KEYS)) node.dataset.lmSuppressShortcuts = "true";
  return node;
}

// A part of a picture.
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

// Sets attributes. One that is null is taken away; a function listens: { onclick: send }.
export function place(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, value);
  }
}

// What a screen reader leaves out, as other words say it.
export const silent = (name, ...content) => element(name, { "aria-hidden": "true" }, ...content);

// Mixed scripts keep their own direction and cannot turn their surroundings round.
export const isolated = (text) => element("bdi", text);

// The same words again would have the page laid out anew.
export function setWords(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

export function plainButton(name, content, onClick) {
  const act = () => isDisabled(button) || onClick();
  const button = element(`button.${name}`, { type: "button", onclick: act }, content);
  return button;
}

// A button that cannot be used keeps the focus: a screen reader's user is not thrown out of it.
export const setDisabled = (button, flag) => place(button, { "aria-disabled": String(flag) });
export const isDisabled = (button) => button.getAttribute("aria-disabled") === "true";

export function textArea(name, attributes) {
  const plain = { rows: 2, dir: "auto", spellcheck: "false", autocomplete: "off" };
  return element(`textarea.${name}`, { ...plain, ...attributes });
}

export function numberField(name, attributes) {
  const plain = { type: "text", inputmode: "decimal", spellcheck: "false", autocomplete: "off" };
  return element(`input.${name}`, { ...plain, maxlength: 60, ...attributes });
}

// A lone surrogate, half of a character, cannot be sent.
export const typedIn = (input) => input.value.toWellFormed?.() ?? input.value;
export const focusedIn = (node) => node.getRootNode().activeElement;

// Leaves a field alone while the learner is in it.
export function fill(input, text) {
  if (focusedIn(input) !== input && input.value !== text) input.value = text;
}

export const rowHead = (...content) => element("th", { scope: "row" }, ...content);
export const cells = (texts) => texts.map((text) => element("td", text));

export const columnHead = (...content) => element("th", { scope: "col" }, ...content);

// A table whose rows are drawn later; a head that is a node is a cell of its own kind.
export function tableOf(name, caption, heads) {
  const [top, body] = [element("caption", caption), element("tbody")];
  const row = heads.map((head) => (typeof head === "string" ? columnHead(head) : head));
  return {
    node: element(`table.${name}`, top, element("thead", element("tr", row)), body),
    caption: top,
    draw: (rows) => body.replaceChildren(...rows),
  };
}

// A narrow column scrolls a table sideways, with keys too.
export function scrolled(name, label, table) {
  return element(`div.${name}`, { role: "region", tabindex: 0, "aria-label": label }, table);
}

// An object with the same names, each with what `call` makes of the value.
export function mapped(object, call) {
  const pairs = Object.entries(object).map(([name, value]) => [name, call(value, name)]);
  return Object.fromEntries(pairs);
}

// For ids within one widget, which may be shown twice.
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
