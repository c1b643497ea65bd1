"""Collecting a class, compared with an independent count; homes that are broken or malicious."""

import errno
import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lessons_lib.annexes.instructor.collect.collect import ClassResults, class_tables, collect
from lessons_lib.annexes.instructor.collect.homes import list_homes, printable, read_home
from lessons_lib.annexes.instructor.collect.learner import Learner
from lessons_lib.annexes.instructor.commands.collect import read_names
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.reader import LARGEST_RECORD
from lessons_lib.cli import main
from lessons_lib.console import CommandError
from tests.support.synthetic_class import (
    BANK,
    DAMAGES,
    RECORD,
    Truth,
    answer_key,
    event,
    make_class,
    make_home,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def collected(homes: Path) -> ClassResults:
    return collect(list_homes(homes), load_bank(BANK), now=NOW)


def marks(learner: Learner) -> Truth:
    """Return what was collected from a learner, in the form of the expected results."""
    one = learner.progress.overall
    quizzes = learner.progress.by("quiz").items()
    by_quiz = {name: (one.attempted, one.right_last) for name, one in quizzes}
    return Truth(one.attempted, one.right_last, one.right_first, one.hints_used, by_quiz)


def assert_true(results: ClassResults, truths: dict[str, Truth]) -> None:
    assert [one.directory for one in results.learners] == sorted(truths)
    for learner in results.learners:
        truth = truths[learner.directory]
        damaged, truth.damaged_file = truth.damaged_file, ""
        assert marks(learner) == truth, learner.directory
        assert bool(learner.problems) == bool(damaged), learner
        assert all(one.startswith(damaged) for one in learner.problems), learner


def test_a_link_that_loops_costs_only_the_learner_who_made_it(tmp_path: Path) -> None:
    truth = make_home(tmp_path / "ada", answer_key(), 1)
    record = tmp_path / "bob" / RECORD
    record.parent.mkdir(parents=True)
    record.symlink_to(record)
    ada, bob = collected(tmp_path).learners
    assert marks(ada) == truth
    assert (bob.status, len(bob.problems)) == ("unreadable", 1)


def test_a_time_before_year_one_is_written_too(tmp_path: Path) -> None:
    record = tmp_path / "ada" / RECORD
    record.mkdir(parents=True)
    forged = event(1, "hint", "any", {}, random.Random(1))
    forged["time_utc"] = "0001-01-01T00:00:00+23:00"
    (record / "forged.jsonl").write_text(json.dumps(forged) + "\n")
    assert "1-01-01T00:00:00Z" in class_tables(collected(tmp_path))["class"]


@pytest.mark.parametrize(
    ("learners", "damaged"), [(40, len(DAMAGES)), pytest.param(500, 10, marks=pytest.mark.slow)]
)
def test_results_of_a_class_equal_an_independent_count_and_each_damaged_file_is_named(
    tmp_path: Path, learners: int, damaged: int
) -> None:
    truths = make_class(tmp_path, learners, damaged=damaged)
    assert sum(bool(one.damaged_file) for one in truths.values()) == damaged
    results = collected(tmp_path)
    assert collected(tmp_path) == results
    assert_true(results, truths)


def test_events_found_in_two_records_are_reported_for_both(tmp_path: Path) -> None:
    key = answer_key()
    for seed, name in enumerate(("ada", "bob")):
        make_home(tmp_path / name, key, seed)
    copied = (tmp_path / "ada" / RECORD / "one.jsonl").read_bytes()
    (tmp_path / "ada.jsonl").write_bytes(copied)
    count = copied.count(b"\n")
    home, export, bob = collected(tmp_path).learners
    problem = f"the same {count} events are in two records, here and in {{}}; counted in both."
    assert home.problems == (problem.format("ada.jsonl"),)
    assert export.problems == (problem.format("ada"),)
    assert (home.name, export.name, bob.problems) == ("ada", "ada", ())


def test_many_problems_of_one_learner_are_truncated(tmp_path: Path) -> None:
    record = tmp_path / "ada" / RECORD
    record.mkdir(parents=True)
    for number in range(60):
        (record / f"{number:02d}.jsonl").write_text("no event\n")
    (learner,) = collected(tmp_path).learners
    assert len(learner.problems) == 51
    assert learner.problems[-1] == "and 10 more of this kind."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("where", ["record/pipe.jsonl", "record", ""])
def test_a_named_pipe_anywhere_in_the_path_does_not_block(home: Path, where: str) -> None:
    place = (home / RECORD).parent / where
    if where != "record/pipe.jsonl":
        (home / RECORD).rmdir()
    if not where:
        place.rmdir()
    os.mkfifo(place)
    record = read_home(home)
    assert (record.events, len(record.problems)) == ([], 1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "homes" / "ada"
    (folder / RECORD).mkdir(parents=True)
    return folder


def exported(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the export of a home's record by its owner."""
    monkeypatch.setenv("LESSONS_DATA_DIR", str((home / RECORD).parent))
    folder = home.with_name(f"{home.name}-exported")
    assert main(["progress", "--export", str(folder)]) == 0
    return folder


def test_an_export_is_collected_like_the_home_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As NAME/record.jsonl, as NAME.jsonl, and next to homes."""
    truths = {}
    (tmp_path / "class").mkdir()
    for seed, name in enumerate(("ada", "bob.jsonl", "cy"), start=20):
        truths[name] = make_home(tmp_path / name, answer_key(), seed)
        exported(tmp_path / name, monkeypatch)
    (tmp_path / "ada-exported").rename(tmp_path / "class" / "ada")
    (tmp_path / "bob.jsonl-exported" / "record.jsonl").rename(tmp_path / "class" / "bob.jsonl")
    (tmp_path / "cy").rename(tmp_path / "class" / "cy")
    results = collected(tmp_path / "class")
    assert_true(results, truths)
    assert [one.name for one in results.learners] == ["ada", "bob", "cy"]
    export, home = tmp_path / "class" / "bob.jsonl", tmp_path / "bob.jsonl"
    assert export.is_file()
    assert home.is_dir()
    one, other = (collect([path], load_bank(BANK), now=NOW) for path in (export, home))
    assert one == other


def test_thirty_records_as_a_learning_platform_hands_them_out_give_thirty_rows(
    tmp_path: Path,
) -> None:
    """As NAME.jsonl, as NAME/*.jsonl handed in once or twice; one is damaged, one is a picture."""
    truths, folder = {}, tmp_path / "class"
    for number in range(30):
        name = f"Zoë Öz_{number:02d}_file"
        truth = make_home(tmp_path / name, answer_key(), number, "garbage" if number == 4 else "")
        parts = [tmp_path / name / RECORD / f"{one}.jsonl" for one in ("one", "two")]
        whole = b"".join(part.read_bytes() for part in parts)
        file = folder / (f"{name}/record (1).jsonl" if number % 2 else f"{name}.jsonl")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(whole)
        if number % 2:
            file.with_name("record.jsonl").write_bytes(parts[0].read_bytes())
            file.with_name("comment.html").touch()
        truth.damaged_file = file.name if number == 4 else ""
        truths[name if number % 2 else file.name] = truth
    picture = folder / "picture" / "shot.jsonl"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    results = collected(folder)
    learners = {one.name: one for one in results.learners}
    assert learners.pop("picture").status == "unreadable"
    assert list(learners) == [name.removesuffix(".jsonl") for name in sorted(truths)]
    assert_true(replace(results, learners=tuple(learners.values())), truths)


def test_other_files_of_a_home_without_a_record_are_not_read(home: Path) -> None:
    (home / RECORD).rmdir()
    (home / "data.jsonl").write_text('{"text": "a course\'s data"}\n')
    assert (read_home(home).status, read_home(home).problems) == ("no record", [])


def test_a_record_in_its_place_comes_before_an_export(home: Path) -> None:
    write(home, "lived")
    lived = (home / RECORD / "s.jsonl").read_text()
    (home / "record.jsonl").write_text(lived.replace("lived", "handed in"))
    assert [one.subject for one in read_home(home).events] == ["lived"]


def endless(path: Path) -> None:
    path.touch()
    os.truncate(path, 2**40)


EVIL_EXPORTS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a link": (lambda path: path.symlink_to(path.parents[1] / "theirs.jsonl"), "a link"),
    "a folder": (lambda path: path.mkdir(), "not a file"),
    "a table": (lambda path: path.write_text("id,kind\n"), "1 invalid line"),
    "endless": (endless, "larger than"),
}
if hasattr(os, "mkfifo"):
    EVIL_EXPORTS["a pipe"] = os.mkfifo, "not a file"


@pytest.mark.parametrize(("make", "reason"), EVIL_EXPORTS.values(), ids=EVIL_EXPORTS)
def test_an_export_that_is_no_record_costs_only_its_owner(
    tmp_path: Path, make: Callable[[Path], Any], reason: str
) -> None:
    (tmp_path / "class" / "ada").mkdir(parents=True)
    make_home(tmp_path / "theirs", answer_key(), 1)
    (tmp_path / "theirs" / RECORD / "one.jsonl").rename(tmp_path / "class" / "theirs.jsonl")
    for path in (tmp_path / "class" / "ada" / "record.jsonl", tmp_path / "class" / "bob.jsonl"):
        make(path)
        record = read_home(path.parent if path.name == "record.jsonl" else path)
        is_home = path.name == "bob.jsonl" and path.is_dir() and not path.is_symlink()
        assert record.status == ("no record" if is_home else "unreadable")
        assert record.events == []
        assert is_home or reason in record.problems[0]
    learners = collected(tmp_path / "class").learners
    assert [one.name for one in learners if one.answers] == ["theirs"]


def write(home: Path, subject: str = "q1", name: str = "s.jsonl") -> None:
    time = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
    event: dict[str, Any] = {"id": name + subject, "time_utc": time, "kind": "answer"}
    (home / RECORD / name).write_text(json.dumps(event | {"subject": subject}) + "\n")


def test_each_folder_is_a_home_sorted_by_name(tmp_path: Path) -> None:
    for name in ("zoe", "ada", "jupyter-bob", ".snapshots", "lost+found"):
        (tmp_path / name).mkdir()
    (tmp_path / "class.csv").touch()
    (tmp_path / "link").symlink_to("ada")
    homes = list_homes(tmp_path)
    assert [one.name for one in homes] == ["ada", "jupyter-bob", "link", "zoe"]
    assert [one.name for one in homes if read_home(one).problems] == ["link"]
    others = list_homes(tmp_path, leave_out=["link", "zoe"])
    assert [one.name for one in others] == ["ada", "jupyter-bob"]
    with pytest.raises(CommandError, match="is named techer"):
        list_homes(tmp_path, leave_out=["techer"])


def test_a_folder_without_homes_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for name, reason in {"none": "No such file", "file": "Not a dir", "empty": "neither"}.items():
        with pytest.raises(CommandError, match=f"per learner; .*{reason}"):
            list_homes(tmp_path / name)


@pytest.mark.parametrize("place", [".local", ".local/share/lessons-lib", RECORD])
def test_a_link_out_of_the_home_is_refused(home: Path, place: str) -> None:
    bob = home.parent / "bob"
    (home / ".local").rename(bob)
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    (home / place).symlink_to(bob / Path(place).relative_to(".local"))
    record = read_home(home)
    assert record.status == "unreadable"
    reason = "its path leads out of the home through a link"
    assert record.problems == [f"the record cannot be read: {reason}; skipped."]


def test_a_link_that_stays_in_the_home_is_followed(home: Path) -> None:
    write(home)
    (home / ".local").rename(home / "persistent")
    (home / ".local").symlink_to("persistent")
    record = read_home(home)
    assert (record.status, len(record.events), record.problems) == ("read", 1, [])


def test_links_among_the_files_are_reported_and_not_read(home: Path) -> None:
    write(home, "mine", "mine.jsonl")
    write(home, "theirs", "bob.jsonl")
    (home / RECORD / "bob.jsonl").rename(home.parent / "bob.jsonl")
    (home / RECORD / "bob.jsonl").symlink_to(home.parent / "bob.jsonl")
    record = read_home(home)
    assert [one.subject for one in record.events] == ["mine"]
    assert record.problems == ["bob.jsonl cannot be read (a link); skipped."]


def test_a_record_that_is_too_large_is_reported_and_other_files_count(home: Path) -> None:
    write(home, name="z.jsonl")
    with (home / RECORD / "huge.jsonl").open("wb") as file:
        file.truncate(2**40)  # a terabyte of nothing
    record = read_home(home)
    assert len(record.events) == 1
    limit = f"{LARGEST_RECORD // 1_000_000} MB"
    problem = f"huge.jsonl cannot be read (it would make the record larger than {limit}); skipped."
    assert record.problems == [problem]
    for name in ("huge.jsonl", "z.jsonl"):  # half of it each, and a byte more
        (home / RECORD / name).write_bytes(b" " * (LARGEST_RECORD // 2) + b"\n")
    (problem,) = read_home(home).problems
    assert "larger than" in problem


def test_a_file_name_cannot_forge_a_line_on_the_screen(home: Path) -> None:
    (home / RECORD / "a\nbob: all is well\x1b[2J\u202e.jsonl").write_text("x\n")
    (problem,) = read_home(home).problems
    assert problem.startswith("a\\nbob: all is well\\x1b[2J\\u202e.jsonl: skipped 1 invalid line")
    assert printable("Zoë 李") == "Zoë 李"


def test_a_file_name_that_is_not_utf_8_is_reported_with_escapes(home: Path) -> None:
    try:
        (home / RECORD / os.fsdecode(b"\xff.jsonl")).write_text("x\n")
    except OSError as error:
        assert error.errno == errno.EILSEQ
        pytest.skip("this file system rejects such names")
    (problem,) = read_home(home).problems
    assert problem.startswith("\\xff.jsonl: skipped 1 invalid line")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_home_is_reported(home: Path) -> None:
    home.chmod(0)
    try:
        record = read_home(home)
    finally:
        home.chmod(0o700)
    assert record.status == "unreadable"
    assert "Permission denied" in record.problems[0]


def names_table(folder: Path, content: str | bytes) -> Path:
    (folder / "names.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / "names.csv"


def test_names_are_read_by_directory_whatever_the_order_of_columns(tmp_path: Path) -> None:
    text = '\ufeffLearner,seat,Directory\r\n"Öz, Ada",4,u1\r\nBob,5, u2 \r\n'
    names = {"u1": "Öz, Ada", "u2": "Bob"}
    assert read_names(names_table(tmp_path, text), ["u1", "u2"]) == (names, [])


def test_unmatched_rows_and_homes_are_reported(tmp_path: Path) -> None:
    table = names_table(tmp_path, "directory,learner\nu1,Ada\nu1,Bob\nu9,Zoe\nu2\n")
    names, problems = read_names(table, ["u1", "u2"])
    assert names == {"u1": "Ada", "u9": "Zoe"}
    assert problems == [
        "line 3: u1 is repeated; skipped.",
        "line 5: a name is empty; skipped.",
        "line 4: no home is named u9.",
        "no row names the home u2.",
    ]


INVALID_TABLES = {
    "other columns": ("directory;learner\nu1;Ada\n", "must be directory,learner, got directory;"),
    "nothing": ("", "got nothing"),
    "another encoding": ("directory,learner\nu1,Öz\n".encode("latin-1"), "not in UTF-8"),
    "a quote without its end": ('directory,learner\nu1,"Ada\n', "is not valid CSV"),
}


@pytest.mark.parametrize(("content", "reason"), INVALID_TABLES.values(), ids=INVALID_TABLES.keys())
def test_an_invalid_table_of_names_is_refused(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        read_names(names_table(tmp_path, content), [])
