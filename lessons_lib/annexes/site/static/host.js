// Draws the cards of a page, passes on what the learner does, and shows what Python replies.

import { element } from "../../../classroom/widgets/elements.js";
import { embedded, tellHeight } from "./embed.js";
import { cardModel } from "./model.js";
import { pythonLine } from "./python.js";
import { recordControls } from "./record.js";
import { savedStates } from "./saved.js";
import { withRecord } from "./store.js";
import { tablePage } from "./tables.js";

/** @import { CardState, Page, PlaceData, Reply } from "./types" */
/** @import { Action } from "../../../classroom/widgets/types" */

const BUILD = "@build@"; // filled in when the site is built
const COURSE = "@course@";
const FRONT = "@front@"; // the notebook whose page is the front page
const root = new URL("../", import.meta.url);
const files = new URL("_static/", root);
const host = {
  waiting: "Python is starting in this page, which takes a few seconds. Your input is kept.",
};
const manager = {
  /** @type {(file: string, fragment?: string) => string} */
  address(file, fragment = "") {
    const name = file.replace(/\.(ipynb|md)$/, "");
    const page = new URL(`${name === FRONT ? "index" : name}.html`, root);
    return page.href + fragment.replace("#cell-id=", "#");
  },
};
const READING = "Your answers are being read, which takes a few seconds.";
const UNREAD = "Your answers cannot be read in this browser";
const states = savedStates(BUILD, COURSE + root.pathname); // another copy has its own
const line = pythonLine(new URL("@worker.js@", files), COURSE, (problem) =>
  places.forEach((place) => place.problem(problem)),
);
/** @type {Map<string, ReturnType<typeof placeOf>>} */
const places = new Map();
const nearScreen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting)
        places.get(/** @type {HTMLElement} */ (target).dataset.place ?? "")?.open();
  },
  { rootMargin: "600px" },
);

/**
 * Shows what has changed. Now that Python answers, cards that show the record need not be near.
 * @param {Reply} reply
 */
function show({ pages }) {
  for (const [name, page] of Object.entries(pages)) places.get(name)?.update(page);
  [...places.values()].find((place) => place.isBehind())?.open();
}

/**
 * @param {HTMLElement} node
 * @param {PlaceData} data
 */
function placeOf(node, data) {
  const { name, show: call, arguments: values, needs, table } = data;
  const message = element("p.lessons-problem", { role: "status" });
  const about = { place: name, show: call, arguments: values, needs };
  const ask = (/** @type {object} */ message) => {
    const sent = JSON.stringify(message);
    if (sent === waits) return; // a double click
    [isOpen, waits] = [true, sent];
    line
      .ask({ do: "open", ...about, ...message })
      .finally(() => (waits = ""))
      .then(show, (error) => place.problem(error.message, "This did not work"));
  };
  let [isOpen, waits] = [false, ""];
  const saved = data.keeps && states.read(name);
  const model = cardModel(withFigures(saved || data.state), {
    host,
    manager,
    send: (action) => place.send(action),
  });
  /** Unfolds what a cell printed, once its guess is compared with it. */
  const reveal = () => {
    const { compared, without } = model.get("page");
    if (compared || without) node.previousElementSibling?.setAttribute("open", "");
  };
  let end = () => {};
  const el = element("div.lessons-card");
  const isProgress = data.show === "progress";
  const place = {
    name,
    send(/** @type {Action} */ content) {
      if (table) tablePage(new URL(table, files), content).then(model.show);
      else ask({ do: "send", content });
    },
    look() {
      node.scrollIntoView({ block: "center" });
      /** @type {HTMLElement | null} */ (node.querySelector("input, button"))?.focus();
    },
    async draw() {
      const style = sheet(new URL(data.card.style, files).href);
      const { default: card } = await import(new URL(data.card.script, files).href);
      await style;
      const isToCome = isProgress || (data.keeps && !saved);
      const { count, fault } = isToCome ? await stored : NONE;
      if (fault && isProgress) {
        places.delete(name);
        node.replaceChildren(element("p.lessons-problem", `${UNREAD}: ${fault}.`));
        return;
      }
      if (count && !saved) message.textContent = READING;
      el.hidden = isProgress && !!message.textContent; // it would deny them
      node.replaceChildren(el, message);
      end = card.render({ model, el }) ?? end;
      reveal();
      if (!table) nearScreen.observe(node);
    },
    open: () => isOpen || ask({}),
    isBehind: () => data.keeps && !isOpen,
    again: () => ask({ isNew: true }),
    end: () => end(),
    /** @param {Page} page */
    update(page) {
      model.show(withFigures({ about: {}, page }).page);
      message.hidden = true;
      el.hidden = false;
      if (data.keeps) states.write(name, withoutReply(model.state()));
      reveal();
    },
    /** @param {string} words */
    problem(words, begin = "Python could not start") {
      if (!isOpen || table) return;
      message.hidden = !words;
      if (!words) return;
      node.querySelector(".lessons-card [role=note]")?.setAttribute("hidden", ""); // "starting"
      const again = element("button", { type: "button", onclick: line.start }, "Try again");
      message.replaceChildren(`${begin}: ${words}. `, again);
    },
  };
  return place;
}

/** Cards that were used in another tab; the record has more than they show here. */
const elsewhere = new Set();
/** How many events there are; a card without a saved state denies them until Python reads them. */
const NONE = { count: 0, fault: "" };
let stored = Promise.resolve(NONE);
function catchUp() {
  if (document.hidden) return;
  for (const name of elsewhere) places.get(name)?.again();
  elsewhere.clear();
}

/**
 * Follows the buttons that lead from a guess to its result and back, as in a notebook.
 * @param {MouseEvent} event
 */
function lead({ target }) {
  const button = target instanceof Element && target.closest("[data-commandlinker-command]");
  if (!(button instanceof HTMLElement)) return;
  const { commandlinkerCommand: command, commandlinkerArgs: about = "{}" } = button.dataset;
  const { guess, card = "outcome" } = JSON.parse(about);
  const place = [...places.values()].find(({ name }) => `${name} `.startsWith(`${card} ${guess} `));
  if (command === "lessons:show-result") place?.send({ do: "show" });
  place?.look();
}

/**
 * The page has the figures of a stored measurement, so the cards of its guess show them from there.
 * @type {(state: CardState) => CardState}
 */
function withFigures({ about, page }) {
  if (!page.compared || !page.pictures) return { about, page };
  const places = [...document.querySelectorAll(".lessons-result + .lessons-place")];
  const own = places.find((one) =>
    `${one.getAttribute("data-place")} `.startsWith(`outcome ${page.id} `),
  );
  const images = [...(own?.previousElementSibling?.querySelectorAll("img") ?? [])];
  const pictures = images.map(({ src, alt, width }) => ({ src, alt, width: String(width) }));
  return { about, page: { ...page, pictures } };
}

/** What was just said about an action is not said again when the page is opened next time. */
const withoutReply = (/** @type {CardState} */ { about, page }) => {
  const reply = typeof page.reply === "string" ? "" : { what: "", text: "" };
  const kept = page.pictures ? { ...page, pictures: [] } : page; // the page has them
  return { about, page: page.reply ? { ...kept, reply } : kept };
};

/**
 * Adds a style sheet to the page, once; resolves when it is there.
 * @param {string} href
 */
function sheet(href) {
  if (document.querySelector(`link[href="${href}"]`)) return undefined;
  return new Promise((resolve) => {
    const about = { rel: "stylesheet", href, onload: resolve, onerror: resolve };
    document.head.append(element("link", about));
  });
}

/** Draws what the page holds; the cards of the page before are forgotten. */
async function begin() {
  const embed = document.querySelector("#lessons-embed");
  if (embed instanceof HTMLElement) {
    tellHeight();
    const response = await fetch(new URL("@embed.json@", files));
    embedded(embed, await response.json());
  }
  stored = withRecord(COURSE, (record) => record.count()).then(
    (count) => ({ count, fault: "" }),
    (error) => ({ count: 0, fault: error.message || error.name }),
  );
  nearScreen.disconnect();
  places.forEach((place) => place.end());
  line.tell({ do: "close" });
  places.clear();
  /** @type {[HTMLElement, PlaceData][]} */
  const found = [];
  for (const node of document.querySelectorAll(".lessons-place")) {
    const source = node.querySelector("script[type='application/json']");
    if (!(node instanceof HTMLElement) || !source) continue; // it needs a computer
    const data = JSON.parse(source.textContent);
    node.dataset.place = data.name;
    found.push([node, data]);
  }
  for (const [node, data] of found) places.set(data.name, placeOf(node, data));
  const drawn = [...places.values()].map((place) => place.draw());
  recordControls(document, { line, states, course: COURSE });
  await Promise.all(drawn);
  // Cards that are alive are higher: what the address leads to has moved down.
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

navigator.serviceWorker?.register(new URL("sw.js", root)).catch(() => {}); // then it works online
document.addEventListener("click", lead);
document.addEventListener("visibilitychange", catchUp);
addEventListener("storage", ({ key }) => elsewhere.add(states.nameOf(key)));
document.addEventListener("turbo:load", begin);
if (!("Turbo" in window)) begin();
