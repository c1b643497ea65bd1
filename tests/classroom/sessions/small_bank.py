"""A small bank of questions, whose every text says what it is and to which question it belongs."""

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import (
    NumberAnswer,
    NumberFeedback,
    NumberQuestion,
    Option,
    Question,
    Quiz,
    SeveralQuestion,
    SingleQuestion,
    Step,
)

SECRETS = ("why-", "hint-", "step-", "final-", "check-", "mistake-")  # begin texts to be earned


def common(name: str) -> dict[str, object]:
    """Return the fields of a question except its answer; each secret text contains its name."""
    return {
        "id": name,
        "revision": 1,
        "difficulty": "easy",
        "objective": "make-a-batch-call",
        "stage": "batch",
        "stem": f"The stem of {name}?",
        "hints": (f"hint-1-{name}", f"hint-2-{name}"),
        "solution": (Step("Do", f"step-{name}"),),
        "final_answer": f"final-{name}",
        "quick_check": f"check-{name}",
        "common_mistakes": (f"mistake-{name}",),
    }


def options(name: str) -> dict[str, Option]:
    return {letter: Option(f"Option {letter}", f"why-{letter}-{name}") for letter in "ABCD"}


def single(name: str, **changes: object) -> Question:
    return SingleQuestion(**(common(name) | {"options": options(name), "answer": "B"} | changes))  # type: ignore[arg-type]


def several(name: str, **changes: object) -> Question:
    given = common(name) | {"options": options(name), "answer": ("A", "C")} | changes
    return SeveralQuestion(**given)  # type: ignore[arg-type]


def number(name: str, **changes: object) -> Question:
    feedback = NumberFeedback(right=f"why-right-{name}", wrong=f"why-wrong-{name}")
    given = common(name) | {"answer": NumberAnswer(20.0, 0.0, "ms"), "feedback": feedback}
    return NumberQuestion(**(given | changes))  # type: ignore[arg-type]


def quiz_of(name: str, *questions: Question, policy: str = "practice") -> Quiz:
    return Quiz(name=name, title=f"Quiz {name}", questions=questions, policy=policy)  # type: ignore[arg-type]


def small_bank() -> QuizBank:
    """Return one quiz of each policy, five practice questions, and enough questions for a test."""
    drawn = [
        single(f"{difficulty}-{index}", difficulty=difficulty)
        for difficulty, count in (("easy", 9), ("medium", 7), ("hard", 7))
        for index in range(count)
    ]
    return QuizBank(
        (
            quiz_of("01_kinds", single("one"), several("some"), number("figure")),
            quiz_of("02_silent", single("quiet-one"), number("quiet-figure"), policy="no-feedback"),
            quiz_of("03_asked", single("feeling", answer=None), policy="survey"),
            quiz_of("04_drawn", *drawn),
            quiz_of("11_practice", *(single(f"practice-{index}") for index in range(5))),
        )
    )


SMALL_BANK = small_bank()
