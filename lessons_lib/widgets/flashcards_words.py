"""What the flashcards say about days and numbers."""

from __future__ import annotations

from datetime import timedelta

from lessons_lib.practice.schedule import Schedule


def rest_words(rest: timedelta) -> str:
    """Return when a card comes back: in 10 min, tomorrow, in 8 days."""
    if rest.days > 1:
        return f"in {rest.days} days"
    if rest.days == 1:
        return "tomorrow"
    return f"in {max(1, round(rest.total_seconds() / 60))} min"


def counts_sentence(plan: Schedule, all_cards: int) -> str:
    """Return how much there is: 7 due today · 3 new · 157 in all."""
    return f"{plan.due_today} due today · {len(plan.new)} new · {all_cards} in all"


def done_sentence(plan: Schedule) -> str:
    """Return the title of the page without a card."""
    return "Done for the moment" if plan.later else "Done for today"


def next_sentence(plan: Schedule) -> str:
    """Return when the next card is due."""
    if plan.next_due is None:
        return "No card is due."
    if plan.later:
        wait = rest_words(max(plan.next_due - plan.now, timedelta(minutes=1)))
        if len(plan.later) == 1:
            return f"1 card comes back today, {wait}."
        return f"{len(plan.later)} cards come back today, the first {wait}."
    days = (plan.next_due - plan.day_ends) // timedelta(days=1) + 1
    return f"The next card is due {'tomorrow' if days == 1 else f'in {days} days'}."
