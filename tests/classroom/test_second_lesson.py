"""The classroom runs a lesson on another subject: `tides`, one notebook with its own `Lesson`."""

import ast
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lessons_lib.classroom.course import COURSE_VARIABLE, course
from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.record.folder import DATA_VARIABLE
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.flashcards import FlashcardsSession
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz.card import show_practice, show_quiz
from lessons_lib.cli import main
from tests.support.imports import modules_after
from tests.support.tides import HEIGHTS, NAME, OUR_WORDS, ROOT, SOURCE, guess, take_test

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return the lesson's folder; it is the current course, in an empty working directory."""
    monkeypatch.setenv(COURSE_VARIABLE, str(SOURCE))
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return SOURCE


@pytest.fixture
def bank() -> QuizBank:
    return load_bank()


@pytest.fixture
def record() -> LearnerRecord:
    return LearnerRecord(InMemoryLog(), "ada")


# Asked


def test_its_questions_are_valid_in_its_course(folder: Path, capsys: Captured) -> None:
    assert main(["quiz", "check", str(folder / "quizzes" / f"{NAME}.yaml")]) == 0
    assert capsys.readouterr().out == "6 questions, no problems, no warnings\n"


def test_a_card_asks_about_the_learners_own_figures() -> None:
    card = show_quiz("01", figures=HEIGHTS, log=InMemoryLog())
    card.submit(QuizAction("next"))
    assert "The beach you chose" in card.content()["question"]["stem_html"]
    card.submit(QuizAction("answer", "own-third-hour", number="0.5"))
    assert card.content()["question"]["standing"] == "right"


def test_its_quiz_is_asked_in_the_terminal(
    tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"C\nhint\nB\nA B\nstop\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    assert main(["quiz", "ask", "01"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Tides\n")
    assert printed.count("Right.") == 2
    assert OUR_WORDS.findall(printed) == []


def test_a_copy_of_another_course_is_not_asked(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "lessons-course" / "quizzes").mkdir(parents=True)
    assert main(["progress"]) == 0
    assert "of the 5 questions yet" in capsys.readouterr().out


def test_progress_lists_its_quiz_and_guess_and_no_modes(
    bank: QuizBank, record: LearnerRecord, capsys: Captured
) -> None:
    guess(record)
    page = progress_page(bank, record, datetime.now(UTC))
    assert (page["rows"], page["broken"], len(page["guesses"])) == ([], [], 1)
    assert page["others"] == []
    assert OUR_WORDS.findall(json.dumps(page)) == []
    assert main(["progress"]) == 0
    assert "Other activities" not in capsys.readouterr().out


# Tested


def test_its_test_follows_its_own_plan(bank: QuizBank, record: LearnerRecord) -> None:
    start = ExamSession(bank, record, lambda: 1).page()
    assert start["introduction"][0].startswith("3 questions: 1 easy, 1 medium, and 1 hard. They")
    result = take_test(bank, record)
    assert (result["level"], result["rule"][:31]) == ("strong", "Strong: at least 3 of 3 right. ")
    assert [one["difficulty"] for one in result["questions"]] == ["easy", "medium", "hard"]
    assert [one["about"] for one in result["following"]] == [
        step.about for step in course().exam.next_steps["strong"]
    ]
    assert OUR_WORDS.findall(json.dumps([start, result])) == []


def test_without_answers_its_verdict_is_not_yet(bank: QuizBank, record: LearnerRecord) -> None:
    result = take_test(bank, record, is_right=False)
    assert (result["level"], result["summary"][:13]) == ("not yet", "0 of 3 right.")
    advice = progress_page(bank, record, datetime.now(UTC))["advice"]
    assert (advice["file"], "“not yet”" in advice["before"]) == (f"{NAME}.ipynb", True)


# Without ours


def test_showing_its_quiz_imports_nothing_of_our_lesson() -> None:
    loaded = modules_after(
        "from lessons_lib import show_quiz, show_guess\n"
        f"show_quiz('01', figures={HEIGHTS}); show_guess('later-each-day')",
        PYTHONPATH=str(ROOT),
    )
    assert "tests.classroom.tides.lesson" in loaded
    ours = ("lessons_lib.lesson", "lessons_lib.pipeline", "torch", "numpy", "matplotlib")
    assert [one for one in loaded if one.startswith(ours)] == []


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a script, or those of a module without its docstrings."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield source
        return
    tree = ast.parse(source)
    alone = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in alone:
            yield one.value


def test_no_text_of_the_classroom_has_words_of_our_course() -> None:
    library = ROOT / "lessons_lib" / "classroom"
    files = [path for path in library.rglob("*") if path.suffix in (".py", ".js")]
    found = {path: OUR_WORDS.findall("\n".join(texts_of(path))) for path in files}
    for path, words in found.items():
        if "service" in path.parts or path.name == "remote.py":  # a hub's token is no word of ours
            words[:] = [one for one in words if one.casefold() != "token"]
    assert {path.name: words for path, words in found.items() if words} == {}


def test_the_course_can_change_within_a_process(monkeypatch: Patch) -> None:
    assert [one.name for one in load_bank().quizzes] == [NAME]
    monkeypatch.delenv(COURSE_VARIABLE)
    assert NAME not in [one.name for one in load_bank().quizzes]


def test_a_lesson_may_omit_its_guesses_and_what_follows_a_verdict(
    tmp_path: Path, monkeypatch: Patch, record: LearnerRecord
) -> None:
    smaller = tmp_path / "smaller"
    shutil.copytree(SOURCE, smaller)
    (smaller / "notebooks" / "source" / "guesses.yaml").unlink()
    plan = smaller / "notebooks" / "source" / "course.yaml"
    steps = re.sub(r"next_steps:.*", "next_steps: {}", plan.read_text("utf-8"), flags=re.DOTALL)
    plan.write_text(steps, encoding="utf-8")
    monkeypatch.setenv(COURSE_VARIABLE, str(smaller))
    assert take_test(load_bank(), record)["following"] == []
    page = progress_page(load_bank(), record, datetime.now(UTC))
    assert (page["advice"]["file"], page["broken"], page["guesses"]) == (f"{NAME}.ipynb", [], [])
    with pytest.raises(ValueError, match="The course has none"):
        guess_task("later-each-day")


def test_without_practice_its_card_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match=r"course\.yaml"):
        show_practice(log=InMemoryLog())


def test_without_a_glossary_its_cards_are_its_questions(
    bank: QuizBank, record: LearnerRecord
) -> None:
    page = FlashcardsSession(bank, record).page()
    assert page["id"] == "question:reason-for-the-delay"
