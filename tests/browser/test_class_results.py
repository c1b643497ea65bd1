"""The results page of a class in JupyterLab: complete without a run, filtered without a kernel."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LabPage, overflow

COLLECT = "from lessons_lib.cli import main\nassert main(['collect', '--demo']) == 0"
NAMED = "06_batch_inference"


@pytest.fixture(scope="module")
def results(shared_lab_page: LabPage) -> Iterator[LabPage]:
    """Collect the invented class as the user of this JupyterLab, and open its page."""
    shared_lab_page.show("collect.ipynb", COLLECT)
    shared_lab_page.goto("demo-class/class.ipynb")
    expect(shared_lab_page.panel.locator(".lessons-class")).to_be_visible()
    yield shared_lab_page


def test_it_is_trusted_and_filtered_by_notebook_and_by_day(results: LabPage) -> None:
    page = results.panel.locator(".lessons-class")
    asked = page.locator(f"details[data-notebook='{NAMED}']")
    others = page.locator(f"details[data-notebook]:not([data-notebook='{NAMED}'])")
    expect(others.first).to_be_visible()
    page.locator(".rest > summary").click()
    page.get_by_label("Notebook").select_option(NAMED)
    expect(others.filter(visible=True)).to_have_count(0)
    assert asked.filter(visible=True).count() == asked.count() > 3
    page.get_by_label("Day").select_option(index=1)  # that notebook came later
    shown = asked.filter(visible=True).count()
    assert 0 < shown < asked.count()
    assert page.locator("tr[data-day]").filter(visible=True).count() > 10
    for name in ("Notebook", "Day"):
        page.get_by_label(name).select_option("")
    expect(others.first).to_be_visible()


def test_it_is_accessible_and_fits_narrow_pages(results: LabPage) -> None:
    assert results.accessibility_in_both_themes(".lessons-class") == ""
    with results.of_width(800):
        assert overflow(results.panel.locator(".lessons-class")) == 0
