"""`lessons quiz`: checking files, looking at a question, answering in the terminal."""

import io
import re
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.reader import FolderReader
from lessons_lib.cli import main
from lessons_lib.commands import quiz

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "classroom" / "quiz" / "banks" / "01_sample.yaml"
BANKS = sorted((ROOT / "quizzes").glob("[0-9]*.yaml"))
LESSON = str(ROOT / "quizzes" / "06_batch_inference.yaml")
Captured = pytest.CaptureFixture[str]
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


def test_quizzes_of_the_course_are_valid_and_checked_once(capsys: Captured, bank: Path) -> None:
    assert main(["quiz", "check", *map(str, BANKS)]) == 0
    printed = capsys.readouterr().out
    assert re.fullmatch(r"\d+ questions, no problems, no warnings\n", printed)
    main(["quiz", "check", str(bank)])
    once = capsys.readouterr().out
    assert main(["quiz", "check", str(bank), str(bank)]) == 0
    assert capsys.readouterr().out == once


def test_a_problem_is_reported_with_path_line_and_remedy(bank: Path, capsys: Captured) -> None:
    line = _replace(bank, "answer: B", "answer: H")
    assert main(["quiz", "check", str(bank)]) == 1
    problem, verdict = capsys.readouterr().out.splitlines()
    place = f"{bank}:{line}: question 1 (choose-mode-for-archive): "
    assert problem == f"{place}answer must be one of the options A, B, C, D, got H."
    assert verdict == "1 problem in 1 file."


def test_an_unknown_objective_is_a_warning(bank: Path, capsys: Captured) -> None:
    line = _replace(bank, "objective: choose-a-mode", "objective: choose-a-mood")
    assert main(["quiz", "check", str(bank)]) == 0
    warning = capsys.readouterr().out.splitlines()[0]
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
    tmp_path: Path, bank: Path, capsys: Captured, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    _replace(bank, "answer: B", "answer: H")
    assert main(["quiz", "check", str(path), str(tmp_path), str(bank)]) == 1
    printed = capsys.readouterr()
    assert re.match(rf"{re.escape(str(path))}:\d+: ", printed.out)
    assert reason in printed.out
    assert f"{tmp_path}:1: the file cannot be read: not a file." in printed.out
    assert "3 problems in 3 files." in printed.out
    assert printed.err == ""


def test_a_preview_shows_the_question_above_the_line_and_the_rest_below(capsys: Captured) -> None:
    assert main(["quiz", "preview", LESSON, "batch-answer-by-place"]) == 0
    above, below = capsys.readouterr().out.split("─" * 60)
    assert 'texts = ["Lovely guide", "We came by tram", "Noisy hall"]' in above
    assert "  D. `predictions[2]`" in above
    assert "Index 3 raises" not in above
    for text in ("1. The predictions are", "B. wrong. Python counts", "D. right. The", "Solution"):
        assert text in below


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_question_of_the_course_can_be_previewed(path: Path, capsys: Captured) -> None:
    for name in re.findall(r"^  - id: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        assert main(["quiz", "preview", str(path), name]) == 0
        printed = capsys.readouterr().out
        assert "${" not in printed
        assert "\nFeedback\n" in printed


def test_a_preview_fills_the_requested_variant(capsys: Captured) -> None:
    def preview(row: str) -> int:
        name = "choose-mode-for-archive"
        return main(["quiz", "preview", str(SAMPLE), name, f"--variant={row}"])

    stems = []
    for row in ("1", "2"):
        assert preview(row) == 0
        first, *rest = capsys.readouterr().out.splitlines()
        assert f"variant {row} of " in first
        stems.append(rest)
    assert stems[0] != stems[1]
    for row in ("0", "-1", "999"):
        assert preview(row) == 1
        assert f"got {row}." in capsys.readouterr().err
    assert main(["quiz", "preview", LESSON, "batch-answer-by-place", "--variant", "1"]) == 1
    assert "has no variants" in capsys.readouterr().err


def test_a_preview_needs_a_known_id_and_a_valid_file(bank: Path, capsys: Captured) -> None:
    assert main(["quiz", "preview", str(SAMPLE), "chose-mode-for-archives"]) == 1
    assert "Did you mean 'choose-mode-for-archive'?" in capsys.readouterr().err
    _replace(bank, "answer: B", "answer: H")
    assert main(["quiz", "preview", str(bank), "choose-mode-for-archive"]) == 1
    assert "got H." in capsys.readouterr().err


def test_typed_answers_are_kept(record: Path, monkeypatch: Patch, capsys: Captured) -> None:
    type_in(monkeypatch, b"A\nB\nstop\n")
    assert main(["quiz", "ask", "01"]) == 0
    assert "Not right." in capsys.readouterr().out
    assert [one.payload["letters"] for one in _answers(record)] == [["A"], ["B"]]


@pytest.mark.parametrize("typed", [b"", b"\xff\xfe\n", b"\x00\n", "Ä\n".encode(), b"a" * 9999])
def test_invalid_input_ends_it(
    record: Path, monkeypatch: Patch, capsys: Captured, typed: bytes
) -> None:
    type_in(monkeypatch, typed)
    assert main(["quiz", "ask", "01_sample"]) == 0
    printed = capsys.readouterr()
    assert "Stopped. Your answers so far are saved." in printed.out
    assert printed.err == ""
    assert _answers(record) == []


@pytest.mark.usefixtures("record")
def test_an_unknown_quiz_or_no_input_ends_it(capsys: Captured, monkeypatch: Patch) -> None:
    assert main(["quiz", "ask", "99"]) == 1
    assert "choose one of 01_sample" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["quiz", "ask", "01"]) == 0
    assert "Stopped." in capsys.readouterr().out


def test_a_broken_quiz_or_a_folder_without_quizzes_is_reported(
    record: Path, bank: Path, tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    _replace(bank, "answer: B", "answer: H")
    for folder, reason in ((bank.parent, "got H."), (tmp_path / "none", "cannot be read")):
        monkeypatch.setenv("LESSONS_QUIZZES", str(folder))
        assert main(["quiz", "ask", "01"]) == 1
        assert reason in capsys.readouterr().err
    assert not record.exists()


def test_unsaved_answers_are_reported(record: Path, monkeypatch: Patch, capsys: Captured) -> None:
    record.parent.write_text("a file")
    type_in(monkeypatch, b"B\nstop\n")
    assert main(["quiz", "ask", "01"]) == 1
    assert "could not be saved" in capsys.readouterr().err


def test_the_questions_are_those_of_clone_or_copy(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    assert "06_batch_inference" in [one.name for one in quiz.course_bank().quizzes]
    (tmp_path / "quizzes").mkdir()
    shutil.copy(SAMPLE, tmp_path / "quizzes")
    monkeypatch.setattr(quiz, "expected_folder", lambda: tmp_path)
    assert [one.name for one in quiz.course_bank().quizzes] == ["01_sample"]
