"""`lessons quiz`: checking files, looking at a question, answering in the terminal."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.cli import main
from lessons_lib.record.event import Event
from lessons_lib.record.reader import FolderReader

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "quiz" / "banks" / "01_sample.yaml"
BANKS = sorted((ROOT / "quizzes").glob("[0-9]*.yaml"))
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Return a quiz file that may be changed."""
    return Path(shutil.copy(SAMPLE, tmp_path))


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where this test's answers go, with the sample as the course's only quiz."""
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONS_QUIZZES", str(SAMPLE.parent))
    return tmp_path / "data" / "record"


def _replace(path: Path, old: str, new: str) -> int:
    """Change a text in a file and return its line."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def _types(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    typed = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)


def _answers(record: Path) -> list[Event]:
    reader = FolderReader(record)
    reader.refresh()
    return [one for one in reader.events() if one.kind == "answer"]


def test_the_courses_own_quizzes_are_in_order(capsys: Captured) -> None:
    assert main(["quiz", "check", *map(str, BANKS)]) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(r"\d+ questions, no problems, no warnings\n", told)


def test_a_problem_is_told_with_path_line_question_and_what_to_do(
    bank: Path, capsys: Captured
) -> None:
    line = _replace(bank, "answer: B", "answer: H")
    assert main(["quiz", "check", str(bank)]) == 1
    problem, verdict = capsys.readouterr().out.splitlines()
    place = f"{bank}:{line}: question 1 (choose-mode-for-archive): "
    assert problem == f"{place}answer must be one of the options A, B, C, D, got H."
    assert verdict == "1 problem in 1 file."


def test_a_file_named_twice_is_checked_once(bank: Path, capsys: Captured) -> None:
    main(["quiz", "check", str(bank)])
    once = capsys.readouterr().out
    assert main(["quiz", "check", str(bank), str(bank.parent / "." / bank.name)]) == 0
    assert capsys.readouterr().out == once


def test_an_id_of_another_file_in_the_folder_is_a_problem_with_its_line(
    bank: Path, capsys: Captured
) -> None:
    second = bank.with_name("02_other.yaml")
    shutil.copy(bank, second)
    _replace(second, "quiz: 01_sample", "quiz: 02_other")
    line = second.read_text(encoding="utf-8").split("id: choose-mode")[0].count("\n") + 1
    assert main(["quiz", "check", str(bank), str(second)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    place = f"{second}:{line}: question 1 (choose-mode-for-archive): "
    assert first.startswith(f"{place}id 'choose-mode-for-archive' is already used in {bank}")


def test_an_id_of_a_file_elsewhere_is_a_warning(bank: Path, capsys: Captured) -> None:
    assert main(["quiz", "check", str(SAMPLE), str(bank)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "warning: id 'choose-mode-for-archive' is already used in" in told[0]
    assert re.fullmatch(r"\d+ questions, no problems, \d+ warnings", told[-1])


def test_an_objective_that_no_notebook_has_is_a_warning_with_a_near_one(
    bank: Path, capsys: Captured
) -> None:
    line = _replace(bank, "objective: choose-a-mode", "objective: choose-a-mood")
    assert main(["quiz", "check", str(bank)]) == 0
    warning = capsys.readouterr().out.splitlines()[0]
    assert warning.startswith(f"{bank}:{line}: question 1 ")
    assert "warning: objective 'choose-a-mood' is not in the course." in warning
    assert warning.endswith("Did you mean 'choose-a-mode'?")


def test_a_formula_in_latex_is_a_warning(bank: Path, capsys: Captured) -> None:
    line = _replace(bank, "Only `predict` predicts.", "Only $-\\\\ln p$ counts, not `$x_1$`.")
    assert main(["quiz", "check", str(bank)]) == 0
    warning = capsys.readouterr().out.splitlines()[0]
    assert warning.startswith(f"{bank}:{line}: question 2 ")
    assert "solution[2].text contains LaTeX ($-\\ln p$), which is not rendered" in warning


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "the file cannot be read: No such file or directory."),
        (b"", "the file is empty"),
        (b"quiz: x\ntitle: caf\xe9\n", "the file is not UTF-8"),
        (b"{[", ""),
    ],
)
def test_what_is_no_quiz_file_is_told(
    tmp_path: Path, capsys: Captured, content: bytes | None, told: str
) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    assert main(["quiz", "check", str(path)]) == 1
    printed = capsys.readouterr()
    assert re.match(rf"{re.escape(str(path))}:\d+: ", printed.out)
    assert told in printed.out
    assert printed.err == ""


def test_a_folder_is_no_quiz_file(tmp_path: Path, capsys: Captured) -> None:
    assert main(["quiz", "check", str(tmp_path)]) == 1
    assert "this is a folder, a pipe" in capsys.readouterr().out


def test_one_bad_file_keeps_no_other_from_being_checked(
    bank: Path, tmp_path: Path, capsys: Captured
) -> None:
    _replace(bank, "answer: B", "answer: H")
    assert main(["quiz", "check", str(tmp_path / "none.yaml"), str(bank)]) == 1
    assert "2 problems in 2 files." in capsys.readouterr().out


def test_a_preview_shows_the_question_above_the_line_and_the_rest_below(capsys: Captured) -> None:
    bank = ROOT / "quizzes" / "06_batch_inference.yaml"
    assert main(["quiz", "preview", str(bank), "batch-answer-by-place"]) == 0
    above, below = capsys.readouterr().out.split("─" * 60)
    assert 'texts = ["Lovely guide", "We came by tram", "Noisy hall"]' in above
    assert "  D. `predictions[2]`" in above
    assert "Place 3 raises" not in above
    for told in ("1. The predictions come", "B. wrong. Python counts", "D. right. Yes", "Solution"):
        assert told in below


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_question_of_the_course_can_be_previewed(path: Path, capsys: Captured) -> None:
    for name in re.findall(r"^  - id: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        assert main(["quiz", "preview", str(path), name]) == 0
        told = capsys.readouterr().out
        assert "${" not in told
        assert "\nFeedback\n" in told


def test_a_preview_fills_the_row_that_is_asked_for(capsys: Captured) -> None:
    stems = []
    for row in ("1", "2"):
        command = ["quiz", "preview", str(SAMPLE), "choose-mode-for-archive", "--variant", row]
        assert main(command) == 0
        first, *rest = capsys.readouterr().out.splitlines()
        assert f"variant {row} of " in first
        stems.append(rest)
    assert stems[0] != stems[1]


@pytest.mark.parametrize("row", ["0", "-1", "999"])
def test_a_row_that_is_not_there_is_told(row: str, capsys: Captured) -> None:
    command = ["quiz", "preview", str(SAMPLE), "choose-mode-for-archive", f"--variant={row}"]
    assert main(command) == 1
    assert f"got {row}." in capsys.readouterr().err


def test_a_question_without_variants_takes_none(capsys: Captured) -> None:
    bank = str(ROOT / "quizzes" / "06_batch_inference.yaml")
    assert main(["quiz", "preview", bank, "batch-answer-by-place", "--variant", "1"]) == 1
    assert "has no variants" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["choose-mode", "chose-mode-for-archives"])
def test_an_unknown_id_lists_near_ones(name: str, capsys: Captured) -> None:
    assert main(["quiz", "preview", str(SAMPLE), name]) == 1
    assert "Similar ids:\n  choose-mode-for-archive\n" in capsys.readouterr().err


def test_an_id_near_to_none_lists_all(capsys: Captured) -> None:
    assert main(["quiz", "preview", str(SAMPLE), "zzz"]) == 1
    told = capsys.readouterr().err.splitlines()[1:]
    ids = re.findall(r"^  - id: (\S+)", SAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [one.strip() for one in told] == ids


def test_a_file_with_problems_is_not_previewed(bank: Path, capsys: Captured) -> None:
    _replace(bank, "answer: B", "answer: H")
    assert main(["quiz", "preview", str(bank), "choose-mode-for-archive"]) == 1
    assert "got H." in capsys.readouterr().err


def test_answers_given_in_the_terminal_are_kept(
    record: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    _types(monkeypatch, b"A\nB\nstop\n")
    assert main(["quiz", "ask", "01"]) == 0
    assert "Not right." in capsys.readouterr().out
    assert [one.payload["letters"] for one in _answers(record)] == [["A"], ["B"]]


@pytest.mark.parametrize("typed", [b"", b"\xff\xfe\n", b"\x00\n", "Ä\n".encode(), b"a" * 9999])
def test_what_cannot_be_an_answer_ends_in_words(
    record: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, typed: bytes
) -> None:
    _types(monkeypatch, typed)
    assert main(["quiz", "ask", "01_sample"]) == 0
    printed = capsys.readouterr()
    assert "Stopped. Your answers so far are kept." in printed.out
    assert printed.err == ""
    assert _answers(record) == []


@pytest.mark.usefixtures("record")
def test_without_anybody_to_type_it_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["quiz", "ask", "01"]) == 0
    assert "Stopped." in capsys.readouterr().out


@pytest.mark.usefixtures("record")
def test_an_unknown_quiz_lists_those_there_are(capsys: Captured) -> None:
    assert main(["quiz", "ask", "99"]) == 1
    assert "choose one of 01_sample" in capsys.readouterr().err


def test_a_broken_quiz_is_told_with_its_problems(
    record: Path, bank: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    _replace(bank, "answer: B", "answer: H")
    monkeypatch.setenv("LESSONS_QUIZZES", str(bank.parent))
    assert main(["quiz", "ask", "01"]) == 1
    assert "got H." in capsys.readouterr().err
    assert not record.exists()


def test_a_folder_without_quizzes_is_told(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("LESSONS_QUIZZES", str(tmp_path / "none"))
    assert main(["quiz", "ask", "01"]) == 1
    assert "The questions cannot be read" in capsys.readouterr().err


def test_answers_that_could_not_be_saved_are_told_in_the_end(
    record: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    record.parent.write_text("a file")
    _types(monkeypatch, b"B\nstop\n")
    assert main(["quiz", "ask", "01"]) == 1
    assert "could not be saved" in capsys.readouterr().err


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    "arguments",
    [
        ["quiz", "check", str(SAMPLE)],
        ["quiz", "preview", str(SAMPLE), "choose-mode-for-archive"],
        ["quiz", "ask", "01"],
        ["progress"],
        ["progress", "--export", "exported"],
        ["progress", "--reset"],
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_loaded(arguments: list[str], tmp_path: Path) -> None:
    program = (
        "import sys; from lessons_lib.cli import main;"
        f"main({arguments!r}); print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = done.stdout.partition("LOADED ")[2].split()
    assert "lessons_lib.commands.quiz" in loaded
    assert {"torch", "numpy", "matplotlib"}.isdisjoint(loaded)
