// A card of the site in a page of anyone's book: a module for MyST's directive {anywidget}.

import { element } from "../../../classroom/widgets/elements.js";

/** @import { Widget } from "../../../classroom/widgets/types" */
/** @import { BookOptions } from "./types" */

/**
 * Shows the card in a frame as high as the card, or a sentence about what is wrong.
 * @param {Widget<BookOptions>} widget
 */
function render({ model, el }) {
  const [site, card] = [siteOf(model.get("site")), model.get("card")];
  if (!site || typeof card !== "string" || !card) {
    el.replaceChildren(element("p", site ? NO_CARD : NO_SITE));
    return undefined;
  }
  const address = new URL(`embed.html?${card}`, site);
  const title = model.get("title") || `Interactive card (${card.replace(/[=&]/g, " ")})`;
  const frame = element("iframe", { src: address.href, title, loading: "lazy" });
  Object.assign(frame.style, { display: "block", width: "100%", height: "400px", border: "0" });
  const fit = (/** @type {MessageEvent} */ { source, origin, data }) => {
    const isOurs = source === frame.contentWindow && origin === address.origin;
    if (isOurs && data?.type === "lessons:height" && Number.isFinite(data.height))
      frame.style.height = `${data.height}px`;
  };
  addEventListener("message", fit);
  el.replaceChildren(frame);
  return () => removeEventListener("message", fit);
}

const NO_CARD = 'This card needs the option "card", for example "quiz=06" or "practice".';
const NO_SITE =
  'This card needs the option "site": the address of the folder with the lessons’ pages, ' +
  'for example "https://example.org/lessons".';

/**
 * Returns the site's address. A module that still has its own name lies in the site; MyST copies it
 * into the book under another one.
 * @param {unknown} given
 */
function siteOf(given) {
  const isInSite = new URL(import.meta.url).pathname.endsWith("/lessons-card.mjs");
  const own = isInSite ? import.meta.url : "";
  const site = typeof given === "string" && given ? `${given.replace(/\/*$/, "")}/` : own;
  return URL.canParse(site) && /^https?:/.test(site) ? site : "";
}

export default { render };
