"""Write the answers of a record as xAPI 1.0.3 statements, for a learning record store."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeAlias

from lessons_lib.classroom.course import course
from lessons_lib.classroom.exchange.items import digits, item_id
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Verdict, parse_number
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.quiz.variants import filled_from
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.folder import learner_id
from lessons_lib.classroom.record.kinds import Answer
from lessons_lib.files import write_whole

_ADL: Final = "http://adlnet.gov/expapi/"
_Json: TypeAlias = dict[str, Any]


def export_statements(folder: Path, events: Iterable[Event], bank: QuizBank) -> list[Path]:
    """Write a statement for each answer that counts to `statements.json`, and return its path.

    Creates the folder if needed. A statement's id is made from its event's, so exporting again
    makes the same statements, which a store accepts only once.
    """
    record = GradedRecord(events, bank)
    statements = [
        _statement(event, answer, verdict, bank)
        for event, answer, verdict in record.answers
        if verdict and event.subject in record.tries  # no surveys
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "statements.json"
    write_whole(path, json.dumps(statements, indent=1, ensure_ascii=False) + "\n")
    return [path]


def _statement(event: Event, answer: Answer, verdict: Verdict, bank: QuizBank) -> _Json:
    asked = bank.question(event.subject)
    name = item_id(asked, answer.variant) + "".join(f"-{value:g}" for _, value in answer.figures)
    filled = filled_from(asked, answer.variant, answer.figures) or asked
    definition, response = _interaction(filled, answer, verdict)
    learner = learner_id()
    if "@" in learner:  # some hubs name their users by mail addresses
        learner = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{course().address}learners/{learner}"))
    result = {"response": response, "success": verdict.is_right, "completion": True}
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{course().address}events/{event.id}")),
        "actor": {"account": {"homePage": course().address, "name": learner}},
        "verb": {"id": f"{_ADL}verbs/answered", "display": {"en": "answered"}},
        "object": {"id": f"{course().address}questions/{name}", "definition": definition},
        "result": result | {"score": {"scaled": verdict.credit}},
        "context": {"platform": "lessons-lib", "language": "en"},
        "timestamp": event.time_utc.isoformat(),
    }


def _interaction(question: Question, answer: Answer, verdict: Verdict) -> tuple[_Json, str]:
    """Return the definition of the activity, and the response to it."""
    texts = {"name": {"en": question.id}, "description": {"en": question.stem.strip()}}
    about: _Json = texts | {"type": f"{_ADL}activities/cmi.interaction"}
    if isinstance(question, NumberQuestion) and question.answer:
        value, off = float(question.answer.value), float(question.answer.tolerance)
        kind, right = "numeric", f"{digits(value - off)}[:]{digits(value + off)}"
        response = digits(parse_number(answer.number, question.answer.unit))
    else:
        kind, right = "choice", "[,]".join(verdict.right_letters)
        response = "[,]".join(sorted(set(answer.letters)))
    if isinstance(question, ChoiceQuestion):
        options = question.options.items()
        about["choices"] = [{"id": key, "description": {"en": one.text}} for key, one in options]
    return about | {"interactionType": kind, "correctResponsesPattern": [right]}, response
