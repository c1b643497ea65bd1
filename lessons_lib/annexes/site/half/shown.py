"""The functions that a page may call, by name; what a page says is never evaluated."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lessons_lib.classroom.course import course_folder
from lessons_lib.classroom.widgets.explore.guess import show_guess, show_outcome
from lessons_lib.classroom.widgets.modes import ModeFinder
from lessons_lib.classroom.widgets.page import Card
from lessons_lib.classroom.widgets.quiz.card import (
    show_flashcards,
    show_practice,
    show_progress,
    show_quiz,
    show_test,
)
from lessons_lib.classroom.widgets.quiz.today import show_today
from lessons_lib.lesson.explorations.failures import show_fool_the_model
from lessons_lib.lesson.explorations.own_texts import (
    show_first_label,
    show_text_pair,
)
from lessons_lib.lesson.explorations.stages import show_preprocessing
from lessons_lib.lesson.views.queue import QueueView, show_light_queue
from lessons_lib.lesson.views.start import StartPage, show_start
from lessons_lib.lesson.views.streams import StreamsView
from lessons_lib.lesson.views.trace import DEFAULT_TEXT, TextExplorer, show_explorer
from lessons_lib.pipeline.inference.realtime import LightPipeline
from lessons_lib.pipeline.timing.cost import CostModel

STORED_RUN = "run.json"  # of the archive, which the start page replays
STREAMS = "streams.json"  # four texts, and what passes take
QUEUE = "queue.json"  # the cost of a batch, and the gaps between arrivals


@cache
def _pipeline() -> LightPipeline:
    return LightPipeline.load(course_folder())


def _explorer(text: str = DEFAULT_TEXT) -> TextExplorer:
    return show_explorer(_pipeline(), text)


def _start() -> StartPage:
    return show_start(_pipeline(), run=_data(STORED_RUN))


def _queue() -> QueueView:
    data = _data(QUEUE)
    return show_light_queue(CostModel(**data["cost"]), data["gaps"])


def _data(name: str) -> Any:
    return json.loads((course_folder() / name).read_bytes())


SHOWN: Mapping[str, Callable[..., Card]] = {
    "mode-finder": ModeFinder,
    "explorer": _explorer,
    "first-label": lambda: show_first_label(_pipeline()),
    "flashcards": show_flashcards,
    "fool-the-model": lambda: show_fool_the_model(_pipeline()),
    "guess": show_guess,
    "outcome": show_outcome,
    "practice": show_practice,
    "preprocessing": lambda: show_preprocessing(_pipeline().vocabulary),
    "progress": show_progress,
    "queue": _queue,
    "quiz": show_quiz,
    "start": _start,
    "streams": lambda: StreamsView(**_data(STREAMS)),
    "test": show_test,
    "text-pair": lambda: show_text_pair(_pipeline()),
    "today": show_today,
}
