// Four texts share two seats, both ways side by side: played in slow motion, and each can be left.

import { element, isCalm, isolated, setDisabled } from "../../../classroom/widgets/elements.js";
import { controlView } from "../../../classroom/widgets/explore/controls.js";
import { labButton, labFrame } from "../../../classroom/widgets/frame.js";
import { everyFrame } from "../slow_motion.js";
import { seatsOf } from "./seats.js";

/** @import { Streams } from "../types" */
/** @import { Card, Widget } from "../../../classroom/widgets/types" */

const WAYS = ["Static batch", "Continuous batch"];
const PACES = ["20 times", "100 times", "300 times"];
const LEAD = "All four arrived at the same time. Watch both ways, then stop a text halfway.";

/** @param {Widget<Card<Streams, object>>} widget */
function render(widget) {
  const about = widget.model.get("about");
  const frame = labFrame(widget, "streams", about.title, LEAD);
  const pace = controlView(
    { kind: "choice", label: "Slower by", options: PACES, value: PACES[1] },
    `${frame.identity}-pace`,
    () => {},
  );
  const texts = about.texts.map((text, number) => textView(text, () => leave(number)));
  const seen = element("p.wr-seen");
  const start = labButton("Start", "lb-main", () => (stop ? pause() : play()));
  /** @type {ReturnType<typeof seatsOf>[]} */
  let ways = [];
  /** @type {(() => void) | null} */
  let stop = null;
  let now = 0;

  const draw = () => texts.forEach((text, number) => text.draw(ways, number));
  const begin = () => {
    ways = [seatsOf(about, true), seatsOf(about, false)];
    seen.textContent = "";
  };
  const finish = () => {
    stop = null;
    now = 0;
    start.textContent = "Watch it again";
    seen.textContent = summary(ways);
    frame.say(seen.textContent);
  };
  const advance = () => {
    const isGoing = ways.map((way) => way.until(now)).some(Boolean);
    draw();
    if (!isGoing) finish();
    return isGoing;
  };
  const play = () => {
    if (!now) begin();
    start.textContent = "Pause";
    const slowness = Number.parseInt(String(pace.read()), 10);
    if (isCalm()) now = Number.MAX_VALUE;
    stop = everyFrame((seconds) => {
      now += (1000 * seconds) / slowness;
      return advance();
    });
  };
  const pause = () => {
    stop?.();
    stop = null;
    start.textContent = "Continue";
  };
  /** @param {number} text */
  const leave = (text) => {
    ways.forEach((way) => way.isOver(text) || way.leave(text));
    draw();
  };
  begin();
  frame.setNote(about.note);
  const rows = texts.map(({ node }) => node);
  const top = element("div.wr-controls", pace.node, element("div.lb-actions", start));
  const nodes = [top, element("div.wr-rows", rows), seen];
  return frame.show(nodes, draw, () => stop?.());
}

/**
 * @param {Streams["texts"][number]} text
 * @param {() => void} onStop
 */
function textView({ mood, first, shown }, onStop) {
  const button = labButton("Stop", "wr-stop", onStop);
  button.setAttribute("aria-label", `Stop “${first}”`);
  const cells = WAYS.map((way) => {
    const state = element("small");
    const words = element("p", { dir: "auto" });
    return { state, words, node: element("div.wr-way", element("strong", way), state, words) };
  });
  const parts = cells.map(({ node }) => node);
  const title = element("p.wr-title", isolated(`${first} …`), element("small", mood));
  return {
    node: element("div.wr-row", element("div.wr-head", title, button), parts),
    /**
     * @param {ReturnType<typeof seatsOf>[]} ways
     * @param {number} number
     */
    draw(ways, number) {
      cells.forEach(({ state, words, node }, place) => {
        const way = ways[place];
        const { seat, tokens, firstMs, hasLeft } = way.texts[number];
        words.textContent = tokens ? shown[tokens - 1] : "";
        const since = tokens ? `seat ${seat}, first token after ${firstMs.toFixed(0)} ms` : "";
        const how = hasLeft ? "stopped" : way.isWaiting(number) ? "waiting for a seat" : since;
        if (state.textContent !== how) state.textContent = how;
        node.classList.toggle("wr-over", way.isOver(number));
      });
      const isOver = ways.every((way) => way.isOver(number));
      setDisabled(button, isOver);
    },
  };
}

/** @param {ReturnType<typeof seatsOf>[]} ways */
function summary(ways) {
  const [waited, sooner] = ways.map(({ texts }) => {
    const begun = texts.filter(({ tokens }) => tokens);
    return begun.reduce((sum, { firstMs }) => sum + firstMs, 0) / Math.max(1, begun.length);
  });
  const [first, last] = ways.map(({ texts }) => Math.max(...texts.map(({ lastMs }) => lastMs)));
  return (
    `On average, the first token came after ${waited.toFixed(0)} ms in the static batch, and ` +
    `after ${sooner.toFixed(0)} ms in the continuous one. All texts had ended after ` +
    `${first.toFixed(0)} and ${last.toFixed(0)} ms.`
  );
}

export default { render };
