"""The plan of a class: what it says about each learner, and every fault with its line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lessons_lib.annexes.instructor.service.plan import Plan, load_plan
from lessons_lib.annexes.instructor.service.rules import GRACE, UNTIL_KEYS
from lessons_lib.classroom.tables.load import CourseFileError

PLAN = """\
zone: Europe/Vienna
purpose: Ten of twelve weekly quizzes count a third of the grade.
contact: Ada Lovelace, ada@example.org
delete_after: "2027-03-01"
learners: [ann, bob]
graded:
  - quiz: week_1
    opens: 2026-12-01 10:00
    due: 2026-12-08 18:00
    late: {minutes: 30, percent: 50}
    extra_minutes: {ann: 45}
  - quiz: week_2
    opens: 2026-12-08 10:00
    due: 2026-12-15 18:00
    tries: 2
    key: when-final
"""


def plan_of(folder: Path, text: str) -> Plan:
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    return load_plan(folder)


def test_extra_minutes_move_due_and_late_for_one_learner_alone(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, PLAN)
    bob, ann = (plan.timeline("week_1", one) for one in ("bob", "ann"))
    assert bob.due == datetime(2026, 12, 8, 17, tzinfo=UTC)
    assert bob.closes - bob.due == timedelta(minutes=30)
    assert ann.due - bob.due == ann.closes - bob.closes == timedelta(minutes=45)
    assert plan.last_close("week_1") == ann.closes
    assert plan.keys_shown("week_1") == ann.closes + UNTIL_KEYS


def test_a_plan_that_is_over_says_so_and_when_answers_are_to_be_deleted(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, PLAN)
    end = plan.last_close("week_2") + GRACE
    (open_,) = plan.reminders(end)
    assert "is 2027-03-01" in open_
    closed, same = plan.reminders(end + timedelta(seconds=1))
    assert ("closed" in closed, same) == (True, open_)
    _, due = plan.reminders(datetime(2027, 3, 2, tzinfo=UTC))
    assert "was 2027-03-01" in due
    assert "lessons class purge" in due


def test_answers_may_be_deleted_when_the_date_is_over_where_the_class_is(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, PLAN)
    midnight = datetime(2027, 3, 1, 23, tzinfo=UTC)  # in Vienna
    assert plan.may_delete(midnight)
    assert not plan.may_delete(midnight - timedelta(seconds=1))


def test_nothing_is_deleted_while_somebody_may_still_answer(tmp_path: Path) -> None:
    text = PLAN.replace('"2027-03-01"', '"2026-12-15"').replace("{ann: 45}", "{ann: 20160}")
    plan = plan_of(tmp_path, text)
    last = plan.last_close("week_1") + GRACE
    assert last > datetime(2026, 12, 16, tzinfo=UTC)
    assert not plan.may_delete(last)
    assert plan.may_delete(last + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("Europe/Vienna", "Europe/Wien", 1, "time zone"),
        ('"2027-03-01"', '"2027-02-31"', 4, "date that exists"),
        ("week_2", "week_1", 12, "already used"),
        ("due: 2026-12-08 18:00", "due: 2026-11-08 18:00", 9, "later than opens"),
        ("due: 2026-12-15 18:00", "due: 2027-03-28 02:30", 14, "skip this time"),
        ("due: 2026-12-15 18:00", "due: 2027-03-02 18:00", 14, "delete_after"),
        ("opens: 2026-12-08 10:00", "opens: tomorrow", 13, "like 2026-12-08 18:00"),
        ("{ann: 45}", "{anne: 45}", 11, "Did you mean 'ann'"),
        ("tries: 2", "trys: 2", 15, "tries"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(CourseFileError, match=says) as raised:
        plan_of(tmp_path, PLAN.replace(old, new, 1))
    (problem,) = raised.value.problems
    assert problem.line == line


def test_all_faults_are_listed_together(tmp_path: Path) -> None:
    text = PLAN.replace("2026-12-08 18:00", "2026-10-25 02:30").replace("{ann: 45}", "{eve: 45}")
    with pytest.raises(CourseFileError) as raised:
        plan_of(tmp_path, text)
    assert len(raised.value.problems) == 2
