// A button that copies a view as a picture. What is seen is drawn onto a canvas: boxes, texts where
// the browser has put them, and drawings with their computed colors. It needs no network.

import { element, place, plainButton, silent } from "./elements.js";

/** @import { Copied, Drawer } from "./types" */

const [MARGIN, GAP, SCALE, SHOWN_MS] = [22, 12, 2, 4000];
const FAILED = "This browser couldn't draw the picture.";
const INKS =
  "fill stroke stroke-width stroke-dasharray stroke-linecap opacity visibility text-anchor " +
  "font-family font-size font-weight";
const SIDES = ["top", "right", "bottom", "left"];

/**
 * `parts` returns what to draw, from top to bottom: nodes, of which one is shown, and sentences.
 * @param {string} kind
 * @param {Copied} about
 * @param {(words: string) => void} say
 * @param {() => (Element | string)[]} parts
 */
export function copyButton(kind, { file, course }, say, parts) {
  const result = silent("span.lb-copied");
  const copy = async () => {
    const from = element("p.lb-copied", `From the course “${course}”`);
    const words = await shared(png([...parts(), from]), file).catch(() => FAILED);
    say(words);
    result.textContent = words;
    setTimeout(() => (result.textContent = ""), SHOWN_MS);
  };
  const button = plainButton(kind, "Copy as picture", copy);
  return { node: element("div.lb-actions.lb-share", button, result) };
}

/**
 * A page without a secure address, or without the focus, may not use the clipboard.
 * @type {(blob: Promise<Blob>, file: string) => Promise<string>}
 */
async function shared(blob, file) {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    return "Copied.";
  } catch {
    const href = URL.createObjectURL(await blob);
    element("a", { href, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(href), SHOWN_MS);
    return `Saved as ${file}.`;
  }
}

/** @type {(parts: (Element | string)[]) => Promise<Blob>} */
async function png(parts) {
  const nodes = parts.map((one) => (one instanceof Element ? one : element("p", one)));
  const shown = /** @type {Element} */ (nodes.find((node) => node.isConnected));
  const frame = /** @type {Element} */ (shown.closest("[role=group]"));
  const { left, width } = frame.getBoundingClientRect();
  // What is not shown has its place in the frame while it is drawn.
  const added = nodes.filter((node) => !node.isConnected);
  frame.append(...added);
  const heights = nodes.map((node) => node.getBoundingClientRect().height + GAP);
  const canvas = element("canvas");
  const height = heights.reduce((one, other) => one + other, 2 * MARGIN - GAP);
  place(canvas, { width: Math.ceil(SCALE * width), height: Math.ceil(SCALE * height) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(SCALE, SCALE);
  context.fillStyle = getComputedStyle(frame).backgroundColor;
  context.fillRect(0, 0, width, height);
  let top = MARGIN;
  /** @type {Promise<void>[]} */
  const drawings = [];
  nodes.forEach((node, at) => {
    const shift = { x: left, y: node.getBoundingClientRect().top - top };
    draw(node, { context, shift, drawings });
    top += heights[at];
  });
  added.forEach((node) => node.remove());
  await Promise.all(drawings);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(FAILED)))),
  );
}

/** @type {(node: Element, drawer: Drawer) => void} */
function draw(node, drawer) {
  const style = getComputedStyle(node);
  const isHidden = style.display === "none" || style.clipPath !== "none";
  if (isHidden || node.matches("button")) return;
  if (node instanceof SVGSVGElement) {
    drawer.drawings.push(drawSvg(node, drawer));
    return;
  }
  drawBox(node, style, drawer);
  for (const child of node.childNodes) {
    if (child instanceof Text) drawText(child, style, drawer);
    else if (child instanceof Element) draw(child, drawer);
  }
}

/** @type {(node: Element, style: CSSStyleDeclaration, drawer: Drawer) => void} */
function drawBox(node, style, { context, shift }) {
  const { left, top, width, height } = node.getBoundingClientRect();
  const [x, y] = [left - shift.x, top - shift.y];
  context.beginPath();
  context.roundRect(x, y, width, height, parseFloat(style.borderTopLeftRadius) || 0);
  context.fillStyle = style.backgroundColor;
  context.fill();
  const ring = style.boxShadow.match(/^(.*\)) .* ([\d.]+)px inset$/); // the outline of a chip
  if (ring) {
    [context.strokeStyle, context.lineWidth] = [ring[1], Number(ring[2])];
    context.stroke();
  }
  const wide = SIDES.map((side) => parseFloat(style.getPropertyValue(`border-${side}-width`)));
  const [above, right, below, before] = wide;
  const strips = [
    [x, y, width, above],
    [x + width - right, y, right, height],
    [x, y + height - below, width, below],
    [x, y, before, height],
  ];
  strips.forEach(([...strip], side) => {
    context.fillStyle = style.getPropertyValue(`border-${SIDES[side]}-color`);
    context.fillRect(strip[0], strip[1], strip[2], strip[3]);
  });
}

/**
 * Word by word, and a word that is broken into lines letter by letter.
 * @type {(text: Text, style: CSSStyleDeclaration, drawer: Drawer) => void}
 */
function drawText(text, style, { context, shift }) {
  const range = document.createRange();
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  /** @type {(words: RegExp, from: number, within: string) => void} */
  const write = (words, from, within) => {
    for (const { 0: word, index } of within.matchAll(words)) {
      range.setStart(text, from + index);
      range.setEnd(text, from + index + word.length);
      if (range.getClientRects().length > 1 && word.length > 1) write(/./gu, from + index, word);
      else {
        const { left, top, height } = range.getBoundingClientRect();
        const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } =
          context.measureText(word);
        context.fillText(word, left - shift.x, top - shift.y + (height + up - down) / 2);
      }
    }
  };
  write(/\S+/g, 0, text.data);
}

/** @type {(node: SVGSVGElement, drawer: Drawer) => Promise<void>} */
async function drawSvg(node, { context, shift }) {
  const { left, top, width, height } = node.getBoundingClientRect();
  const copy = /** @type {SVGSVGElement} */ (node.cloneNode(true));
  const copies = copy.querySelectorAll("*");
  node.querySelectorAll("*").forEach((one, at) => {
    const style = getComputedStyle(one);
    const inks = INKS.split(" ").map((name) => `${name}:${style.getPropertyValue(name)}`);
    copies[at].setAttribute("style", inks.join(";"));
  });
  place(copy, { width, height });
  const image = new Image();
  const source = new XMLSerializer().serializeToString(copy);
  image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
  await image.decode();
  context.drawImage(image, left - shift.x, top - shift.y, width, height);
}
