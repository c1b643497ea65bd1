"""The functions that a page may call, by name; what a page says is never evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lessons_lib.classroom.widgets.explore.guess import show_guess, show_outcome
from lessons_lib.classroom.widgets.flashcards.card import show_flashcards
from lessons_lib.classroom.widgets.modes.finder import ModeFinder
from lessons_lib.classroom.widgets.quiz.card import show_practice, show_quiz, show_test
from lessons_lib.classroom.widgets.quiz.progress import show_progress

SHOWN: Mapping[str, Callable[..., Any]] = {
    "ModeFinder": ModeFinder,
    "show_flashcards": show_flashcards,
    "show_guess": show_guess,
    "show_outcome": show_outcome,
    "show_practice": show_practice,
    "show_progress": show_progress,
    "show_quiz": show_quiz,
    "show_test": show_test,
}
