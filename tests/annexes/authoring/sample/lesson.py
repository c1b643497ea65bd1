"""The code of the sample course: our own, with one number and one text that is kept out."""

from dataclasses import replace

from lessons_lib.lesson.lesson import LESSON as OUR_LESSON

LESSON = replace(
    OUR_LESSON,
    formulas={},
    views={},
    numbers=lambda: {"max_tokens": lambda: "20"},
    kept_out=lambda: (["This film was worse than its poster."], []),
)
