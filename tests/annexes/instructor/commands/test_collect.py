"""`lessons collect`: what is written, what is reported, what is refused."""

import csv
import os
import stat
from pathlib import Path

import pytest

from lessons_lib.cli import main
from tests.support.shell import Lessons
from tests.support.synthetic_class import BANK, RECORD, Truth, answer_key, make_home

Patch = pytest.MonkeyPatch
Row = dict[str, str]


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    """Return three homes: one with a record, one with a damaged record, one with none."""
    folder = tmp_path / "homes"
    make_home(folder / "ada", answer_key(), 1)
    make_home(folder / "bob", answer_key(), 2, "garbage")
    (folder / "cy").mkdir()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "class.csv"


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_has_the_results_of_a_learner(homes: Path, out: Path, lessons: Lessons) -> None:
    truth: Truth = make_home(homes / "dee", answer_key(), 9)
    lessons("collect", homes, "--out", out)
    row = next(one for one in rows(out) if one["directory"] == "dee")
    assert (row["learner"], row["record"], row["problems"]) == ("dee", "read", "")
    assert int(row["total_answered"]) == truth.answered
    assert int(row["total_right"]) == truth.right
    assert int(row["first_try_right"]) == truth.first_right
    assert int(row["hints_used"]) == truth.hints
    for quiz, (answered, right) in truth.by_quiz.items():
        assert (int(row[f"{quiz}_answered"]), int(row[f"{quiz}_right"])) == (answered, right)
    assert row["last_active_utc"].startswith("2026-03-02T")


def test_each_answered_question_has_a_row_in_a_second_file(
    homes: Path, out: Path, lessons: Lessons
) -> None:
    printed = lessons("collect", homes, "--out", out)
    records = "".join(path.read_text() for path in homes.glob(f"*/{RECORD}/*.jsonl"))
    answered = [one for one in answer_key() if f'"answer","subject":"{one}"' in records]
    questions = rows(out.with_name("class_questions.csv"))
    assert [one["question"] for one in questions] == answered
    unanswered = len(answer_key()) - len(answered)
    assert f"leaves out {unanswered} questions that nobody answered." in printed
    assert all(one["discrimination"].startswith("n/a: fewer than") for one in questions)


def test_problems_are_reported_with_learner_file_and_line_and_help_with_the_rule(
    homes: Path, out: Path, lessons: Lessons
) -> None:
    printed = lessons.ends(0, "collect", homes, "--out", out)
    reported = "two.jsonl: skipped 1 invalid line (first: line 4)."
    assert printed.err == f"bob: {reported}\n"
    assert "3 learners: 2 with a record, 1 with no record yet, 0 that could not" in printed.out
    assert [one["problems"] for one in rows(out)] == ["", reported, ""]
    assert "May need help: answered fewer than half" in printed.out
    assert rows(out)[2]["may_need_help"].startswith("may need help: answered 0, fewer")


def test_a_home_that_is_a_link_to_the_results_does_not_stop_them(
    homes: Path, out: Path, lessons: Lessons
) -> None:
    (homes / "eve").symlink_to(out.parent)
    (homes / "mal").symlink_to("/")
    lessons("collect", homes, "--out", out)
    unread = [one for one in rows(out) if one["record"] == "unreadable"]
    assert [one["directory"] for one in unread] == ["eve", "mal"]
    assert {(one["total_right"], one["may_need_help"]) for one in unread} == {("", "")}  # no zeros


def test_names_are_harmless_in_a_spreadsheet(
    homes: Path, out: Path, tmp_path: Path, lessons: Lessons
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("directory,learner\nada,=HYPERLINK(1)\nbob,+1\nzoe,Zoe\n")
    (homes / "@cmd").mkdir()
    reported = lessons.ends(0, "collect", homes, "--out", out, "--map", names).err
    assert [one["learner"] for one in rows(out)] == ["'@cmd", "'=HYPERLINK(1)", "'+1", "cy"]
    assert f"{names}: line 4: no home is named zoe.\n" in reported
    assert f"{names}: no row names the home cy.\n" in reported


def test_results_are_private_and_nothing_in_a_home_is_changed(
    homes: Path, out: Path, lessons: Lessons
) -> None:
    def state() -> dict[str, tuple[int, int]]:
        found = {str(one): one.lstat() for one in homes.rglob("*")}
        return {name: (about.st_mtime_ns, about.st_size) for name, about in found.items()}

    before, mask = state(), os.umask(0o022)
    try:
        lessons("collect", homes, "--out", out)
    finally:
        os.umask(mask)
    assert not stat.S_IMODE(out.stat().st_mode) & 0o077
    assert state() == before


def test_results_are_never_written_into_a_home(homes: Path, lessons: Lessons) -> None:
    link = homes.parent / "elsewhere"
    link.symlink_to(homes / "cy")
    for place in (homes / "cy" / "class.csv", link / "class.csv"):
        assert "is in the home cy" in lessons.fails("collect", homes, "--out", place)
    assert list((homes / "cy").iterdir()) == []
    lessons("collect", homes, "--out", homes / "cy" / "class.csv", "--leave-out", "cy")


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (["--out", "class.txt"], "ends in .csv"),
        (["--out", "no/class.csv"], "There is no folder"),
        (["--out", "class.csv", "--notebook", "class.html"], "in .ipynb"),
        (["--out", "names.csv", "--map", "names.csv"], "would overwrite the table of names"),
        (["--out", "class.csv", "--map", "none.csv"], "No such file or directory: none.csv"),
        (["--out", "class.csv", "--bank", "none"], "the folder none cannot be read"),
        (["--out", "class.csv", "--leave-out", "zoe"], "is named zoe"),
        (["--out", "class.csv", "--records", "data"], "pass that folder with --records"),
        (["--out", "class.csv", "--bank", "broken"], "nothing can be graded"),
    ],
)
def test_impossible_requests_are_refused_and_nothing_is_written(
    homes: Path, monkeypatch: Patch, lessons: Lessons, arguments: list[str], reported: str
) -> None:
    monkeypatch.chdir(homes.parent)
    Path("names.csv").write_text("directory,learner\n")
    Path("broken").mkdir()
    Path("broken", "12_broken.yaml").write_text("quiz: 12_broken\n")
    before = sorted(Path().iterdir())
    assert reported in lessons.fails("collect", "homes", *arguments)
    assert sorted(Path().iterdir()) == before


def test_results_are_written_even_if_they_cannot_be_signed(
    homes: Path, out: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(homes / "ada" / RECORD / "one.jsonl"))
    notebook = out.with_suffix(".ipynb")
    printed = lessons.ends(0, "collect", homes, "--out", out, "--notebook", notebook)
    assert "is not signed" in printed.err
    assert notebook.exists()


@pytest.mark.parametrize("arguments", [[], ["homes"], ["--out", "class.csv"]])
def test_without_homes_and_a_file_it_names_the_demo(arguments: list[str], lessons: Lessons) -> None:
    assert "--demo" in lessons.fails("collect", *arguments)


@pytest.mark.parametrize("place", ["/data", "../data", ""])
def test_records_must_be_inside_a_home(
    homes: Path, out: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["collect", str(homes), "--out", str(out), "--records", place])
    assert "relative to a home" in capsys.readouterr().err


def test_records_elsewhere_in_the_homes_are_found(homes: Path, out: Path, lessons: Lessons) -> None:
    (homes / "cy" / "data").mkdir()
    (homes / "ada" / RECORD).rename(homes / "cy" / "data" / "record")
    lessons("collect", homes, "--out", out, "--records", "data")
    assert [one["record"] for one in rows(out)] == ["no record", "no record", "read"]


def test_another_bank_can_be_graded_by_and_a_broken_quiz_in_it_is_reported(
    homes: Path, out: Path, tmp_path: Path, lessons: Lessons
) -> None:
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "11_practice.yaml").write_bytes((BANK / "11_practice.yaml").read_bytes())
    (bank / "12_broken.yaml").write_text("quiz: 12_broken\n")
    printed = lessons.ends(0, "collect", homes, "--out", out, "--bank", bank)
    assert all(one["total_of"] == "5" for one in rows(out))
    assert int(rows(out)[0]["answers_to_changed_or_removed"]) > 5
    assert "the quiz 12_broken is broken" in printed.err
