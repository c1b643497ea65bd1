"""For all actions in any order, nothing is sent before it is earned."""

import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.quiz.card import show_practice, show_quiz, show_test
from tests.classroom.sessions.small_bank import SECRETS, SMALL_BANK
from tests.classroom.widgets.pretend_browser import act

SHOW = {
    "quiz": lambda bank, log: show_quiz("01", bank=bank, log=log),
    "silent quiz": lambda bank, log: show_quiz("02", bank=bank, log=log),
    "practice": lambda bank, log: show_practice(bank=bank, log=log, seed=lambda: 0),
    "test": lambda bank, log: show_test(bank=bank, log=log, seed=lambda: 0),
}
letters = st.lists(st.sampled_from(["A", "B", "C", "D", "Z"]), max_size=4)
numbers = st.sampled_from(["", "20", "19 ms", "1e400", "x", "\ud800"])
verbs = st.sampled_from(
    ["answer"] * 5
    + ["hint", "solution", "next", "next", "back", "go", "review"]
    + ["start", "end", "five", "endless"]
)
actions = st.fixed_dictionaries(
    {"do": verbs, "letters": letters, "number": numbers, "to": st.integers(1, 12)}
)


class Earned:
    """What a learner has earned for each question, by the published rules."""

    def __init__(self) -> None:
        self.attempts: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        self.hints: defaultdict[str, int] = defaultdict(int)
        self.opened: set[str] = set()

    def watch(self, before: dict[str, Any], action: dict[str, Any], after: dict[str, Any]) -> None:
        name = before.get("question", {}).get("id")
        if name is None or action["do"] not in ("answer", "hint", "solution"):
            return
        if action["do"] == "answer" and after["reply"]["what"] == "verdict":
            self.attempts[name].append(tuple(action["letters"]) or (action["number"],))
        elif action["do"] == "hint":
            self.hints[name] += 1
        elif action["do"] == "solution" and self.attempts[name]:
            self.opened.add(name)


@pytest.mark.parametrize("kind", ["quiz", "practice"])
@given(steps=st.lists(actions, max_size=25))
@settings(max_examples=60, deadline=None)
def test_no_key_feedback_hint_or_solution_is_sent_before_it_is_earned(
    kind: str, steps: list[dict[str, Any]]
) -> None:
    card = SHOW[kind](SMALL_BANK, InMemoryLog())
    earned, turns = Earned(), card.page.get("turn")
    for step in steps:
        before = card.page
        act(card, **step)
        if kind == "practice" and card.page.get("turn") != turns:
            earned, turns = Earned(), card.page.get("turn")  # a new turn starts from zero
        earned.watch(before, step, card.page)
        # The five questions keep what was earned before; the quiz covers such returns.
        if "question" in card.page and not card.page["turn"].startswith("practice-"):
            check(card.page, earned)


def check(page: dict[str, Any], earned: Earned) -> None:
    """Compare a question's page with what was earned."""
    question = page["question"]
    name, text = question["id"], json.dumps(page)
    assert (f"step-{name}" in text) == (name in earned.opened)
    assert len(question["hints_html"]) == min(earned.hints[name], 2)
    given = question["given"]["letters"]
    for letter in "ABCD":
        assert (f"why-{letter}-{name}" in text) == (letter in given)
    if question["key"] is not None:
        assert question["standing"] == "right" or name in earned.opened


@pytest.mark.parametrize("kind", ["silent quiz", "test"])
@given(steps=st.lists(actions, max_size=25))
@settings(max_examples=60, deadline=None)
def test_without_feedback_nothing_is_revealed_before_the_end(
    kind: str, steps: list[dict[str, Any]]
) -> None:
    card = SHOW[kind](SMALL_BANK, InMemoryLog())
    for step in steps:
        act(card, **step)
        if card.page["view"] == "result":
            return
        text = json.dumps(card.page)
        assert not [secret for secret in SECRETS if secret in text]
        assert card.page.get("question", {}).get("key") is None
        assert set(card.page.get("standings", [])) <= {"open", "answered"}


@pytest.mark.parametrize("kind", SHOW)
@given(steps=st.lists(actions, max_size=15))
@settings(max_examples=30, deadline=None)
def test_a_new_card_restores_the_old_one(kind: str, steps: list[dict[str, Any]]) -> None:
    log = InMemoryLog()
    card = SHOW[kind](SMALL_BANK, log)
    for step in steps:
        act(card, **step)
    if card.page["view"] != "question" or card.page["question"]["is_over"]:
        return  # reviews are not restored
    restored = SHOW[kind](SMALL_BANK, log)
    transient = {"reply": ""}
    assert restored.page | transient == card.page | transient


@given(
    message=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | verbs, inner),
        max_leaves=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_forged_messages_change_nothing(message: object) -> None:
    card = show_quiz("01", bank=SMALL_BANK, log=InMemoryLog())
    before = card.page
    card._handle_custom_msg(message, [])
    assert card.page == before
