"""The tests that our own bank draws for new learners, and responses to them."""

from functools import cache

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.draw import draw_test
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.question import NumberQuestion, Question
from tests.lesson.quizzes.answer_key import course as bank

ABOUT = course().about


WRONG = {
    "single": Response(letters=("A",)),
    "several": Response(letters=("A",)),
    "number": Response(number="-77"),
}


@cache
def first_tests() -> list[tuple[Question, ...]]:
    """Return the first tests of 1,000 learners."""
    return [draw_test(bank(), [], seed) for seed in range(1000)]


def right_response(question: Question) -> Response:
    if isinstance(question, NumberQuestion):
        assert question.answer is not None
        return Response(number=str(question.answer.value))
    return Response(letters=tuple(getattr(question, "answer", ())))
