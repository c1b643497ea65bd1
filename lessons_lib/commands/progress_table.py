"""Progress as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lessons_lib.practice.course import LESSONS
from lessons_lib.practice.stages import STAGES
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.progress import Progress, Tally

_LESSON_TITLES = {one.slug: f"{one.slug[:2]} {one.title}" for one in LESSONS}
_STAGE_TITLES = {one.slug: one.title for one in STAGES}
NUMBERS = "{:>10} {:>8} {:>12} {:>6}"
HEAD = NUMBERS.format("answered", "right", "first try", "hints")


def progress_lines(progress: Progress, bank: QuizBank) -> Iterator[str]:
    """Yield the counts over all, by notebook, by stage and by difficulty."""
    overall = progress.overall
    if not overall.questions:
        yield "There is no question to answer at the moment."
    elif not overall.attempted:
        yield f"No question is answered yet; {overall.questions} are waiting in the notebooks."
    else:
        yield (
            f"{overall.attempted} of {overall.questions} questions answered, "
            f"{overall.right_last} of them rightly."
        )
    quizzes = {one.name: f"{one.name.split('_')[0]} {one.title}" for one in bank.quizzes}
    yield from _table("By notebook", progress.by("quiz"), quizzes | _LESSON_TITLES)
    yield from _table("By stage", progress.by("stage"), _STAGE_TITLES)
    yield from _table("By difficulty", progress.by("difficulty"), {})
    if progress.not_counted:
        is_one = progress.not_counted == 1
        which = "1 answer is" if is_one else f"{progress.not_counted:,} answers are"
        yield f"\n{which} kept but not counted: the question has changed or is no longer here."


def _table(title: str, tallies: Mapping[str, Tally], titles: Mapping[str, str]) -> Iterator[str]:
    if not tallies:
        return
    names = [titles.get(name, name.capitalize()) for name in tallies]
    width = max(map(len, (title, *names))) + 2
    yield f"\n{title:{width}}{HEAD}"
    for name, one in zip(names, tallies.values(), strict=True):
        answered = f"{one.attempted} of {one.questions}"
        numbers = NUMBERS.format(answered, one.right_last, one.right_first, one.hints_used)
        yield f"  {name:{width - 2}}{numbers}"
