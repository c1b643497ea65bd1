"""`lessons progress`: shown, exported, brought in, reset; and never lost."""

import csv
import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from lessons_lib.classroom.practice.flashcards import deck, rated_event, schedule
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.regrade import answer_event, hint_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.record.folder import record_folder
from lessons_lib.classroom.record.kinds import Guess, event_of, payloads
from lessons_lib.classroom.record.log import JsonlEventLog
from tests.support.shell import Lessons

Patch = pytest.MonkeyPatch
BANKS = Path(__file__).parents[1] / "classroom" / "quiz" / "banks"
QUESTION = "choose-mode-for-archive"


@pytest.fixture
def record(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return where this test's record lies, with the sample as the course's only quiz."""
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONS_QUIZZES", str(BANKS))
    return tmp_path / "data" / "record"


@pytest.fixture
def answered(record: Path) -> Path:
    """Return a record with a hint and two answers to one question, the second right."""
    question = load_bank(BANKS).question(QUESTION)
    personal = personalize(question, "learner")
    log = JsonlEventLog(record)
    log.append(hint_event(question, 1, "01_sample"))
    for letter in ("A", "B"):
        log.append(answer_event(personal, Response(letters=(letter,)), "01_sample"))
    return record


def type_in(monkeypatch: Patch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def _files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_an_empty_record_is_not_created(record: Path, lessons: Lessons, tmp_path: Path) -> None:
    printed = lessons("progress")
    assert printed.startswith("You haven't answered any")
    assert f"will be saved in {record}" in printed
    assert not record.exists()
    assert "Your record is empty so far" in lessons("progress", "--export", tmp_path / "out")
    assert not record.exists()
    assert "nothing to do" in lessons("progress", "--reset")
    assert not record.parent.exists()


def test_progress_is_shown_by_group_and_changes_nothing(answered: Path, lessons: Lessons) -> None:
    before = _files(answered)
    printed = lessons("progress")
    graded = [one for one in load_bank(BANKS).questions if one.is_graded]
    hard = sum(one.difficulty == "hard" for one in graded)
    batch = sum(one.stage == "batch" for one in graded)
    words = [line.split() for line in printed.splitlines()]
    assert ["Hard", "1", "of", str(hard), "1", "0", "1"] in words
    assert ["Model", "inference", "(batch)", "1", "of", str(batch), "1", "0", "1"] in words
    title = load_bank(BANKS).quiz("01").title.split()
    assert ["01", *title, "1", "of", str(len(graded)), "1", "0", "1"] in words
    assert printed.splitlines()[-1] == f"Your record is in {answered}"
    assert _files(answered) == before


def test_unreadable_parts_of_the_record_are_reported_once(answered: Path, lessons: Lessons) -> None:
    (answered / "foreign.jsonl").write_bytes(b"\xff\xff\nno event\n")
    printed = lessons.ends(0, "progress").err
    assert printed == "warning: foreign.jsonl: skipped 2 invalid lines (first: line 1).\n"


def test_answers_to_removed_questions_are_reported(answered: Path, lessons: Lessons) -> None:
    (only,) = answered.glob("*.jsonl")
    only.write_bytes(only.read_bytes().replace(QUESTION.encode(), b"no-longer-there"))
    assert "2 answers are saved but not counted" in lessons("progress")


def test_a_broken_quiz_does_not_affect_the_others(
    answered: Path, tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    for name in ("01_sample.yaml", "02_broken.yaml"):
        (tmp_path / name).write_bytes((BANKS / "01_sample.yaml").read_bytes())
    monkeypatch.setenv("LESSONS_QUIZZES", str(tmp_path))
    printed = lessons.ends(0, "progress")
    assert "the quiz 02_broken is broken (see 02_broken.yaml:" in printed.err
    assert "1 of " in printed.out


def test_a_file_in_place_of_the_record_is_reported(record: Path, lessons: Lessons) -> None:
    record.parent.mkdir()
    record.write_text("a file")
    assert lessons.fails("progress").endswith(f": {record}\n")
    assert record.read_text() == "a file"


def test_an_export_has_all_answers(answered: Path, tmp_path: Path, lessons: Lessons) -> None:
    folder = tmp_path / "for me" / "Übung"
    *wrote, about = lessons("progress", "--export", folder).splitlines()
    assert {line.removeprefix("Wrote ") for line in wrote} == {
        str(path) for path in folder.iterdir()
    }
    assert about.startswith("record.jsonl contains your whole record")
    assert (folder / "record.jsonl").read_bytes() == b"".join(_files(answered).values())
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert [one["outcome"] for one in answers] == ["wrong", "right"]
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        assert [row["letters"] for row in csv.DictReader(file)] == ["A", "B"]


def test_an_impossible_export_is_reported(answered: Path, tmp_path: Path, lessons: Lessons) -> None:
    before = _files(answered)
    (tmp_path / "file").write_text("mine")
    assert "file is a file." in lessons.fails("progress", "--export", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    assert "Write the full path" in lessons.fails("progress", "--export", "~no-such-user/x")
    assert _files(answered) == before


def test_an_export_brought_in_elsewhere_gives_the_same_progress(
    answered: Path, tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    log, cards = JsonlEventLog(answered), deck(load_bank(BANKS))
    log.append(rated_event(cards[0], "again"))
    log.append(event_of("any-guess", Guess(3.0, 4.0)))
    lessons("progress", "--export", tmp_path / "out")
    there = lessons("progress")
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data2"))
    exported = tmp_path / "out" / "record.jsonl"
    exported.write_bytes(exported.read_bytes() + b"damaged\n")
    for brought, already in ((5, 0), (0, 5)):
        said = f"{brought} events brought in, {already} already here, 1 unreadable line skipped."
        assert said in lessons("progress", "--bring", exported)
    assert lessons("progress") == there.replace(str(answered), str(record_folder()))
    now = utc_now() + timedelta(days=1)
    here, origin = (list(JsonlEventLog(one).events()) for one in (record_folder(), answered))
    assert schedule(here, cards, now).due == schedule(origin, cards, now).due != ()
    assert next(payloads(here, Guess))[1] == Guess(3.0, 4.0)
    assert len(list(record_folder().iterdir())) == 1


def test_what_cannot_be_brought_in_is_one_sentence_and_changes_nothing(
    answered: Path, tmp_path: Path, lessons: Lessons
) -> None:
    before = _files(answered)
    for name, content in (("large", b"x" * 10_000_001), ("foreign", b"\xff\xfeno\n")):
        (tmp_path / name).write_bytes(content)
    for name in ("large", "foreign", "missing", "data"):
        printed = lessons.ends(1, "progress", "--bring", tmp_path / name)
        assert printed.out == ""
        assert str(tmp_path / name) in printed.err
        assert printed.err.count("\n") == 1
    assert _files(answered) == before


@pytest.mark.parametrize("typed", ["", "\n", "no\n", "y\n", "yes please\n"])
def test_only_yes_resets(answered: Path, monkeypatch: Patch, lessons: Lessons, typed: str) -> None:
    before = _files(answered)
    type_in(monkeypatch, typed)
    assert lessons.ends(1, "progress", "--reset").out.endswith("Nothing was changed.\n")
    assert _files(answered) == before
    assert list(answered.parent.iterdir()) == [answered]


@pytest.mark.parametrize(("flags", "typed"), [([], " Yes\n"), (["--yes"], "")])
def test_each_reset_keeps_a_backup_with_everything(
    answered: Path, monkeypatch: Patch, lessons: Lessons, flags: list[str], typed: str
) -> None:
    before = _files(answered)
    type_in(monkeypatch, typed)
    printed = lessons("progress", "--reset", *flags)
    (backup,) = answered.parent.iterdir()
    assert backup.name.startswith("record.backup-")
    assert _files(backup) == before
    assert str(backup) in printed
    assert "You haven't answered any" in lessons("progress")
    answered.mkdir()
    (answered / "second.jsonl").write_text("")
    lessons("progress", "--reset", "--yes")
    assert len(list(answered.parent.iterdir())) == 2
