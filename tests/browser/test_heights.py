"""The large cards in JupyterLab: what a learner works with at once fits one screen."""

import pytest

from tests.support.lab import LabPage
from tests.support.waiting import eventually

FITS_PX = 620
WIDTH_PX = 1280  # of a laptop's screen, with the list of files beside the page
WORKING_PARTS = {
    'show("explorer")': ".lessons-explorer",
    'show("queue")': ".qv-main",
    'show("streams")': ".lessons-streams",
    "show_flashcards()": ".lessons-flashcards",
    "show_test()": ".lessons-quiz",
}


@pytest.mark.parametrize("shows", sorted(WORKING_PARTS))
def test_what_a_learner_works_with_fits_a_screen(lab_page: LabPage, shows: str) -> None:
    lab_page.page.set_viewport_size({"width": WIDTH_PX, "height": 900})
    function = shows.split("(")[0]
    lab_page.show("fits/card.ipynb", f"from lessons_lib import {function}\n{shows}")
    part = lab_page.panel.locator(WORKING_PARTS[shows]).first
    if (start := part.get_by_role("button", name="Start the test")).count():
        start.click()
    eventually(lambda: part.evaluate(f"(node) => node.offsetHeight <= {FITS_PX}"), True)
