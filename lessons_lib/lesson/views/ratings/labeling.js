// Labeling: a text, a key for each label, and the crowd's label beside the learner's own.

import { element, focusedIn, place, plainButton } from "../../../classroom/widgets/elements.js";
import { setDisabled, silent } from "../../../classroom/widgets/elements.js";
import { labButton, labFrame } from "../../../classroom/widgets/frame.js";

/** @import { Labeling } from "../types" */
/** @import { Draw, Widget } from "../../../classroom/widgets/types" */

const KEYS = ["1-−", "20", "3+="]; // of each label; a plus may need Shift
const HOW = "Or press − 0 +, or 1 2 3.";

/** @param {Widget<Labeling>} widget */
function render(widget) {
  const { title, lead, note, classes } = widget.model.get("about");
  const frame = labFrame(widget, "labeling", title, lead);
  const text = element("blockquote.rt-text", { dir: "auto", tabindex: -1 });
  const [said, score] = [element("p.rt-said"), element("p.rt-score")];
  let number = 0;
  let isLabeled = false;
  const keys = classes.map(({ name, sign }) => {
    const whose = element("small");
    const words = [silent("span.rt-sign", sign), name, whose];
    const node = plainButton(`lb-button.rt-key.rt-${name}`, words, () => give(name));
    return { name, node, whose };
  });
  const next = labButton("Next text", "lb-main", () => frame.line.send({ do: "next", number }));
  /** @param {string} label */
  const give = (label) => frame.line.send({ do: "label", number, label });
  /** @param {KeyboardEvent} event */
  const onkeydown = (event) => {
    const at = KEYS.findIndex((some) => some.includes(event.key));
    if (at < 0 || isLabeled || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    give(classes[at].name);
  };
  /** @type {Draw<Labeling["page"]>} */
  const draw = (page, isReply) => {
    const isUsed = isReply && round.contains(focusedIn(round));
    [number, isLabeled] = [page.number, page.mine !== ""];
    text.textContent = page.text;
    for (const { name, node, whose } of keys) {
      const who = [name === page.mine && "you", name === page.crowd && "crowd"];
      whose.textContent = who.filter(Boolean).join(" and ");
      node.classList.toggle("rt-on", whose.textContent !== "");
      setDisabled(node, isLabeled);
    }
    const verdict =
      page.mine === page.crowd ? "The crowd agrees." : `The crowd says ${page.crowd}.`;
    said.textContent = isLabeled ? `${verdict} The mean rating is ${page.rating}.` : HOW;
    const { agreed, labeled, streak } = page;
    const row = streak > 1 ? `, streak ${streak}` : "";
    score.textContent = labeled ? `${agreed} of ${labeled} as the crowd${row}` : "";
    place(next, { hidden: isLabeled ? null : "" });
    frame.notice([]);
    if (isUsed) (isLabeled ? next : text).focus({ preventScroll: true });
    if (isReply) frame.say(isLabeled ? `${said.textContent} ${score.textContent}.` : page.text);
  };
  const foot = element("div.rt-foot", said, next);
  const row = element("div.rt-keys", { role: "group", "aria-label": "Your label" });
  row.append(...keys.map(({ node }) => node));
  const round = element("div.rt-round", { onkeydown }, score, text, row, foot);
  frame.setNote(note);
  return frame.show([round], draw);
}

export default { render };
