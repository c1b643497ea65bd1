"""The quiz card as a widget: names, errors, what a browser may set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.record.log import InMemoryLog
from lessons_lib.widgets.quiz.card import show_quiz

LEFT_HALF = "torch numpy matplotlib"


def test_the_text_form_does_not_depend_on_what_was_answered(quiz_bank: QuizBank) -> None:
    log = InMemoryLog()
    card = show_quiz("01", bank=quiz_bank, log=log)
    before = repr(card)
    card._handle_custom_msg({"do": "answer", "question": "one", "letters": ["A"]}, [])
    assert card.page["question"]["attempts"] == 1
    again = show_quiz("01", bank=quiz_bank, log=log)
    assert before == repr(card) == repr(again)
    assert before == "QuizCard(01_kinds: run this cell to answer its questions)"


def test_an_unknown_name_lists_those_there_are(quiz_bank: QuizBank) -> None:
    with pytest.raises(ValueError, match=r"'07' is not a quiz: choose one of 01_kinds, 02_silent"):
        show_quiz("07", bank=quiz_bank, log=InMemoryLog())


def test_a_name_that_is_no_text_is_refused(quiz_bank: QuizBank) -> None:
    with pytest.raises(TypeError, match=r"takes a quiz's name \(str\), got int"):
        show_quiz(6, bank=quiz_bank)  # type: ignore[arg-type]


def test_a_broken_bank_is_told_in_the_card(tmp_path: Path) -> None:
    (tmp_path / "05_broken.yaml").write_text("quiz: 05_broken\ntitle: Broken\nquestions: []\n")
    card = show_quiz("05", bank=load_bank(tmp_path), log=InMemoryLog())
    assert card.page["view"] == "error"
    assert card.page["text"].startswith("05_broken.yaml:3:")
    card._handle_custom_msg({"do": "answer"}, [])
    assert card.page["view"] == "error"


def test_a_browser_cannot_set_the_page(quiz_bank: QuizBank) -> None:
    card = show_quiz("01", bank=quiz_bank, log=InMemoryLog())
    before = card.page
    card.set_state({"page": {"view": "error", "text": "forged"}})
    assert card.page == before


def test_everything_that_is_synchronised_is_free_of_secrets(quiz_bank: QuizBank) -> None:
    card = show_quiz("01", bank=quiz_bank, log=InMemoryLog())
    state = {name: value for name, value in card.get_state().items() if name[0] != "_"}
    assert not [one for one in ("why-", "hint-", "step-", "final-") if one in str(state)]


def test_cards_need_nothing_of_the_left_half() -> None:
    code = (
        "import sys\n"
        "from lessons_lib.widgets.quiz import card, practice, progress, test\n"
        "card.show_quiz('06'), practice.show_practice(), test.show_test()\n"
        "progress.show_progress()\n"
        f"print(*sorted(set('{LEFT_HALF}'.split()) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
