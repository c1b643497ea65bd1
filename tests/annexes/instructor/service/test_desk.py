"""The service behind its web pages: acknowledged is stored, once, under the right name."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest

from lessons_lib.annexes.instructor.service.graded import (
    MOST_ANSWERS,
    BrokenQuizError,
    GradedDesk,
    Request,
    UnknownQuizError,
)
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.annexes.instructor.service.store import ClassStore, LearnerEvent, StoreError
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from tests.annexes.instructor.service.test_graded import (
    DUE,
    OPENS,
    QUIZ,
    SINGLE,
    class_of,
    right,
    wrong,
)

pytestmark = pytest.mark.anyio

FOUND = class_of()
START = Request("start", QuizAction("start"))
TO_SINGLE = Request("go", QuizAction("go", to=1 + QUIZ.questions.index(SINGLE)))
_ids = count()


def answer(letter: str) -> QuizAction:
    return QuizAction("answer", question=SINGLE.id, letters=(letter,))


async def saved(
    desk: GradedDesk,
    letter: str,
    answer_id: str = "",
    *,
    learner: str = "ann",
    at: datetime = OPENS,
) -> Page:
    """Let a learner answer, and return the page after it."""
    sent = Request(answer_id or f"{next(_ids):08x}", answer(letter))
    return await desk.act(learner, "week_1", sent, at)


def answers_of(store: ClassStore, learner: str) -> list[str]:
    return [one.id for one in store.events(learner) if one.kind == "answer"]


async def test_what_is_acknowledged_is_in_a_new_desk(store: ClassStore) -> None:
    page = await saved(GradedDesk(FOUND, store), right(), "id-1")
    assert page["reply"]["text"] == "Answer saved."
    page = await GradedDesk(FOUND, store).page("ann", "week_1", OPENS)
    assert page["question"]["given"]["letters"] == [right()]
    assert (await GradedDesk(FOUND, store).page("bob", "week_1", OPENS))["view"] == "start"
    assert answers_of(store, "ann") == ["id-1"]


async def test_an_answer_that_arrives_again_counts_once(store: ClassStore) -> None:
    desk = GradedDesk(FOUND, store)
    pages = await asyncio.gather(*(saved(desk, right(), "id-1") for _ in range(3)))
    again = await saved(GradedDesk(FOUND, store), right(), "id-1")
    assert [one["question"] for one in pages] == [again["question"]] * 3
    assert answers_of(store, "ann") == ["id-1"]


async def test_many_learners_answer_at_the_same_time_each_under_their_own_name(
    store: ClassStore,
) -> None:
    names = [f"learner-{number}" for number in range(50)]

    desk = GradedDesk(FOUND, store)
    await asyncio.gather(*(saved(desk, right(), f"of {one}", learner=one) for one in names))
    assert {one: answers_of(store, one) for one in names} == {one: [f"of {one}"] for one in names}


async def test_nothing_counts_that_is_not_on_disk(
    store: ClassStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = GradedDesk(FOUND, store)

    def full(rows: Sequence[LearnerEvent]) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_commit", full)
        tried = (saved(desk, wrong(), "id-1") for _ in range(3))
        failed = await asyncio.gather(*tried, return_exceptions=True)
        assert [type(one) for one in failed] == [StoreError] * 3
    assert (await desk.page("ann", "week_1", OPENS))["view"] == "start"
    page = await saved(desk, right(), "id-1")
    assert page["question"]["given"]["letters"] == [right()]
    assert answers_of(store, "ann") == ["id-1"]


async def test_what_was_erased_is_forgotten_and_the_rest_is_not(store: ClassStore) -> None:
    desk = GradedDesk(FOUND, store)
    for name in ("ann", "bob"):
        await saved(desk, right(), f"of {name}", learner=name)
    store.erase("ann")
    pages = [await desk.page(name, "week_1", OPENS) for name in ("ann", "bob")]
    assert [one.get("question", {}).get("attempts") for one in pages] == [None, 1]


async def test_where_somebody_is_is_remembered_but_not_stored(store: ClassStore) -> None:
    desk = GradedDesk(FOUND, store)
    await desk.act("ann", "week_1", START, OPENS)
    stored = store.events("ann")
    for _ in range(3):
        await desk.act("ann", "week_1", TO_SINGLE, OPENS)
        await desk.act("ann", "week_1", START, OPENS)
    assert (await desk.page("ann", "week_1", OPENS))["question"]["id"] == SINGLE.id
    assert store.events("ann") == stored


async def test_a_learner_has_so_many_answers_and_then_a_sentence(store: ClassStore) -> None:
    desk = GradedDesk(FOUND, store)
    for number in range(MOST_ANSWERS):
        page = await saved(desk, right(), f"{number:08}")
        assert page["reply"]["text"] == "Answer saved."
    page = await saved(desk, wrong(), "one more")
    assert str(MOST_ANSWERS) in page["reply"]["text"]
    page = await saved(desk, right(), learner="bob")
    assert page["reply"]["text"] == "Answer saved."
    assert len(answers_of(store, "ann")) == MOST_ANSWERS


def test_a_quiz_that_is_not_on_the_plan_is_unknown(store: ClassStore) -> None:
    with pytest.raises(UnknownQuizError):
        asyncio.run(GradedDesk(FOUND, store).page("ann", "06_batch_inference", OPENS))


async def test_more_time_that_is_given_after_the_close_is_given_to_all_before_they_see_a_key(
    store: ClassStore,
) -> None:
    desk = GradedDesk(FOUND, store)
    page = await saved(desk, right(), "lost", at=DUE + timedelta(minutes=30))
    assert page["question"]["key"] is page["question"]["solution"] is None
    desk.found = class_of(due="2026-12-08 19:00")
    await saved(desk, right(), "taken", at=DUE + timedelta(minutes=31))
    assert answers_of(store, "ann") == ["taken"]


async def test_a_broken_quiz_rests_until_it_is_repaired(store: ClassStore) -> None:
    desk = GradedDesk(ClassFolder(FOUND.plan, {}), store)
    with pytest.raises(BrokenQuizError):
        await saved(desk, right(), "at once")
    desk.found = FOUND
    await saved(desk, right(), "later")
    assert answers_of(store, "ann") == ["later"]
