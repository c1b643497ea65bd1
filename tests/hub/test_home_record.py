"""One home, prepared by somebody who means no good, or by a machine that failed."""

from __future__ import annotations

import errno
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from lessons_lib.hub.home_record import HomeRecord, read_home
from lessons_lib.hub.homes import Home
from lessons_lib.hub.record_folder import LARGEST_RECORD, MOST_FILES
from lessons_lib.hub.regrade import Result, regrade
from lessons_lib.hub.screening import CLAIM, FAR_ORDER, FUTURE, NO_ANSWER, UNFIT, UNKNOWN_KIND
from lessons_lib.quiz.bank import load_bank
from tests.hub.synthetic_class import BANK, answer_key, event, given

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = answer_key()
RNG = random.Random(5)
NAMES = [name for name, one in KEY.items() if one["kind"] == "single"][:4]
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "homes" / "ada"
    (folder / ".local/share/lessons-lib/record").mkdir(parents=True)
    return folder


def record_of(home: Path) -> Path:
    return home / ".local/share/lessons-lib/record"


def answer(number: int = 1, name: str = NAMES[0], *, is_right: bool = True, **other: Any) -> Any:
    payload = given(KEY[name], RNG, is_right=is_right)
    return event(number, "answer", name, payload, RNG) | other


def write(home: Path, *events: Any, name: str = "s.jsonl") -> None:
    lines = [json.dumps(one, separators=(",", ":")) + "\n" for one in events]
    (record_of(home) / name).write_text("".join(lines), encoding="utf-8")


def read(home: Path) -> HomeRecord:
    return read_home(Home("ada", home), NOW)


def graded(home: Path) -> tuple[Result, list[str]]:
    record = read(home)
    result = regrade(record.events, load_bank(BANK), record.notes)
    return result, [*record.problems, *record.notes.sentences()]


def test_a_score_that_an_answer_claims_is_told_and_not_believed(home: Path) -> None:
    forged = answer(is_right=False)
    forged["payload"] |= {"score": 1.0, "outcome": "right"}
    write(home, forged)
    result, problems = graded(home)
    assert result.progress.overall.right_last == 0
    assert result.progress.overall.attempted == 1
    assert problems == [f"s.jsonl: line 1: {CLAIM}."]


FORGED = {
    "an unknown kind": ({"kind": "score"}, UNKNOWN_KIND),
    "a time to come": ({"time_utc": "2026-08-01T00:00:00Z"}, FUTURE),
    "the end of time": ({"time_utc": "9999-12-31T23:59:59-23:00"}, FUTURE),
    "letters that are a number": ({"payload": {"letters": 7}}, NO_ANSWER),
    "an option that is not there": (
        {"payload": {"letters": ["Z"], "revision": KEY[NAMES[0]]["revision"]}},
        UNFIT,
    ),
}


@pytest.mark.parametrize(("change", "fault"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_line_is_told_by_its_place_and_passed_over(
    home: Path, change: dict[str, Any], fault: str
) -> None:
    write(home, answer(1, NAMES[1]), answer(2) | change, answer(3, NAMES[2]))
    result, problems = graded(home)
    assert problems == [f"s.jsonl: line 2: {fault}."]
    assert sorted(result.first) == sorted(NAMES[1:3])


def test_the_same_fault_of_a_file_is_told_once(home: Path) -> None:
    write(home, *(answer(number, kind="score") for number in (1, 2, 3)))
    assert graded(home)[1] == [f"s.jsonl: line 1: {UNKNOWN_KIND} (3 such lines)."]


def test_an_absurd_order_is_told(home: Path) -> None:
    write(home, answer(1, order=2**53), name="forged.jsonl")
    write(home, answer(2, is_right=False), name="later.jsonl")
    assert graded(home)[1] == [f"forged.jsonl: line 1: {FAR_ORDER}."]


def test_a_time_before_time_hurts_nobody(home: Path) -> None:
    write(home, answer(1, time_utc="0001-01-01T00:00:00+23:00"))
    result, problems = graded(home)
    assert (result.progress.overall.attempted, problems) == (1, [])


def test_an_answer_to_another_revision_or_a_question_that_left_is_neither_right_nor_wrong(
    home: Path,
) -> None:
    old, gone, row = answer(1), answer(2, subject="gone-since"), answer(3)
    old["payload"]["revision"] += 1
    row["payload"]["variant"] = 40
    write(home, old, gone, row, answer(4, NAMES[1]))
    result, problems = graded(home)
    assert (result.changed, result.answers, problems) == (3, 1, [])
    assert result.progress.overall.attempted == 1


def test_solutions_opened_before_answering_are_counted(home: Path) -> None:
    def opened(number: int, name: str) -> Any:
        payload = {"revision": KEY[name]["revision"], "quiz": KEY[name]["quiz"]}
        return event(number, "solution", name, payload, RNG)

    before = [opened(1, NAMES[0]), opened(2, NAMES[0]), answer(3, NAMES[0])]
    after = [answer(4, NAMES[1]), opened(5, NAMES[1])]
    never = [opened(6, NAMES[2])]
    write(home, *before, *after, *never)
    assert graded(home)[0].opened_before == 1


@needs_pipes
@pytest.mark.parametrize("where", ["record/pipe.jsonl", "record", ""])
def test_a_pipe_anywhere_on_the_way_is_not_waited_for(home: Path, where: str) -> None:
    place = record_of(home).parent / where
    if place.exists():
        for folder in sorted(place.rglob("*"), reverse=True):
            folder.rmdir()
        place.rmdir()
    os.mkfifo(place)
    record = read(home)
    assert len(record.problems) == 1
    assert record.events == []


def test_a_link_to_another_learner_s_record_is_refused(home: Path) -> None:
    bob = home.parent / "bob" / "record"
    bob.mkdir(parents=True)
    record_of(home).rmdir()
    record_of(home).symlink_to(bob)
    record = read(home)
    assert record.status == "unreadable"
    assert record.problems == ["the record lies outside of the home, through a link; passed over."]


@pytest.mark.parametrize("place", [".local", ".local/share", ".local/share/lessons-lib"])
def test_a_link_on_the_way_is_refused_too(home: Path, place: str) -> None:
    bob = home.parent / "bob"
    (home / ".local").rename(bob)
    (home / place).parent.mkdir(parents=True, exist_ok=True)
    (home / place).symlink_to(bob / Path(place).relative_to(".local"))
    assert read(home).status == "unreadable"


def test_a_link_that_stays_in_the_home_is_followed(home: Path) -> None:
    write(home, answer())
    (home / ".local").rename(home / "persistent")
    (home / ".local").symlink_to("persistent")
    record = read(home)
    assert (record.status, len(record.events), record.problems) == ("read", 1, [])


def test_links_among_the_files_are_told_and_not_read(home: Path) -> None:
    write(home, answer(), name="mine.jsonl")
    bob = home.parent / "bob.jsonl"
    bob.write_text(json.dumps(answer(2, NAMES[1])) + "\n")
    empty = home.parent / "empty.jsonl"
    empty.touch()
    for name, target in {"bob.jsonl": bob, "empty.jsonl": empty}.items():
        (record_of(home) / name).symlink_to(target)
    record = read(home)
    assert [one.subject for one in record.events] == [NAMES[0]]
    assert record.problems == [
        "bob.jsonl cannot be read (a link); passed over.",
        "empty.jsonl cannot be read (a link); passed over.",
    ]


def test_a_huge_file_is_told_and_the_others_count(home: Path) -> None:
    write(home, answer(), name="z.jsonl")
    with (record_of(home) / "huge.jsonl").open("wb") as file:
        file.truncate(2**40)  # a terabyte of nothing
    record = read(home)
    assert len(record.events) == 1
    limit = f"{LARGEST_RECORD // 1_000_000} MB"
    told = f"huge.jsonl cannot be read (with it the record is larger than {limit}); passed over."
    assert record.problems == [told]


def test_many_files_together_are_no_larger_than_one_may_be(home: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (record_of(home) / name).write_bytes(b" " * (LARGEST_RECORD // 2 + 1))
    (told,) = read(home).problems
    assert "larger than" in told


def test_more_files_than_a_record_has_are_told(home: Path) -> None:
    for number in range(MOST_FILES + 1):
        (record_of(home) / f"{number}.jsonl").touch()
    record = read(home)
    assert record.status == "unreadable"
    assert record.problems == [f"the record has more than {MOST_FILES:,} files; passed over."]


def test_a_file_s_name_cannot_forge_a_line_on_the_screen(home: Path) -> None:
    (record_of(home) / "a\nbob: all is well\x1b[2J\u202e.jsonl").write_text("x\n")
    (told,) = read(home).problems
    assert told.startswith("a\\nbob: all is well\\x1b[2J\\u202e.jsonl: 1 line is no event")


def test_a_name_that_is_no_utf_8_can_be_told(home: Path) -> None:
    try:
        (record_of(home) / os.fsdecode(b"\xff.jsonl")).write_text("x\n")
    except OSError as error:
        assert error.errno == errno.EILSEQ
        pytest.skip("this file system takes no such name")
    (told,) = read(home).problems
    assert told.startswith("\\xff.jsonl: 1 line")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_closed_home_is_told(home: Path) -> None:
    home.chmod(0)
    try:
        record = read(home)
    finally:
        home.chmod(0o700)
    assert record.status == "unreadable"
    assert "Permission denied" in record.problems[0]


def test_a_record_elsewhere_in_the_home_is_found_where_it_is_said_to_be(home: Path) -> None:
    write(home, answer())
    (home / ".local/share/lessons-lib").rename(home / "course-data")
    assert read(home).status == "no record"
    found = read_home(Home("ada", home), NOW, PurePosixPath("course-data"))
    assert len(found.events) == 1


def test_a_small_difference_of_clocks_is_forgiven(home: Path) -> None:
    ahead = (NOW + timedelta(hours=5)).isoformat()
    write(home, answer(1, time_utc=ahead))
    assert graded(home)[1] == []
