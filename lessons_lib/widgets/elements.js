// Elements and figures. Whatever a learner types becomes text nodes and attributes, never markup.

// JupyterLab's one-key commands (a, b, dd ...) leave an element alone that carries this attribute.
export const KEYS_STAY_HERE = { "data-lm-suppress-shortcuts": "true" };

export function element(tag, attributes = {}, ...children) {
  return made(document.createElement(tag), attributes, children);
}

// A part of a picture.
export function drawn(tag, attributes = {}, ...children) {
  return made(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function made(node, attributes, children) {
  place(node, attributes);
  node.append(...children);
  return node;
}

export function place(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

export function signed(value, digits = 3) {
  const figure = Math.abs(value).toFixed(digits);
  if (Number(figure) === 0) return figure;
  return (value < 0 ? "−" : "+") + figure;
}

export function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

// Mixed scripts keep their own direction and cannot turn their surroundings round.
export function isolated(text) {
  return element("bdi", {}, text);
}
