"""The room: which votes count, and what learners and instructors may see when."""

import asyncio
import json
import re
from datetime import timedelta
from itertools import count

import pytest
from msgspec import structs

from lessons_lib.annexes.instructor.service.graded import GradedDesk, Request
from lessons_lib.annexes.instructor.service.live import room as room_module
from lessons_lib.annexes.instructor.service.live.room import MOST_VOTES, Command, LiveRoom
from lessons_lib.annexes.instructor.service.live.rules import LONGEST_PAUSE, Do
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.annexes.instructor.service.store import ClassStore, LearnerEvent, StoreError
from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.progress import summarise
from lessons_lib.classroom.quiz.question import (
    LETTERS,
    NumberAnswer,
    NumberQuestion,
    Option,
    SingleQuestion,
)
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from tests.annexes.instructor.service.test_desk import FOUND
from tests.annexes.instructor.service.test_graded import DUE, QUIZ, SINGLE, right, wrong

Patch = pytest.MonkeyPatch

pytestmark = pytest.mark.anyio

OTHER = next(  # the course asks it
    one
    for one in load_bank().questions
    if isinstance(one, SingleQuestion) and one.answer and not one.variants
)
GUESS = "guess words-cut-off"  # in percent
LATER = DUE + timedelta(days=30)  # the graded quiz is closed for everybody
_ids = count()


class Lecture:
    """A room that can be restarted, with an instructor and learners in it."""

    def __init__(self, store: ClassStore) -> None:
        self.store, self.now = store, LATER
        self.desk = GradedDesk(FOUND, store)
        self.room = self.restarted()

    def restarted(self) -> LiveRoom:
        """Let the service begin again."""
        self.room = LiveRoom(self.desk, lambda: self.now)
        return self.room

    async def do(self, do: Do, question: str = "", result: str = "") -> Page:
        """Press a button on a page that is up to date."""
        seen = self.room.state()["mark"]
        return await self.room.lead("ada", Command(do, seen, question, result))

    async def open(self, question: str = SINGLE.id) -> str:
        """Open a question, and return the mark of its round."""
        return str((await self.do("open", question))["mark"])

    async def vote(self, learner: str, answer: str, mark: str = "", *, vote_id: str = "") -> Page:
        """Vote in the current round, or in another one."""
        given = {"letters": (answer,)} if answer.isalpha() else {"number": answer}
        question = mark or self.room.state()["mark"]
        action = QuizAction("answer", question=question, **given)
        sent = Request(vote_id or f"{next(_ids):08x}", action)
        return await self.room.act(learner, "", sent, self.now)

    async def page(self, learner: str, seen: str | None = None) -> Page:
        """Look at the card."""
        return await self.room.page(learner, "", self.now, seen)

    def counts(self) -> dict[str, list[int]]:
        """Return how many gave each answer, in each round whose bars are shown."""
        rows = self.room.state()["rows"]
        return {one["label"].replace("\N{NO-BREAK SPACE}", " "): one["counts"] for one in rows}

    def stored(self) -> list[LearnerEvent]:
        """Return all votes on disk."""
        return self.store.found("answer")


@pytest.fixture
def lecture(store: ClassStore) -> Lecture:
    return Lecture(store)


async def test_the_last_vote_before_close_counts_also_after_a_restart(lecture: Lecture) -> None:
    await lecture.open()
    for letter in (wrong(), right()):
        page = await lecture.vote("ann", letter)
        assert page["question"]["given"]["letters"] == [letter]
    await lecture.vote("bob", wrong())
    assert lecture.restarted().state()["answered"] == 2
    await lecture.do("close")
    for _ in range(2):
        assert lecture.counts() == {
            one: [int(one in (right(), wrong()))] for one in lecture.counts()
        }
        lecture.restarted()


async def test_nobody_votes_after_close(lecture: Lecture) -> None:
    await lecture.open()
    await lecture.vote("ann", wrong())
    await lecture.do("close")
    for _ in range(2):
        page = await lecture.vote("ann", right())
        assert page["reply"]["what"] == "problem"
        assert page["question"]["given"]["letters"] == [wrong()]
        assert page["question"]["is_over"]
        lecture.restarted()
    assert len(lecture.stored()) == 1


async def test_a_vote_that_arrives_while_close_is_written_is_refused(lecture: Lecture) -> None:
    await lecture.open()
    page, late = await asyncio.gather(lecture.do("close"), lecture.vote("ann", right()))
    assert late["reply"]["what"] == "problem"
    assert (page["phase"], page["answered"]) == ("closed", 0)
    assert lecture.stored() == []


async def test_a_vote_that_is_being_written_before_close_counts(lecture: Lecture) -> None:
    await lecture.open()
    vote, page = await asyncio.gather(lecture.vote("ann", right()), lecture.do("close"))
    assert vote["reply"]["what"] == "verdict"
    assert page["answered"] == 1
    assert lecture.restarted().state()["answered"] == 1


async def test_votes_of_an_earlier_round_or_sitting_never_count(lecture: Lecture) -> None:
    first = await lecture.open()
    await lecture.vote("ann", right())
    await lecture.do("close")
    await lecture.do("again")
    assert (await lecture.vote("bob", right(), first))["reply"]["what"] == "problem"
    assert lecture.room.state()["answered"] == 0
    await lecture.do("close")
    await lecture.do("end")
    assert await lecture.open() != first
    assert (await lecture.vote("bob", right(), first))["reply"]["what"] == "problem"
    assert lecture.restarted().state()["answered"] == 0
    assert len(lecture.stored()) == 1


async def test_bars_are_hidden_until_close_and_those_of_the_first_round_stay(
    lecture: Lecture,
) -> None:
    await lecture.open()
    await lecture.vote("ann", wrong())
    assert set(map(tuple, lecture.counts().values())) == {()}
    await lecture.do("close")
    await lecture.do("again")
    await lecture.vote("ann", right())
    await lecture.vote("bob", right())
    assert lecture.counts()[wrong()] == [1]
    await lecture.do("close")
    assert (lecture.counts()[wrong()], lecture.counts()[right()]) == ([1, 0], [0, 2])
    assert lecture.restarted().state()["answers"] == [1, 2]


async def test_the_same_vote_twice_counts_once(lecture: Lecture) -> None:
    await lecture.open()
    votes = (lecture.vote("ann", right(), vote_id="a" * 8) for _ in range(3))
    await asyncio.gather(*votes)
    lecture.restarted()
    await lecture.vote("ann", right(), vote_id="a" * 8)
    assert len(lecture.stored()) == 1


def marks_in(*pages: object) -> list[str]:
    return re.findall(r"Mark \d+\.", json.dumps(pages))


async def test_nothing_that_tells_the_key_is_shown_before_the_reveal(lecture: Lecture) -> None:
    await lecture.open()
    pages = [lecture.room.state(), lecture.room.listed()]
    pages += [await lecture.vote("ann", one) for one in (right(), wrong())]
    await lecture.do("close")
    pages += [lecture.room.state(), await lecture.page("ann")]
    pages += [await lecture.page("bob")]
    assert marks_in(pages) == []
    assert '"key": null' in json.dumps(pages)
    assert 'is_right": true' not in json.dumps(pages)
    state = await lecture.do("reveal")
    for learner in ("ann", "bob"):
        page = await lecture.page(learner)
        assert page["question"]["key"]["letters"] == [right()]
        assert marks_in(page)
    assert marks_in(state)
    assert [one["label"] for one in state["rows"] if one["is_right"]] == [right()]


async def test_replies_to_right_and_wrong_votes_differ_only_in_what_was_sent(
    lecture: Lecture,
) -> None:
    await lecture.open()
    replies = []
    for name, letter in (("ann", right()), ("bob", wrong())):
        reply = json.dumps(await lecture.vote(name, letter))
        sent = f'"letters": ["{letter}"]'
        assert reply.count(sent) == 1
        replies.append(reply.replace(sent, ""))
    assert replies[0] == replies[1]


async def test_a_graded_question_is_not_asked_while_anybody_may_still_answer_it(
    lecture: Lecture,
) -> None:
    await lecture.open()
    await lecture.do("close")
    await lecture.do("reveal")
    lecture.now = DUE
    assert lecture.room.state()["phase"] == "idle"
    assert marks_in(await lecture.page("ann")) == []
    assert SINGLE.id not in [one["name"] for one in lecture.room.listed()]
    assert (await lecture.do("open", SINGLE.id))["problem"]
    assert (await lecture.do("open", OTHER.id))["phase"] == "open"


async def test_only_what_makes_sense_is_done_and_only_by_a_page_that_is_up_to_date(
    lecture: Lecture,
) -> None:
    steps: tuple[Do, ...] = ("close", "again", "reveal", "end")
    for step in steps:
        assert (await lecture.do(step))["phase"] == "idle"
    mark = await lecture.open()
    for step in ("open", *steps[1:]):
        assert (await lecture.do(step, SINGLE.id))["mark"] == mark
    await lecture.do("close")
    await lecture.do("again")
    assert (await lecture.room.lead("ada", Command("close", mark)))["phase"] == "open"
    await lecture.do("close")
    await lecture.do("reveal")
    assert (await lecture.do("again"))["phase"] == "revealed"


async def test_what_somebody_did_is_recorded_under_their_name_with_its_time(
    lecture: Lecture,
) -> None:
    await lecture.open()
    lecture.now += timedelta(seconds=7)
    await lecture.vote("ann", right())
    await lecture.do("close")
    await lecture.do("end")
    phases = [one.payload.get("phase", "idle") for one in lecture.store.events("ada")]
    assert phases == ["open", "closed", "idle"]
    (vote,) = lecture.store.events("ann")
    assert vote.time_utc == lecture.now == LATER + timedelta(seconds=7)


async def test_a_live_round_counts_nowhere(lecture: Lecture) -> None:
    await lecture.open(OTHER.id)
    await lecture.vote("ann", f"{OTHER.answer}")
    await lecture.do("close")
    progress = summarise(lecture.store.events("ann"), load_bank())
    assert lecture.store.events("ann")
    assert progress.overall.attempted == 0


async def test_a_histogram_has_bars_for_numbers_in_the_slider_s_order(lecture: Lecture) -> None:
    await lecture.open(GUESS)
    assert lecture.room.state()["rows"] == []
    for number in range(1, 100):
        await lecture.vote(f"learner {number}", f"{number % 3 * 10}")
    await lecture.do("close")
    await lecture.do("again")
    await lecture.vote("ann", "1000")  # beyond the slider's end
    await lecture.do("close")
    counts = lecture.counts()
    assert [one for one in counts.values() if any(one)] == [[33, 0]] * 3 + [[0, 1]]
    assert list(counts.values())[-1] == [0, 1]
    assert next(iter(counts)) == "0–5 %"


async def test_a_guess_is_compared_with_the_result_that_the_instructor_measured(
    lecture: Lecture,
) -> None:
    await lecture.open(GUESS)
    await lecture.vote("ann", "20")
    state = await lecture.do("close")
    assert state["result"] == f"{guess_task('words-cut-off').typical:g}"
    assert (await lecture.do("reveal", result="about ten"))["problem"]
    state = await lecture.do("reveal", result="22 %")
    right = [one for one in state["rows"] if one["is_right"]]
    assert [(one["label"][:5], one["counts"]) for one in right] == [("20–25", [1])]
    assert "22" in state["why_html"]
    question = (await lecture.page("ann"))["question"]
    assert question["verdict"]["outcome"] == "right"
    assert question["key"]["number"] == "22 %"
    other = (await lecture.page("bob"))["question"]
    assert (other["verdict"], other["key"]["number"]) == (None, "22 %")


async def test_a_guess_with_options_is_revealed_too(lecture: Lecture) -> None:
    await lecture.open("guess label-of-not-bad")
    await lecture.vote("ann", "A")
    await lecture.do("close")
    assert (await lecture.do("reveal", result="angry"))["problem"]
    state = await lecture.do("reveal", result="positive")
    assert [one["label"] for one in state["rows"] if one["is_right"]] == ["C"]
    question = (await lecture.page("ann"))["question"]
    assert question["verdict"]["outcome"] == "wrong"
    assert lecture.restarted().state()["phase"] == "revealed"


async def test_every_question_of_the_list_can_be_asked_and_revealed(lecture: Lecture) -> None:
    for one in lecture.room.listed():
        state = await lecture.do("open", one["name"])
        assert (state["phase"], state["problem"]) == ("open", "")
        assert (await lecture.page("ann"))["question"]["stem_html"]
        state = await lecture.do("close")
        if "reveal" in state["may"]:
            state = await lecture.do("reveal", result=state["result"] or "3")
            assert state["phase"] == "revealed"
            assert (await lecture.page("ann"))["question"]["key"]


async def test_a_long_request_returns_as_soon_as_something_changes(lecture: Lecture) -> None:
    page = await lecture.page("ann")
    waiting = asyncio.create_task(lecture.page("ann", page["version"]))
    await asyncio.sleep(0)
    mark = await lecture.open()
    page = await waiting
    assert page["question"]["id"] == mark
    waiting = asyncio.create_task(lecture.page("ann", page["version"]))
    await asyncio.sleep(0)
    await lecture.do("close")
    assert (await waiting)["question"]["is_over"]


async def test_a_long_request_ends_without_a_change(lecture: Lecture, monkeypatch: Patch) -> None:
    seen = (await lecture.page("ann"))["version"]
    held = asyncio.create_task(lecture.page("ann", seen))
    await asyncio.sleep(0)
    assert not held.done()
    held.cancel()
    monkeypatch.setattr(room_module, "HOLDS_S", 0.0)
    assert (await lecture.page("ann", seen))["version"] == seen


async def test_nothing_is_counted_or_done_that_is_not_on_disk(
    lecture: Lecture, monkeypatch: Patch
) -> None:
    async def full(_: object) -> None:
        raise StoreError("The disk is full.")

    await lecture.open()
    with monkeypatch.context() as patch:
        patch.setattr(lecture.store, "save", full)
        with pytest.raises(StoreError):
            await lecture.vote("ann", right(), vote_id="b" * 8)
        with pytest.raises(StoreError):
            await lecture.do("close")
    state = lecture.room.state()
    assert (state["phase"], state["answered"]) == ("open", 0)
    assert (await lecture.vote("ann", right(), vote_id="b" * 8))["reply"]["what"] == "verdict"


async def test_a_learner_cannot_fill_the_disk_with_votes(lecture: Lecture) -> None:
    await lecture.open()
    replies = [await lecture.vote("ann", right()) for _ in range(MOST_VOTES + 3)]
    assert replies[-1]["reply"]["what"] == "problem"
    assert len(lecture.stored()) == MOST_VOTES


async def test_those_here_are_who_asked_in_this_sitting_or_just_now(lecture: Lecture) -> None:
    await lecture.page("gone")
    lecture.now += timedelta(minutes=1)
    await lecture.page("ann")
    assert lecture.room.state()["here"] == 1
    await lecture.open()
    await lecture.vote("bob", right())
    lecture.now += timedelta(minutes=30)
    assert lecture.room.state()["here"] == 2


async def test_a_sitting_that_was_left_alone_is_over(lecture: Lecture) -> None:
    mark = await lecture.open()
    lecture.now += LONGEST_PAUSE
    assert lecture.room.state()["phase"] == "open"
    lecture.now += timedelta(seconds=1)
    assert (await lecture.page("ann"))["view"] == "start"
    assert (await lecture.vote("ann", right(), mark))["reply"]["what"] == "problem"
    assert (await lecture.do("open", SINGLE.id))["mark"].split(".") != mark.split(".")


async def test_votes_that_no_longer_fit_a_question_are_left_out(lecture: Lecture) -> None:
    def edit(letters: str) -> None:
        options = {one: Option(f"Option {one}", "why") for one in LETTERS if one in letters}
        question = structs.replace(SINGLE, options=options, answer="A")
        quiz = structs.replace(QUIZ, questions=(question,))
        lecture.desk.found = ClassFolder(FOUND.plan, {"week_1": quiz})

    edit("ABC")
    await lecture.open()
    await lecture.vote("ann", "C")
    await lecture.vote("bob", "A")
    await lecture.do("close")
    edit("AB")
    assert lecture.counts() == {"A": [1], "B": [0]}
    await lecture.do("reveal")
    assert (await lecture.page("ann"))["question"]["verdict"] is None


async def test_a_question_that_is_revised_ends_its_round(lecture: Lecture) -> None:
    mark = await lecture.open()
    revised = structs.replace(SINGLE, revision=SINGLE.revision + 1)
    quiz = structs.replace(QUIZ, questions=(revised,))
    lecture.desk.found = ClassFolder(FOUND.plan, {"week_1": quiz})
    assert (await lecture.vote("ann", right(), mark))["reply"]["what"] == "problem"
    assert lecture.room.state()["phase"] == "idle"
    assert await lecture.open() != mark


async def test_numbers_are_right_as_on_learners_cards(lecture: Lecture) -> None:
    key = NumberAnswer(42.5, tolerance=0.5, unit="ms")
    fields = {"id": "number", "revision": 1, "difficulty": "easy", "objective": "", "stage": ""}
    number = NumberQuestion(**fields, stem="How long?", answer=key)  # type: ignore[arg-type]
    quiz = structs.replace(QUIZ, questions=(number,))

    lecture.desk.found = ClassFolder(FOUND.plan, {"week_1": quiz})
    await lecture.open("number")
    for place, typed in enumerate(("42.5", "42.9", "43", "30")):
        await lecture.vote(f"learner {place}", typed)
    await lecture.do("close")
    await lecture.do("reveal")
    rows = lecture.room.state()["rows"]
    assert [one["counts"] for one in rows if one["is_right"]] == [[3]]
    assert sum(one["counts"][0] for one in rows) == 4
    assert lecture.room.state()["answers"] == [4]  # of which the bars are shares
