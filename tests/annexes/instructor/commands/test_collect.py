"""`lessons collect`: what is written, what is reported, what is refused."""

import csv
import os
import stat
from pathlib import Path

import pytest

from lessons_lib.cli import main
from tests.support.synthetic_class import BANK, RECORD, Truth, answer_key, make_home

Captured = pytest.CaptureFixture[str]
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


def collect(homes: Path, out: Path, *more: object) -> int:
    return main(["collect", str(homes), "--out", str(out), *map(str, more)])


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_has_the_results_of_a_learner(homes: Path, out: Path) -> None:
    truth: Truth = make_home(homes / "dee", answer_key(), 9)
    assert collect(homes, out) == 0
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
    homes: Path, out: Path, capsys: Captured
) -> None:
    assert collect(homes, out) == 0
    records = "".join(path.read_text() for path in homes.glob(f"*/{RECORD}/*.jsonl"))
    answered = [one for one in answer_key() if f'"answer","subject":"{one}"' in records]
    questions = rows(out.with_name("class_questions.csv"))
    assert [one["question"] for one in questions] == answered
    unanswered = len(answer_key()) - len(answered)
    assert f"leaves out {unanswered} questions that nobody answered." in capsys.readouterr().out
    assert all(one["discrimination"].startswith("n/a: fewer than") for one in questions)


def test_problems_are_reported_with_learner_file_and_line_and_help_with_the_rule(
    homes: Path, out: Path, capsys: Captured
) -> None:
    assert collect(homes, out) == 0
    printed = capsys.readouterr()
    reported = "two.jsonl: skipped 1 invalid line (first: line 4)."
    assert printed.err == f"bob: {reported}\n"
    assert "3 learners: 2 with a record, 1 with no record yet, 0 that could not" in printed.out
    assert [one["problems"] for one in rows(out)] == ["", reported, ""]
    assert "May need help: answered fewer than half" in printed.out
    assert rows(out)[2]["may_need_help"].startswith("may need help: answered 0, fewer")


def test_a_home_that_is_a_link_to_the_results_does_not_stop_them(homes: Path, out: Path) -> None:
    (homes / "eve").symlink_to(out.parent)
    (homes / "mal").symlink_to("/")
    assert collect(homes, out) == 0
    unread = [one for one in rows(out) if one["record"] == "unreadable"]
    assert [one["directory"] for one in unread] == ["eve", "mal"]
    assert {(one["total_right"], one["may_need_help"]) for one in unread} == {("", "")}  # no zeros


def test_names_are_harmless_in_a_spreadsheet(
    homes: Path, out: Path, tmp_path: Path, capsys: Captured
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("directory,learner\nada,=HYPERLINK(1)\nbob,+1\nzoe,Zoe\n")
    (homes / "@cmd").mkdir()
    assert collect(homes, out, "--map", names) == 0
    assert [one["learner"] for one in rows(out)] == ["'@cmd", "'=HYPERLINK(1)", "'+1", "cy"]
    reported = capsys.readouterr().err
    assert f"{names}: line 4: no home is named zoe.\n" in reported
    assert f"{names}: no row names the home cy.\n" in reported


def test_results_are_private_and_nothing_in_a_home_is_changed(homes: Path, out: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        found = {str(one): one.lstat() for one in homes.rglob("*")}
        return {name: (about.st_mtime_ns, about.st_size) for name, about in found.items()}

    before, mask = state(), os.umask(0o022)
    try:
        assert collect(homes, out) == 0
    finally:
        os.umask(mask)
    assert not stat.S_IMODE(out.stat().st_mode) & 0o077
    assert state() == before


def test_results_are_never_written_into_a_home(homes: Path, capsys: Captured) -> None:
    link = homes.parent / "elsewhere"
    link.symlink_to(homes / "cy")
    for place in (homes / "cy" / "class.csv", link / "class.csv"):
        assert collect(homes, place) == 1
        assert "is in the home cy" in capsys.readouterr().err
    assert list((homes / "cy").iterdir()) == []
    assert collect(homes, homes / "cy" / "class.csv", "--leave-out", "cy") == 0


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
    homes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
    arguments: list[str],
    reported: str,
) -> None:
    monkeypatch.chdir(homes.parent)
    Path("names.csv").write_text("directory,learner\n")
    Path("broken").mkdir()
    Path("broken", "12_broken.yaml").write_text("quiz: 12_broken\n")
    before = sorted(Path().iterdir())
    assert main(["collect", "homes", *arguments]) == 1
    assert reported in capsys.readouterr().err
    assert sorted(Path().iterdir()) == before


def test_results_are_written_even_if_they_cannot_be_signed(
    homes: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(homes / "ada" / RECORD / "one.jsonl"))
    assert collect(homes, out, "--notebook", out.with_suffix(".ipynb")) == 0
    assert "is not signed" in capsys.readouterr().err
    assert out.with_suffix(".ipynb").exists()


@pytest.mark.parametrize("arguments", [[], ["homes"], ["--out", "class.csv"]])
def test_without_homes_and_a_file_it_names_the_demo(arguments: list[str], capsys: Captured) -> None:
    assert main(["collect", *arguments]) == 1
    assert "--demo" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/data", "../data", ""])
def test_records_must_be_inside_a_home(
    homes: Path, out: Path, place: str, capsys: Captured
) -> None:
    with pytest.raises(SystemExit):
        collect(homes, out, "--records", place)
    assert "relative to a home" in capsys.readouterr().err


def test_records_elsewhere_in_the_homes_are_found(homes: Path, out: Path) -> None:
    (homes / "cy" / "data").mkdir()
    (homes / "ada" / RECORD).rename(homes / "cy" / "data" / "record")
    assert collect(homes, out, "--records", "data") == 0
    assert [one["record"] for one in rows(out)] == ["no record", "no record", "read"]


def test_another_bank_can_be_graded_by_and_a_broken_quiz_in_it_is_reported(
    homes: Path, out: Path, tmp_path: Path, capsys: Captured
) -> None:
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "11_practice.yaml").write_bytes((BANK / "11_practice.yaml").read_bytes())
    (bank / "12_broken.yaml").write_text("quiz: 12_broken\n")
    assert collect(homes, out, "--bank", bank) == 0
    assert all(one["total_of"] == "5" for one in rows(out))
    assert int(rows(out)[0]["answers_to_changed_or_removed"]) > 5
    assert "the quiz 12_broken is broken" in capsys.readouterr().err
