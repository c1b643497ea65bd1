// Elements and figures. Whatever a learner types becomes text nodes and attributes, never markup.

// JupyterLab's one-key commands (a, b, dd ...) leave an element alone that carries this attribute.
const KEYS_STAY_HERE = { "data-lm-suppress-shortcuts": "true" };

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function signed(value, digits = 3) {
  const figure = Math.abs(value).toFixed(digits);
  if (Number(figure) === 0) return figure;
  return (value < 0 ? "−" : "+") + figure;
}

function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

// Mixed scripts keep their own direction and cannot turn their surroundings round.
function isolated(text) {
  return element("bdi", {}, text);
}
