"""The quiz card as a widget: its repr, its errors, and the state it sends."""

from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.quiz.card import show_quiz
from tests.classroom.sessions.small_bank import SECRETS, SMALL_BANK
from tests.classroom.widgets.pretend_browser import act
from tests.support.imports import modules_after


def test_arguments_of_a_wrong_type_are_rejected() -> None:
    with pytest.raises(TypeError, match=r"takes a quiz's name \(str\), got int"):
        show_quiz(6, bank=SMALL_BANK)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"takes figures by name \(dict\), got list"):
        show_quiz("01", figures=[1.0], bank=SMALL_BANK)  # type: ignore[arg-type]


def test_a_place_without_questions_is_rejected() -> None:
    quiz = SMALL_BANK.quiz("01")
    first, *others = quiz.questions
    sections = (structs.replace(first, place="shapes"), *others)
    bank = QuizBank((structs.replace(quiz, questions=sections),))
    assert show_quiz("01", "shapes", bank=bank, log=InMemoryLog()).page["of"] == 1
    assert show_quiz("01", bank=bank, log=InMemoryLog()).page["of"] == 2
    with pytest.raises(ValueError, match=r"no questions at place 'shape'. Did you mean 'shapes'\?"):
        show_quiz("01", "shape", bank=bank)


def test_the_card_shows_the_problem_of_a_broken_bank(tmp_path: Path) -> None:
    (tmp_path / "05_broken.yaml").write_text("quiz: 05_broken\ntitle: Broken\nquestions: []\n")
    card = show_quiz("05", bank=load_bank(tmp_path), log=InMemoryLog())
    assert card.page["view"] == "error"
    assert card.page["text"].startswith("05_broken.yaml:3:")
    assert act(card, "answer")["view"] == "error"


def test_the_synchronized_state_contains_no_secrets() -> None:
    card = show_quiz("01", bank=SMALL_BANK, log=InMemoryLog())
    state = {name: value for name, value in card.get_state().items() if name[0] != "_"}
    assert not [secret for secret in SECRETS if secret in str(state)]


def test_cards_import_no_numerical_library() -> None:
    modules = modules_after(
        "from lessons_lib.classroom.widgets.quiz import card\n"
        "card.show_quiz('06'), card.show_practice(), card.show_test()\n"
        "card.show_progress(), card.show_flashcards()"
    )
    assert modules.isdisjoint({"torch", "numpy", "matplotlib"})
