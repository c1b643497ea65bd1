"""What a learner receives about a number question before answering it, whatever its key is."""

import json
from collections.abc import Iterator

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import (
    NumberAnswer,
    NumberFeedback,
    Question,
    Step,
    WrongNumber,
)
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.quiz.card import show_quiz
from tests.classroom.sessions.actions import dialog
from tests.classroom.sessions.small_bank import number, quiz_of
from tests.classroom.widgets.pretend_browser import act

KEYS = [(12, 0), (3.5, 0), (3.5, 0.5), (1e-9, 0), (2.5, 0.5)]
UNREADABLE = (
    *("", "x", "12 x", "12.5.1", "2,5", "2,5,", "1e999", "nan", "1/2", "3 parsecs"),
    "9" * 70,
)


def with_key(value: float, tolerance: float) -> Question:
    """Return a question that differs only in its key and what explains the key."""
    text = f"{value} ± {tolerance}"
    return number(
        "one",
        answer=NumberAnswer(value, tolerance, "ms"),
        feedback=NumberFeedback(text, text, (WrongNumber(value + 1, text),)),
        solution=(Step(text, text),),
        final_answer=text,
        quick_check=text,
        common_mistakes=(text,),
    )


def seen_before_answering(question: Question) -> Iterator[str]:
    """Yield what a card and a terminal send until the first answer that can be read."""
    bank = QuizBank((quiz_of("01_one", question),))
    card = show_quiz("01", bank=bank, log=InMemoryLog())
    yield json.dumps(card._repr_mimebundle_(), default=str).replace(card.model_id, "")
    for typed in UNREADABLE:
        yield json.dumps(act(card, "answer", number=typed))
        state = {name: one for name, one in card.get_state().items() if name != "layout"}
        yield json.dumps(state, default=str)
    yield dialog(bank, InMemoryLog(), *UNREADABLE, "solution", "stop")


def test_nothing_that_precedes_the_answer_depends_on_the_key() -> None:
    (seen,) = {tuple(seen_before_answering(with_key(*key))) for key in KEYS}
    messages = "\n".join(seen)
    assert all(typed[:60] in messages for typed in UNREADABLE)
