"""Grade the answers of a record by the bank as it stands now."""

from __future__ import annotations

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import Answer
from lessons_lib.quiz.grading import Verdict, grade
from lessons_lib.quiz.realise import filled_from
from lessons_lib.quiz.typed_number import ResponseError


class Regrader:
    """Grades answers by a bank; what a record claims about being right is not looked at."""

    def __init__(self, bank: QuizBank) -> None:
        self._bank = bank
        self._known: dict[tuple[str, Answer], Verdict | None] = {}

    def verdict(self, question_id: str, answer: Answer) -> Verdict | None:
        """Return the verdict on an answer, or None if it does not count.

        It counts if the question is in the bank, has a right answer, still has the revision and
        the row of variants that were shown, and can be answered like this. Where it was asked with
        the learner's own figures, the right answer is computed from these.
        """
        key = (question_id, answer)
        if key not in self._known:
            self._known[key] = self._grade(question_id, answer)
        return self._known[key]

    def _grade(self, question_id: str, answer: Answer) -> Verdict | None:
        if question_id not in self._bank:
            return None
        question = self._bank.question(question_id)
        filled = filled_from(question, answer.variant, answer.figures)
        if filled is None or not question.is_graded or question.revision != answer.revision:
            return None
        try:
            return grade(filled, answer.response)
        except ResponseError:
            return None
