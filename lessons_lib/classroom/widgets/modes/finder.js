// A few questions and a fitting mode. The kernel sends all proposals, and saves the answers.

import { courseLink } from "../course_link.js";
import { element, plural } from "../elements.js";
import { labFrame } from "../frame.js";

const LEAD = "Answer a few short questions to get a suggestion. You can still choose any mode.";
const NOT_KEPT =
  "The kernel isn't responding, so your answers are not being saved. " +
  "The suggestion is still valid.";

function render(widget) {
  const { model } = widget;
  const notKept = () => frame.notice([NOT_KEPT]);
  const frame = labFrame(widget, "mode-finder", "Not sure?", LEAD, notKept);
  const { questions, proposals } = model.get("page");
  const wish = { ...model.get("page").wish };
  let sent = ""; // the answers that the kernel has not confirmed yet
  const groups = questions.map((one) =>
    questionView(one, frame.identity, (name) => {
      wish[one.field] = name;
      sent = inOrder(wish, questions);
      frame.line.send({ ...wish });
      propose(true);
    }),
  );
  const proposal = element("div.mf-proposal");
  let shown = null;
  const propose = (isNew) => {
    const answers = inOrder(wish, questions);
    const found = proposals[answers];
    if (answers !== shown) {
      // Only if it changed, because a replaced link loses the focus.
      shown = answers;
      proposal.hidden = !found;
      proposal.replaceChildren(...(found ? proposalNodes(found, model.widget_manager) : []));
    }
    if (!isNew) return;
    frame.say(found ? `We suggest ${found.title}. ${found.reason}` : stillOpen(questions, wish));
  };
  const update = () => {
    const page = model.get("page");
    if (sent && sent !== inOrder(page.wish, questions)) return; // an echo of earlier answers
    sent = "";
    frame.line.replied();
    frame.notice(page.notices);
    frame.setNote("");
    Object.assign(wish, page.wish);
    for (const group of groups) group.draw(wish);
    propose(false);
  };
  const asked = element("div.mf-questions", groups.map((group) => group.node));
  return frame.show([asked, proposal], { page: update });
}

const inOrder = (wish, questions) => questions.map(({ field }) => wish[field]).join(" ");

function stillOpen(questions, wish) {
  return `${plural(questions.filter(({ field }) => !wish[field]).length, "question")} left.`;
}

function questionView({ field, text, answers }, identity, onAnswer) {
  const radios = Object.keys(answers).map((value) => {
    const onchange = () => onAnswer(value);
    return element("input", { type: "radio", name: `${identity}-${field}`, value, onchange });
  });
  const labels = radios.map((radio) =>
    element("label.mf-answer", radio, element("span", answers[radio.value])),
  );
  return {
    node: element("fieldset.mf-question", element("legend", text), labels),
    draw(wish) {
      for (const radio of radios) radio.checked = wish[field] === radio.value;
    },
  };
}

function proposalNodes(found, manager) {
  const link = courseLink(element("a", found.title), found, manager);
  return [
    element("p.mf-mode", link, element("span.mf-minutes", ` ${found.minutes} min`)),
    element("p", found.reason),
    element("p.mf-start", found.start),
  ];
}

export default { render };
