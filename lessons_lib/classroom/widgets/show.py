"""Show an exploration or a view of the lesson by its name."""

from importlib import import_module
from typing import Any

from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.tables.problems import choose_one

OF_EVERY_COURSE = {
    "today": "lessons_lib.classroom.widgets.quiz.today.show_today",
    "mode-chooser": "lessons_lib.classroom.widgets.modes.ModeChooser",
    "mode-finder": "lessons_lib.classroom.widgets.modes.ModeFinder",
}


def show(name: str, *given: Any, **named: Any) -> Any:
    """Return the exploration or view with a name, such as ``show("overload")``.

    Parameters
    ----------
    name : str
        The name under which the lesson declares it, in `Lesson.views`.
    *given, **named
        What it is about, such as a text or what an earlier cell measured; most need nothing.

    Raises
    ------
    ValueError
        If no exploration or view has that name.
    """
    views = {**OF_EVERY_COURSE, **current_lesson().views}
    if name not in views:
        raise ValueError(f"Nothing to show is called {name!r}.{choose_one(name, sorted(views))}")
    module, _, made_by = views[name].rpartition(".")
    return getattr(import_module(module), made_by)(*given, **named)
