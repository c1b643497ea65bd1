"""What `lessons collect` says on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from lessons_lib.hub.collect import ClassResults
from lessons_lib.hub.may_need_help import RULE

MOST_LISTED = 30


def report_lines(results: ClassResults) -> Iterator[str]:
    """Yield a few lines on the class, and who may need help."""
    learners = results.learners
    yield (
        f"{_counted(len(learners), 'home')}: {results.count('read', 'in part')} with a record, "
        f"{results.count('no record')} with no record yet, "
        f"{results.count('unreadable')} that could not be read."
    )
    answers = sum(one.result.answers for one in learners)
    changed = sum(one.result.changed for one in learners)
    yield (
        f"{_counted(answers, 'answer')} graded again; {changed:,} to questions that have changed "
        "or are gone, not counted."
    )
    of = max(one.result.progress.overall.questions for one in learners)
    yield f"The median of those who have begun answered {results.median_answered:g} of {of}."
    if wrong := sum(bool(one.problems) for one in learners):
        yield f"Something was wrong in {_counted(wrong, 'home')}; see above, or `problems`."
    needing = [one for one in learners if one.help_reason]
    if needing:
        yield f"\n{RULE}"
    for one in needing[:MOST_LISTED]:
        yield f"  {one.name}: {one.help_reason}"
    if len(needing) > MOST_LISTED:
        yield f"  and {len(needing) - MOST_LISTED:,} more: see the column `may_need_help`."
    yield ""


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
