// The lab book: a guess enables the measurement; both are saved and compared.

import {
  cells, element, plural, rowHead, scrolled, tableOf,
} from "../../../classroom/widgets/elements.js";
import { entryForm } from "../../../classroom/widgets/explore/entry.js";
import { labFrame } from "../../../classroom/widgets/frame.js";

const LEAD = "Guess first, then measure. A wrong guess teaches more than a right one.";

function render(widget) {
  const { model } = widget;
  const frame = labFrame(widget, "book", "Lab book", LEAD);
  const blocks = model.get("page").experiments.map((one, number) =>
    experimentView(one, `${frame.identity}-${number}`, frame.line.send),
  );
  const table = roundsView();
  let serial = 0;
  const update = () => {
    const page = model.get("page");
    frame.line.replied();
    frame.notice(page.notices);
    frame.setNote(page.note);
    const next = page.experiments.findIndex(({ result }) => !result);
    page.experiments.forEach((one, number) =>
      blocks[number].draw(one, page.measuring, number === next),
    );
    table.draw(page.rows, page.left_out);
    if (serial && page.serial !== serial) frame.say(page.status);
    serial = page.serial;
  };
  const list = element("ol.bk-list", blocks.map((block) => block.node));
  const end = () => blocks.forEach((block) => block.leave());
  return frame.show([list, table.node], { page: update }, end);
}

function experimentView({ id, question, control }, identity, send) {
  let [isMine, isOther, endCount] = [false, false, () => {}];
  const entry = entryForm(control, identity, "Measure", (guess) =>
    send(isMine ? { do: "stop", experiment: id } : { do: "measure", experiment: id, guess }),
  );
  const { button } = entry;
  const result = element("p.bk-result");
  const explain = element("p.bk-explain");
  const head = element("h3.bk-question", question);
  return {
    node: element("li.bk-item", { "data-experiment": id }, head, entry.node, result, explain),
    draw(one, measuring, isNext) {
      const wasMine = isMine;
      isMine = measuring === id;
      isOther = Boolean(measuring) && !isMine;
      if (isMine && !wasMine) endCount = countSeconds(button);
      if (wasMine && !isMine) endCount();
      if (wasMine && !isMine && !one.problem) entry.show("");
      entry.problem(one.problem);
      result.textContent = one.result;
      explain.textContent = one.result && one.explain;
      button.classList.toggle("lb-main", isNext && !isMine);
      if (!isMine) entry.name(one.result ? "Measure again" : "Measure");
      entry.hold({ isBusy: isMine, isOff: isOther });
    },
    leave: () => endCount(),
  };
}

// While a measurement runs, its button stops it and counts the seconds.
// Returns a function that ends the count.
function countSeconds(button) {
  const began = Date.now();
  const show = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    button.textContent = `Stop (measuring, ${seconds} s)`;
  };
  const timer = setInterval(show, 1000);
  show();
  return () => clearInterval(timer);
}

function roundsView() {
  const heads = ["question", "your guess", "measured", "your guess was"];
  const table = tableOf("bk-rounds", "", heads);
  const node = scrolled("bk-scroll", "Your rounds", table.node);
  return {
    node,
    draw(rows, leftOut) {
      node.hidden = !rows.length;
      table.caption.textContent = leftOut
        ? `Your last ${rows.length} rounds; ${plural(leftOut, "earlier round")} not shown`
        : "Your rounds so far";
      table.draw(rows.map(roundRow));
    },
  };
}

function roundRow({ question, guess, measured, factor, time }) {
  const words = new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const when = element("time.bk-when", { datetime: time }, words);
  return element("tr", rowHead(question, when), cells([guess, measured, factor]));
}

export default { render };
