"""The service behind its web pages: acknowledged is stored, once, under the right name."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from lessons_lib.classroom.service.desk import BrokenQuizError, Desk, UnknownQuizError
from lessons_lib.classroom.service.folder import ClassFolder
from lessons_lib.classroom.service.store import ClassStore, LearnerEvent, StoreError
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from tests.classroom.service.test_graded import DUE, OPENS, QUIZ, SINGLE, Learner, right, wrong

FOUND = ClassFolder(Learner().plan, {"week_1": QUIZ})
TO_SINGLE = QuizAction("go", to=1 + QUIZ.questions.index(SINGLE))


def answer(letter: str) -> QuizAction:
    return QuizAction("answer", question=SINGLE.id, letters=(letter,))


def desk_of(store: ClassStore) -> Desk:
    return Desk(FOUND, store, lambda: OPENS)


def answers_of(store: ClassStore, learner: str) -> list[str]:
    return [one.id for one in store.events(learner) if one.kind == "answer"]


def test_what_is_acknowledged_is_in_a_new_desk(store: ClassStore) -> None:
    async def run() -> None:
        await desk_of(store).act("ann", "week_1", TO_SINGLE)
        page = await desk_of(store).act("ann", "week_1", answer(right()), "id-1")
        assert page["reply"]["text"] == "Answer saved."
        page = await desk_of(store).page("ann", "week_1")
        assert page["question"]["given"]["letters"] == [right()]
        assert (await desk_of(store).page("bob", "week_1"))["view"] == "start"

    asyncio.run(run())
    assert answers_of(store, "ann") == ["id-1"]


def test_an_answer_that_arrives_again_counts_once(store: ClassStore) -> None:
    async def run() -> None:
        desk = desk_of(store)
        await desk.act("ann", "week_1", TO_SINGLE)
        once = [desk.act("ann", "week_1", answer(right()), "id-1") for _ in range(3)]
        pages = await asyncio.gather(*once)
        again = await desk_of(store).act("ann", "week_1", answer(right()), "id-1")
        assert [one["question"] for one in pages] == [again["question"]] * 3

    asyncio.run(run())
    assert answers_of(store, "ann") == ["id-1"]


def test_many_learners_answer_at_the_same_time_each_under_their_own_name(
    store: ClassStore,
) -> None:
    names = [f"learner-{number}" for number in range(50)]

    async def run() -> None:
        desk = desk_of(store)
        await asyncio.gather(*(desk.act(one, "week_1", TO_SINGLE) for one in names))
        saved = (desk.act(one, "week_1", answer(right()), f"of {one}") for one in names)
        await asyncio.gather(*saved)

    asyncio.run(run())
    assert {one: answers_of(store, one) for one in names} == {one: [f"of {one}"] for one in names}


def test_nothing_counts_that_is_not_on_disk(
    store: ClassStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        desk = desk_of(store)
        await desk.act("ann", "week_1", TO_SINGLE)

        def full(rows: Sequence[LearnerEvent]) -> None:
            raise StoreError("disk full")

        with monkeypatch.context() as patch:
            patch.setattr(store, "_commit", full)
            tried = (desk.act("ann", "week_1", answer(wrong()), "id-1") for _ in range(3))
            failed = await asyncio.gather(*tried, return_exceptions=True)
            assert [type(one) for one in failed] == [StoreError] * 3
        page = await desk.page("ann", "week_1")
        assert page["question"]["attempts"] == 0
        page = await desk.act("ann", "week_1", answer(right()), "id-1")
        assert page["question"]["given"]["letters"] == [right()]

    asyncio.run(run())
    assert answers_of(store, "ann") == ["id-1"]


def test_what_was_erased_is_forgotten_and_the_rest_is_not(store: ClassStore) -> None:
    async def run() -> None:
        desk = desk_of(store)
        for name in ("ann", "bob"):
            await desk.act(name, "week_1", TO_SINGLE)
            await desk.act(name, "week_1", answer(right()), f"of {name}")
        store.erase("ann")
        desk.forget(OPENS)
        pages = [await desk.page(name, "week_1") for name in ("ann", "bob")]
        assert [one.get("question", {}).get("attempts") for one in pages] == [None, 1]

    asyncio.run(run())


def test_everything_is_purged_when_the_plan_says_so(store: ClassStore) -> None:
    async def run() -> None:
        desk = desk_of(store)
        await desk.act("ann", "week_1", TO_SINGLE)
        last_day = datetime(2027, 3, 1, 12, tzinfo=UTC)
        for days, left in ((0, ["ann"]), (1, [])):
            desk.forget(last_day + timedelta(days=days))
            assert store.learners() == left

    asyncio.run(run())


def test_a_quiz_that_is_not_on_the_plan_is_unknown(store: ClassStore) -> None:
    with pytest.raises(UnknownQuizError):
        asyncio.run(desk_of(store).page("ann", "06_batch_inference"))


def test_the_deadline_is_that_of_the_arrival(store: ClassStore) -> None:
    now = [DUE]
    desk = Desk(FOUND, store, lambda: now[0])

    async def run() -> None:
        await desk.act("ann", "week_1", TO_SINGLE)
        await desk.act("ann", "week_1", answer(right()), "in time")
        now[0] = DUE.replace(second=1)
        page = await desk.act("ann", "week_1", answer(wrong()), "too late")
        assert page["reply"]["what"] == "problem"

    asyncio.run(run())
    assert answers_of(store, "ann") == ["in time"]


def test_a_broken_quiz_rests_until_it_is_repaired_and_a_moved_deadline_stays(
    store: ClassStore,
) -> None:
    now = [OPENS]
    desk = Desk(FOUND, store, lambda: now[0])

    async def run() -> None:
        await desk.act("ann", "week_1", TO_SINGLE)
        desk.move("week_1", timedelta(minutes=10))
        desk.renew(FOUND, {"week_1"})
        with pytest.raises(BrokenQuizError):
            await desk.act("ann", "week_1", answer(right()), "at once")
        desk.renew(FOUND)
        now[0] = DUE + timedelta(minutes=10)
        await desk.act("ann", "week_1", answer(right()), "later")

    asyncio.run(run())
    assert answers_of(store, "ann") == ["later"]


def test_nobody_is_told_that_a_quiz_is_closed_before_its_deadline_may_have_moved(
    store: ClassStore,
) -> None:
    now, is_current = [OPENS], [True]
    desk = Desk(FOUND, store, lambda: now[0])
    desk.is_current = lambda: is_current[0]

    async def run() -> None:
        await desk.act("ann", "week_1", TO_SINGLE)
        now[0], is_current[0] = DUE + timedelta(seconds=1), False  # after an outage
        with pytest.raises(StoreError):
            await desk.page("ann", "week_1")
        with pytest.raises(StoreError):
            await desk.act("ann", "week_1", answer(right()), "kept")
        desk.move("week_1", timedelta(minutes=6))
        is_current[0] = True
        page = await desk.act("ann", "week_1", answer(right()), "kept")
        assert page["question"]["key"] is None

    asyncio.run(run())
    assert answers_of(store, "ann") == ["kept"]


def test_what_another_process_erased_is_forgotten_even_if_somebody_went_on(
    store: ClassStore,
) -> None:
    desk = desk_of(store)

    async def run() -> None:
        await desk.act("ann", "week_1", TO_SINGLE)
        await desk.act("ann", "week_1", answer(right()), "erased")
        store.erase("ann")
        await desk.act("ann", "week_1", TO_SINGLE)
        desk.forget(OPENS)
        page = await desk.act("ann", "week_1", TO_SINGLE)
        assert page["question"]["attempts"] == 0

    asyncio.run(run())


def test_a_purge_that_failed_is_done_again(
    store: ClassStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(desk_of(store).act("ann", "week_1", TO_SINGLE))
    desk, done = desk_of(store), list[bool]()

    def purge() -> int:
        done.append(True)
        if len(done) == 1:
            raise StoreError("Another program reads the record.")
        return 1

    monkeypatch.setattr(store, "purge", purge)
    later = DUE + timedelta(days=365)
    with pytest.raises(StoreError):
        desk.forget(later)
    desk.forget(later)
    desk.forget(later)
    assert len(done) == 2
