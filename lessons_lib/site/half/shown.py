"""The functions that a page may call, by name; what a page says is never evaluated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lessons_lib.classroom.course import course_folder
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.explore.guess import show_guess, show_outcome
from lessons_lib.classroom.widgets.flashcards.card import show_flashcards
from lessons_lib.classroom.widgets.modes.finder import ModeFinder
from lessons_lib.classroom.widgets.quiz.card import show_practice, show_quiz, show_test
from lessons_lib.classroom.widgets.quiz.progress import show_progress
from lessons_lib.lesson.explorations.concept import show_first_label
from lessons_lib.lesson.explorations.failures import show_fool_the_model
from lessons_lib.lesson.explorations.pair import show_text_pair
from lessons_lib.lesson.explorations.stages import show_preprocessing
from lessons_lib.lesson.views.start.page import StartPage, show_start
from lessons_lib.lesson.views.trace.explorer import DEFAULT_TEXT, TextExplorer, show_explorer
from lessons_lib.pipeline.inference.one_text import LightPipeline

STORED_RUN = "run.json"  # of the archive, which the start page replays


@cache
def _pipeline() -> LightPipeline:
    return LightPipeline.load(course_folder())


def _explorer(text: str = DEFAULT_TEXT) -> TextExplorer:
    return show_explorer(_pipeline(), text)


def _start() -> StartPage:
    run = json.loads((course_folder() / STORED_RUN).read_bytes())
    return show_start(_pipeline(), run=run)


def _preprocessing() -> Explore:
    return show_preprocessing(_pipeline().vocabulary)


SHOWN: Mapping[str, Callable[..., Any]] = {
    "ModeFinder": ModeFinder,
    "show_explorer": _explorer,
    "show_first_label": lambda: show_first_label(_pipeline()),
    "show_flashcards": show_flashcards,
    "show_fool_the_model": lambda: show_fool_the_model(_pipeline()),
    "show_guess": show_guess,
    "show_outcome": show_outcome,
    "show_practice": show_practice,
    "show_preprocessing": _preprocessing,
    "show_progress": show_progress,
    "show_quiz": show_quiz,
    "show_start": _start,
    "show_test": show_test,
    "show_text_pair": lambda: show_text_pair(_pipeline()),
}
