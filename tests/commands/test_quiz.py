"""`lessons quiz`: checking files, looking at a question, answering in the terminal."""

import io
import re
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.reader import FolderReader
from lessons_lib.commands import quiz
from tests.support.shell import Lessons

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "classroom" / "quiz" / "banks" / "01_sample.yaml"
BANKS = sorted((ROOT / "quizzes").glob("[0-9]*.yaml"))
LESSON = ROOT / "quizzes" / "06_batch_inference.yaml"
Patch = pytest.MonkeyPatch


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Return a quiz file that may be changed."""
    return Path(shutil.copy(SAMPLE, tmp_path))


@pytest.fixture
def record(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return where this test's answers go, with the sample as the course's only quiz."""
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONS_QUIZZES", str(SAMPLE.parent))
    return tmp_path / "data" / "record"


def _replace(path: Path, old: str, new: str) -> int:
    """Change a text in a file and return its line."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def type_in(monkeypatch: Patch, text: bytes) -> None:
    typed = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)


def _answers(record: Path) -> list[Event]:
    reader = FolderReader(record)
    reader.refresh()
    return [one for one in reader.events() if one.kind == "answer"]


def test_quizzes_of_the_course_are_valid_and_checked_once(bank: Path, lessons: Lessons) -> None:
    printed = lessons("quiz", "check", *BANKS)
    assert re.fullmatch(r"\d+ questions, no problems, no warnings\n", printed)
    assert lessons("quiz", "check", bank, bank) == lessons("quiz", "check", bank)


def test_a_problem_is_reported_with_path_line_and_remedy(bank: Path, lessons: Lessons) -> None:
    line = _replace(bank, "answer: B", "answer: H")
    problem, verdict = lessons.ends(1, "quiz", "check", bank).out.splitlines()
    place = f"{bank}:{line}: question 1 (choose-mode-for-archive): "
    assert problem == f"{place}answer must be one of the options A, B, C, D, got H."
    assert verdict == "1 problem in 1 file."


def test_an_unknown_objective_is_a_warning(bank: Path, lessons: Lessons) -> None:
    line = _replace(bank, "objective: choose-a-mode", "objective: choose-a-mood")
    warning = lessons("quiz", "check", bank).splitlines()[0]
    assert warning.startswith(f"{bank}:{line}: question 1 ")
    assert "warning: " in warning
    assert "Did you mean 'choose-a-mode'?" in warning


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "the file cannot be read: No such file or directory."),
        (b"quiz: x\ntitle: caf\xe9\n", "the file is not UTF-8"),
    ],
)
def test_an_invalid_quiz_file_is_reported_and_the_others_are_checked(
    tmp_path: Path, bank: Path, lessons: Lessons, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    _replace(bank, "answer: B", "answer: H")
    printed = lessons.ends(1, "quiz", "check", path, tmp_path, bank)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", printed.out)
    assert reason in printed.out
    assert f"{tmp_path}:1: the file cannot be read: not a file." in printed.out
    assert "3 problems in 3 files." in printed.out
    assert printed.err == ""


def test_a_preview_shows_the_question_above_the_line_and_the_rest_below(lessons: Lessons) -> None:
    above, below = lessons("quiz", "preview", LESSON, "batch-answer-by-place").split("─" * 60)
    assert 'texts = ["Lovely guide", "We came by tram", "Noisy hall"]' in above
    assert "  D. `predictions[2]`" in above
    assert "Index 3 raises" not in above
    for text in ("1. The predictions are", "B. wrong. Python counts", "D. right. The", "Solution"):
        assert text in below


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_question_of_the_course_can_be_previewed(path: Path, lessons: Lessons) -> None:
    for name in re.findall(r"^  - id: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        printed = lessons("quiz", "preview", path, name)
        assert "${" not in printed
        assert "\nFeedback\n" in printed


def test_a_preview_fills_the_requested_variant(lessons: Lessons) -> None:
    preview, stems = ("quiz", "preview", SAMPLE, "choose-mode-for-archive"), []
    for row in (1, 2):
        first, *rest = lessons(*preview, f"--variant={row}").splitlines()
        assert f"variant {row} of " in first
        stems.append(rest)
    assert stems[0] != stems[1]
    for row in (0, -1, 999):
        assert f"got {row}." in lessons.fails(*preview, f"--variant={row}")
    preview = ("quiz", "preview", LESSON, "batch-answer-by-place")
    assert "has no variants" in lessons.fails(*preview, "--variant", "1")


def test_a_preview_needs_a_known_id_and_a_valid_file(bank: Path, lessons: Lessons) -> None:
    problem = lessons.fails("quiz", "preview", SAMPLE, "chose-mode-for-archives")
    assert "Did you mean 'choose-mode-for-archive'?" in problem
    _replace(bank, "answer: B", "answer: H")
    assert "got H." in lessons.fails("quiz", "preview", bank, "choose-mode-for-archive")


def test_typed_answers_are_kept(record: Path, monkeypatch: Patch, lessons: Lessons) -> None:
    type_in(monkeypatch, b"A\nB\nstop\n")
    assert "Not right." in lessons("quiz", "ask", "01")
    assert [one.payload["letters"] for one in _answers(record)] == [["A"], ["B"]]


@pytest.mark.parametrize("typed", [b"", b"\xff\xfe\n", b"\x00\n", "Ä\n".encode(), b"a" * 9999])
def test_invalid_input_ends_it(
    record: Path, monkeypatch: Patch, lessons: Lessons, typed: bytes
) -> None:
    type_in(monkeypatch, typed)
    printed = lessons.ends(0, "quiz", "ask", "01_sample")
    assert ("Stopped. Your answers so far are saved." in printed.out, printed.err) == (True, "")
    assert _answers(record) == []


@pytest.mark.usefixtures("record")
def test_an_unknown_quiz_or_no_input_ends_it(lessons: Lessons, monkeypatch: Patch) -> None:
    assert "choose one of 01_sample" in lessons.fails("quiz", "ask", "99")
    monkeypatch.setattr(sys, "stdin", None)
    assert "Stopped." in lessons("quiz", "ask", "01")


def test_a_broken_quiz_or_a_folder_without_quizzes_is_reported(
    record: Path, bank: Path, tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    _replace(bank, "answer: B", "answer: H")
    for folder, reason in ((bank.parent, "got H."), (tmp_path / "none", "cannot be read")):
        monkeypatch.setenv("LESSONS_QUIZZES", str(folder))
        assert reason in lessons.fails("quiz", "ask", "01")
    assert not record.exists()


def test_unsaved_answers_are_reported(record: Path, monkeypatch: Patch, lessons: Lessons) -> None:
    record.parent.write_text("a file")
    type_in(monkeypatch, b"B\nstop\n")
    assert "could not be saved" in lessons.fails("quiz", "ask", "01")


def test_the_questions_are_those_of_clone_or_copy(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    assert "06_batch_inference" in [one.name for one in quiz.course_bank().quizzes]
    (tmp_path / "quizzes").mkdir()
    shutil.copy(SAMPLE, tmp_path / "quizzes")
    monkeypatch.setattr(quiz, "expected_folder", lambda: tmp_path)
    assert [one.name for one in quiz.course_bank().quizzes] == ["01_sample"]
