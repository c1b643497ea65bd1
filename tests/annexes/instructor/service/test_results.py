"""Results of a class, compared with `lessons collect`, with pandas, and with a plain count."""

import asyncio
import csv
import io
import random
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from msgspec import structs

from lessons_lib.annexes.instructor.collect.collect import FEWEST_LEARNERS, collect
from lessons_lib.annexes.instructor.collect.homes import list_homes
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.annexes.instructor.service.results import (
    Credit,
    QuizResults,
    class_results,
    credits_csv,
    nameless,
    own_data,
)
from lessons_lib.annexes.instructor.service.rules import GRACE
from lessons_lib.annexes.instructor.service.store import THE_CLASS, ClassStore
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import ChoiceQuestion
from lessons_lib.classroom.record.event import Event, as_lines, new_event
from tests.annexes.instructor.service.test_graded import (
    DUE,
    OPENS,
    QUIZ,
    SECOND,
    SINGLE,
    class_of,
    right,
    wrong,
)
from tests.support.synthetic_class import answer_key, given as payload_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE = {"minutes": 30, "percent": 50}
NOW = DUE + timedelta(days=2)
KEY = {one.id: answer_key()[one.id] | {"quiz": "week_1"} for one in QUIZ.questions}
Record = dict[str, list[Event]]


def event(question: str, payload: dict[str, Any], time: datetime, number: int = 0) -> Event:
    fields = payload | {"test": "graded week_1"}
    ident = f"{number:08x}{random.getrandbits(64):016x}"
    return Event(id=ident, time_utc=time, kind="answer", subject=question, payload=fields)


def answer(letter: str, time: datetime = OPENS, **more: object) -> Event:
    fields = {"letters": [letter], "revision": SINGLE.revision, "quiz": "week_1"}
    return event(SINGLE.id, fields | more, time)


def results_of(events: Record, found: ClassFolder | None = None) -> QuizResults:
    """Return the results of the only quiz."""
    (result,) = class_results(found or class_of(), events, NOW)
    return result


def credit_of(*events: Event, found: ClassFolder | None = None) -> Credit:
    (credit,) = results_of({"ann": list(events)}, found).credits
    return credit


def random_class(
    seed: int, learners: int = 40, *, last: datetime = DUE
) -> tuple[Record, dict[str, dict[str, list[bool]]]]:
    """Return what a class did, and for each learner and question which answers were right."""
    rng = random.Random(seed)
    record, rights = {}, {}
    for number in range(learners):
        strength, events = rng.random(), []
        tried: defaultdict[str, list[bool]] = defaultdict(list)
        for name in rng.sample(sorted(KEY), rng.randint(2, len(KEY))):
            for _ in range(rng.randint(1, 3)):
                is_right = rng.random() < strength
                payload = payload_of(KEY[name], rng, is_right=is_right)
                time = OPENS + rng.random() * (last - OPENS)
                events.append((time, name, payload, is_right))
        events.sort(key=lambda one: one[0])
        for _, name, _, is_right in events:
            tried[name].append(is_right)
        learner = f"learner-{number:03d}"
        record[learner] = [event(name, payload, time) for time, name, payload, _ in events]
        rights[learner] = dict(tried)
    return record, rights


@pytest.mark.parametrize("tries", [0, 3])
@pytest.mark.parametrize("seed", range(3))
def test_credits_without_a_late_rule_equal_those_that_are_collected_from_homes(
    tmp_path: Path, seed: int, tries: int
) -> None:
    record, _ = random_class(seed)
    for name, events in record.items():
        (tmp_path / f"{name}.jsonl").write_bytes(as_lines(events))
    collected = collect(list_homes(tmp_path), QuizBank((QUIZ,)), now=NOW)
    credits = results_of(record, class_of(tries=tries)).credits
    assert len(credits) == len(collected.learners) == 40
    for credit, learner in zip(credits, collected.learners, strict=True):
        assert credit.learner == learner.name
        assert credit.points == sum(one.last_credit for one in learner.progress.questions)
        assert credit.answered == learner.progress.overall.attempted
        assert credit.of == len(learner.progress.questions)


@pytest.mark.parametrize(("tries", "which"), [(0, -1), (3, 0)])
def test_facility_and_discrimination_equal_those_by_pandas(tries: int, which: int) -> None:
    record, rights = random_class(7, learners=80)
    rows = results_of(record, class_of(tries=tries)).questions
    tried = ({one: all_[which] for one, all_ in tried.items()} for tried in rights.values())
    table = pd.DataFrame(tried, dtype=float)
    assert len(rows) == len(table.columns) == len(KEY)
    for row in rows:
        item, rest = table[row["question"]], table.drop(columns=row["question"]).mean(axis=1)
        assert row["n"] == item.count()
        assert row["facility"] == pytest.approx(item.mean())
        assert row["discrimination"] == pytest.approx(item.corr(rest))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    late=st.none() | st.builds(dict, minutes=st.integers(1, 3_000), percent=st.integers(1, 100)),
    extra=st.dictionaries(st.sampled_from(["learner-000", "learner-002"]), st.integers(1, 3_000)),
)
def test_points_are_those_of_the_last_answer_in_time_with_its_share(
    seed: int, late: dict[str, int] | None, extra: dict[str, int]
) -> None:
    after = DUE + timedelta(days=5)
    record, rights = random_class(seed, learners=4, last=after)
    found = class_of(late=late, extra_minutes=extra)
    result = results_of(record, found)
    for credit in result.credits:
        due = DUE + extra.get(credit.learner, 0) * MINUTE + GRACE
        closes = due + (late or {"minutes": 0})["minutes"] * MINUTE
        points: dict[str, float] = {}
        left = {name: list(all_) for name, all_ in rights[credit.learner].items()}
        for one in record[credit.learner]:
            is_right = left[one.subject].pop(0)
            if one.time_utc <= closes:
                share = 1 if one.time_utc <= due or late is None else late["percent"] / 100
                points[one.subject] = is_right * share
        assert credit.points == pytest.approx(sum(points.values()))
        assert credit.answered == len(points)


@pytest.mark.parametrize(
    ("time", "points", "late"),
    [
        (DUE + GRACE, 1, 0),
        (DUE + GRACE + SECOND, 0.5, 1),
        (DUE + 30 * MINUTE + GRACE, 0.5, 1),
        (DUE + 30 * MINUTE + GRACE + SECOND, 0, 0),
        (OPENS - SECOND, 1, 0),
    ],
)
def test_the_second_of_its_arrival_decides_what_an_answer_counts(
    time: datetime, points: float, late: int
) -> None:
    credit = credit_of(answer(right(), time), found=class_of(late=LATE))
    assert (credit.points, credit.late) == (points, late)


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [(-70, -61, False), (-70, -59, True), (-5, 20, True), (80, 85, True), (91, 95, False)],
)
def test_results_say_when_the_service_was_away_shortly_before_somebody_had_to_stop(
    since: int, until: int, *, says: bool
) -> None:
    away, end = ((DUE + one * MINUTE) for one in (since, until))
    note = new_event("service-away", "", {"since": away.timestamp()}, clock=lambda: end)
    lines = results_of({THE_CLASS: [note]}, class_of(late=LATE, extra_minutes={"ann": 60})).away
    assert [
        f"{away + HOUR:%H:%M} to {end + HOUR:%H:%M} (Europe/Vienna)" in one for one in lines
    ] == ([True] if says else [])


def test_answers_to_a_revised_question_do_not_count_and_are_counted() -> None:
    old = answer(right(), revision=SINGLE.revision + 1)
    result = results_of({"ann": [old], "bob": [old, answer(right())]})
    assert [(one.points, one.answered, one.revised) for one in result.credits] == [
        (0, 0, 1),
        (1, 1, 1),
    ]
    assert result.revised == 2
    assert [one["n"] for one in result.questions] == [1]


def test_practice_live_rounds_and_other_quizzes_count_nowhere() -> None:
    counting = answer(right())
    others = [
        structs.replace(answer(wrong()), payload=counting.payload | changed)
        for changed in ({"test": ""}, {"test": "live 7"}, {"quiz": "06_batch_inference"})
    ]
    result = results_of({"ann": [counting, *others], "bob": others})
    assert [(one.learner, one.points) for one in result.credits] == [("ann", 1)]


def test_everybody_on_the_plan_has_a_row() -> None:
    found = class_of()
    found = ClassFolder(structs.replace(found.plan, learners=("ann", "bob")), found.quizzes)
    credits = results_of({"bob": [answer(right())]}, found).credits
    assert [(one.learner, one.points, one.of) for one in credits] == [
        ("ann", 0, len(KEY)),
        ("bob", 1, len(KEY)),
    ]


def test_a_quiz_has_results_once_it_is_open() -> None:
    assert class_results(class_of(), {}, OPENS - SECOND) == []
    (result,) = class_results(class_of(extra_minutes={"ann": 5}), {}, DUE + 5 * MINUTE + GRACE)
    assert not result.is_closed


def spread(**chosen: int) -> Record:
    """Return a class in which so many chose each option."""
    letters = [letter for letter, n in chosen.items() for _ in range(n)]
    return {f"l-{n:02d}": [answer(letter)] for n, letter in enumerate(letters)}


def test_each_option_is_counted_and_those_that_nobody_chose_are_named() -> None:
    assert isinstance(SINGLE, ChoiceQuestion)
    rest = set(SINGLE.options) - {right(), wrong()}
    (row,) = results_of(spread(**{right(): 20, wrong(): 20})).questions
    assert row["chosen"] == {right(): 0.5, wrong(): 0.5} | dict.fromkeys(rest, 0)
    assert row["remarks"] == [f"option {one} chosen by nobody" for one in sorted(rest)]


@pytest.mark.parametrize(
    ("n_right", "n_wrong", "remark"), [(39, 1, "too easy"), (3, 37, "too hard")]
)
def test_a_question_is_too_easy_or_too_hard(n_right: int, n_wrong: int, remark: str) -> None:
    (row,) = results_of(spread(**{right(): n_right, wrong(): n_wrong})).questions
    assert remark in row["remarks"]
    assert len({"too easy", "too hard"} & set(row["remarks"])) == 1


def test_few_learners_are_no_reason_for_a_remark() -> None:
    (row,) = results_of(spread(**{right(): FEWEST_LEARNERS - 1})).questions
    assert row["remarks"] == []
    assert "fewer" in row["discrimination"]


def test_a_question_that_chance_decides_does_not_tell_strong_from_weak() -> None:
    others = [one for one in KEY if one != SINGLE.id][:4]
    rng, record = random.Random(3), {}
    for number in range(60):
        is_strong = number % 2 == 0
        events = [answer(rng.choice([right(), wrong()]))]
        for one in others:
            is_right = rng.random() < (0.9 if is_strong else 0.2)
            events.append(event(one, payload_of(KEY[one], rng, is_right=is_right), OPENS))
        record[f"l-{number}"] = events
    rows = {one["question"]: one for one in results_of(record).questions}
    assert -0.2 < rows[SINGLE.id]["discrimination"] < 0.2
    assert rows[SINGLE.id]["remarks"][0] == "doesn't tell strong from weak"
    assert all("doesn't tell strong from weak" not in rows[one]["remarks"] for one in others)


def test_without_names_no_order_tells_them() -> None:
    events = {"ann": [answer(wrong())], "bob": [answer(right())], "cy": []}
    results = class_results(class_of(), events, NOW)
    hidden = nameless(results)
    assert not any(name in str(msgspec.to_builtins(hidden)) for name in events)
    points = [one.points for one in hidden[0].credits]
    assert points == sorted(points, reverse=True) == [1, 0]


def test_a_table_for_gradebooks_runs_no_formula() -> None:
    names = ["=1+1", "@SUM(A1)", "ann,bob", "ann"]
    results = class_results(class_of(), {one: [answer(right())] for one in names}, NOW)
    rows = list(csv.DictReader(io.StringIO(credits_csv(results))))
    assert [one["learner"] for one in rows] == ["'=1+1", "'@SUM(A1)", "ann", "ann,bob"]
    assert {(one["quiz"], one["points"], one["of"]) for one in rows} == {
        ("week_1", "1.0", str(len(KEY)))
    }


def test_own_data_has_all_that_is_stored_and_points_once_keys_are_shown(store: ClassStore) -> None:
    found = class_of(extra_minutes={"bob": 5})
    events = [answer(right()), structs.replace(answer(wrong()), kind="position", subject="week_1")]
    asyncio.run(store.save([*(("ann", one) for one in events), ("bob", answer(right()))]))
    before, after = (own_data(found, store, "ann", time) for time in (DUE + 35 * MINUTE, NOW))
    assert [one.id for one in before["events"]] == [one.id for one in events]
    assert before["credits"] == []
    assert [(one.quiz, one.points) for one in after["credits"]] == [("week_1", 1.0)]
    assert (after["purpose"], after["contact"]) == (found.plan.purpose, found.plan.contact)
