// Three questions, and the mode that fits. The kernel gave all proposals, and keeps the answers.

import { courseLink } from "../course_link.js";
import { element, KEYS_STAY_HERE, plural } from "../elements.js";
import { labFrame } from "../frame.js";
import { kernelLine } from "../kernel_line.js";

function render({ model, el }) {
  const frame = labFrame("mode-finder", "Not sure?", "Three short questions, and one proposal. It is only advice: every mode is open.");
  const line = kernelLine(model, () => frame.notice(["Your answers are not kept at the moment: the kernel does not reply. The proposal holds all the same."]));
  const { questions, proposals } = model.get("page");
  const wish = { ...model.get("page").wish };
  let sent = ""; // the answers that the kernel has not confirmed yet
  const answer = (field, name) => {
    wish[field] = name;
    sent = inOrder(wish, questions);
    line.send({ ...wish });
    propose(true);
  };
  const groups = questions.map((one) => questionView(one, frame.identity, (name) => answer(one.field, name)));
  const proposal = element("div", { class: "mf-proposal" });
  let shown = null;
  const propose = (isNew) => {
    const answers = inOrder(wish, questions);
    const found = proposals[answers];
    if (answers !== shown) {
      // Only when it changes: a link that is replaced loses the focus.
      shown = answers;
      proposal.hidden = !found;
      proposal.replaceChildren(...(found ? proposalNodes(found, model.widget_manager) : []));
    }
    if (isNew) frame.say(found ? `We propose ${found.title}. ${found.reason}` : stillOpen(questions, wish));
  };
  const update = () => {
    const page = model.get("page");
    if (sent && sent !== inOrder(page.wish, questions)) return; // an echo of answers before these
    sent = "";
    line.heard();
    frame.notice(page.notices);
    frame.setNote("");
    Object.assign(wish, page.wish);
    for (const group of groups) group.draw(wish);
    propose(false);
  };
  frame.body.append(element("div", { class: "mf-questions" }, ...groups.map((group) => group.node)), proposal);
  model.on("change:page", update);
  el.append(frame.root);
  update();
  return () => {
    line.heard();
    model.off("change:page", update);
  };
}

function inOrder(wish, questions) {
  return questions.map(({ field }) => wish[field]).join(" ");
}

function stillOpen(questions, wish) {
  return `${plural(questions.filter(({ field }) => !wish[field]).length, "question")} left.`;
}

function questionView({ field, text, answers }, identity, onAnswer) {
  const choices = Object.entries(answers).map(([name, words]) => {
    const radio = element("input", { ...KEYS_STAY_HERE, type: "radio", name: `${identity}-${field}`, value: name });
    radio.addEventListener("change", () => onAnswer(name));
    return { name, radio, node: element("label", { class: "mf-answer" }, radio, element("span", {}, words)) };
  });
  return {
    node: element("fieldset", { class: "mf-question" }, element("legend", {}, text), ...choices.map(({ node }) => node)),
    draw(wish) {
      for (const { name, radio } of choices) radio.checked = wish[field] === name;
    },
  };
}

function proposalNodes(found, manager) {
  const link = courseLink(element("a", { ...KEYS_STAY_HERE }, found.title), found, manager);
  return [
    element("p", { class: "mf-mode" }, link, element("span", { class: "mf-minutes" }, ` ${found.minutes} min`)),
    element("p", {}, found.reason),
    element("p", { class: "mf-start" }, found.start),
  ];
}

export default { render };
