"""The findings on a course as a whole: each test breaks one thing in the lesson on tides."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lessons_lib.annexes.authoring.course_rules import drawn, explorations, own_figures, places
from lessons_lib.classroom.course import COURSE_VARIABLE, course
from lessons_lib.classroom.lesson import Lesson, OwnFigures, current_lesson
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.sessions.controls import Choice, Control, Number, Slider, Text
from lessons_lib.classroom.widgets.explore.explore import Explore
from tests.support.tides import ROOT, SOURCE

QUIZ, PLAN = "quizzes/01_tides.yaml", "notebooks/source/course.yaml"


@pytest.fixture
def tides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the lesson, which is the current course."""
    folder = shutil.copytree(SOURCE, tmp_path / "tides")
    monkeypatch.setenv(COURSE_VARIABLE, str(folder))
    return folder


def findings(tides: Path, formulas: Mapping[str, OwnFigures] | None = None) -> str:
    """Return the findings of the rules about questions."""
    bank, lesson = load_bank(tides / "quizzes"), current_lesson()
    if formulas is not None:
        lesson = replace(lesson, formulas=formulas)
    found = [*places(bank, course(), tides / "notebooks"), *own_figures(bank, lesson)]
    return "\n".join(map(str, [*found, *drawn(bank, course())]))


@pytest.mark.parametrize("folder", [SOURCE, ROOT], ids=["tides", "ours"])
def test_a_good_course_has_no_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COURSE_VARIABLE, str(folder))
    assert findings(folder) == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (QUIZ, "read-a-tide-table", "read-a-tide", f"{QUIZ}: a question asks for an objective of"),
        (QUIZ, "place: table", "place: tables", 'Add show_quiz("01_tides", "tables"), or write'),
        (QUIZ, r"own-figures\]", "own]", "is for a question tagged own-figures; got own-third-ho"),
        (QUIZ, "rise_m: 1,", "rise_m: 2,", "got rise_m 2, not 1 in row 1 of own-third-hour. Fix"),
        (PLAN, "easy: 1", "easy: 9", f"{PLAN}: the test can be drawn as planned; got A test needs"),
        (
            PLAN,
            "about: tides\n(.*)  strong_from",
            r"about: moon\n\1  subjects: {moon: [2, 3], tides: [0, 1]}\n  strong_from",
            "got 1 questions on moon, not 2 to 3. Add questions, or change exam",
        ),
        (PLAN, r"(each day\n) +about: tides\n", r"\1", "got reason-for-the-delay in the pool, on"),
        (QUIZ, "      D:\n.*?    answer: B", "    answer: B", "with a chance of 0.33. Add options"),
    ],
)
def test_a_fault_of_a_course_is_found(
    tides: Path, file: str, old: str, new: str, expected: str
) -> None:
    text = (tides / file).read_text(encoding="utf-8")
    faulty = re.sub(old, new, text, count=1, flags=re.DOTALL)
    assert faulty != text
    (tides / file).write_text(faulty, encoding="utf-8")
    assert expected in findings(tides)


def test_a_formula_that_is_missing_or_cannot_be_used_is_found(tides: Path) -> None:
    assert f"{QUIZ}: the lesson's code has a formula for each question" in findings(tides, {})
    broken = {"own-third-hour": OwnFigures(lambda depth_m: {})}
    assert "got KeyError: 'depth_m' in row 1 of own-third-hour" in findings(tides, broken)


def show_inverse() -> Explore:
    """Return an exploration that fails at one end of each of its controls."""
    controls: dict[str, Control] = {
        **{"text": Text("text"), "sea": Choice("sea", ["north", "south"])},
        **{"wait": Slider("wait", [1, 9], 1), "depth": Number("depth", 1, high=4)},
    }

    def compute(text: str, sea: str, wait: float, depth: float) -> str:
        return str(1 / (len(text) + (sea == "north") + 9 - wait + 4 - depth))

    return Explore(controls, compute, title="inverse")


def show_depth(depth: int) -> Explore:
    """Return nothing: a cell gives the depth."""
    raise AssertionError(depth)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("inverse", "in inverse at {'text': '', 'sea': 'south', 'wait': 1, 'depth': '4'}. Fix"),
        ("gone", "has no attribute 'show_gone' in gone at {}"),
        ("depth", ""),
    ],
)
def test_an_exploration_that_fails_at_the_ends_of_its_controls_is_found(
    name: str, expected: str
) -> None:
    found = list(map(str, explorations(Lesson(views={name: f"{__name__}.show_{name}"}))))
    assert len(found) == bool(expected)
    assert expected in "".join(found)
