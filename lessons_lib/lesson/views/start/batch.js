// The batch: a cell for each text, filled pass by pass as measured, in a stated slow motion.

import {
  counted, decimals, drawn, element, isCalm, setDisabled, silent,
} from "../../../classroom/widgets/elements.js";
import { labButton } from "../../../classroom/widgets/frame.js";

const TEXTS = 10_000;
const COLUMNS = 200;
const WATCHED_MS = 1500; // how long a replay lasts at least
const SLOWNESS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export function batchView(classes, say, onStart) {
  const start = labButton("", "", onStart);
  const [time, pace] = [element("span.st-time"), element("span.st-pace")];
  const seen = element("p.st-seen");
  const mosaic = mosaicView(classes);
  let frame = 0;
  let isRunning = false;
  let batch = null; // the one that is shown

  const offer = () => {
    setDisabled(start, isRunning || frame !== 0);
    const what = batch ? "them again" : `all ${counted(TEXTS)}`;
    start.textContent = isRunning ? "Reading the texts…" : `Label ${what}`;
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  const step = (began, slowness) => (now) => {
    const ms = (now - (began ??= now)) / slowness;
    const passes = batch.ends_ms.filter((end) => end <= ms).length;
    if (passes === batch.ends_ms.length) return finish(true);
    mosaic.fill(batch, passes);
    time.textContent = `${decimals(ms, 1)} ms`;
    frame = requestAnimationFrame(step(began, slowness));
  };
  const finish = (isNew) => {
    stop();
    mosaic.fill(batch, batch.ends_ms.length);
    time.textContent = batch.time;
    seen.textContent = `${batch.seen} ${batch.note}`;
    offer();
    if (isNew) say(`Done in ${batch.time}: ${mosaic.words()}. ${seen.textContent}`);
  };
  offer();
  return {
    nodes: [element("p.st-head", start, pace, time), mosaic.node, mosaic.counts, seen],
    stop,
    wait(flag) {
      isRunning = flag;
      offer();
    },
    draw(next, isNew) {
      if (!next.digits) return;
      stop();
      batch = next;
      mosaic.clear(batch.digits.length);
      const slowness = slownessOf(batch.ends_ms.at(-1));
      const isMoving = isNew && !isCalm();
      pace.textContent = isMoving && slowness > 1 ? `replayed ${slowness}× slower` : "";
      seen.textContent = "";
      if (!isMoving) return finish(isNew);
      frame = requestAnimationFrame(step(null, slowness));
      offer();
    },
  };
}

const slownessOf = (ms) =>
  SLOWNESS.find((times) => times * ms >= WATCHED_MS) ?? SLOWNESS.at(-1);

// The cells, and how many of them have each label.
function mosaicView(classes) {
  const node = drawn("svg.st-mosaic", { role: "img" });
  const counts = element("ul.st-counts");
  let found = [];
  const words = () => classes.map(({ name }, n) => `${counted(found[n])} ${name}`).join(", ");
  const clear = (total) => {
    found = classes.map(() => 0);
    counts.replaceChildren();
    node.setAttribute("viewBox", `0 0 ${COLUMNS} ${Math.ceil(total / COLUMNS)}`);
    node.replaceChildren(cells("st-open", 0, "-".repeat(total), "-"));
    node.setAttribute("aria-label", `${counted(total)} texts, none labeled yet`);
  };
  const fill = ({ digits, texts_a_pass: size }, passes) => {
    for (let pass = node.childElementCount - 1; pass < passes; pass += 1) {
      const own = digits.slice(pass * size, (pass + 1) * size);
      const paths = classes.map(({ name }, n) => cells(`st-${name}`, pass * size, own, `${n}`));
      node.append(drawn("g", paths));
      found = found.map((count, n) => count + own.split(`${n}`).length - 1);
    }
    counts.replaceChildren(...classes.map((one, n) => countView(one, found[n])));
    node.setAttribute("aria-label", `One cell per text: ${words()}`);
  };
  clear(TEXTS);
  return { node, counts, words, clear, fill };
}

function cells(kind, start, digits, digit) {
  const at = Array.from(digits, (one, n) => (one === digit ? start + n : -1));
  const corners = at.filter((n) => n >= 0).map((n) => [n % COLUMNS, Math.floor(n / COLUMNS)]);
  return drawn(`path.${kind}`, { d: corners.map((xy) => `M${xy}h1v1h-1z`).join("") });
}

const countView = ({ name, sign }, count) =>
  element("li", silent(`span.st-dot.st-${name}`, sign), element("strong", counted(count)), name);
