"""Explorations and views by their names."""

import pytest

from lessons_lib import show
from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.show import OF_EVERY_COURSE


def test_a_name_shows_what_the_lesson_declares_under_it() -> None:
    assert isinstance(show("overload"), Explore)
    assert repr(show("stages", here="batch")) == repr(show("stages", "batch"))


@pytest.mark.parametrize("name", sorted({**OF_EVERY_COURSE, **current_lesson().views}))
def test_every_name_leads_to_something_that_makes_a_view(name: str) -> None:
    with pytest.raises(TypeError, match="surely_no_such_argument"):
        show(name, surely_no_such_argument=1)


def test_an_unknown_name_is_refused_with_a_similar_one_or_all() -> None:
    with pytest.raises(ValueError, match=r"'overlaod'\. Did you mean 'overload'\?"):
        show("overlaod")
    with pytest.raises(ValueError, match=r"'x'\. Choose one of autoscaler, bill, "):
        show("x")
