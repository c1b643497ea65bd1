"""The results page of a class in JupyterLab: complete without a run, filtered without a kernel."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import expect_to_fit
from tests.support.lab import LabPage
from tests.support.waiting import eventually

COLLECT = "from lessons_lib.cli import main\nassert main(['collect', '--demo']) == 0"
NAMED = "06_batch_inference"


@pytest.fixture
def results(lab_page: LabPage) -> LabPage:
    """Collect the invented class as the user of this JupyterLab, and open its page."""
    lab_page.show("class/collect.ipynb", COLLECT)
    lab_page.goto("class/demo-class/class.ipynb")
    expect(lab_page.panel.locator(".lessons-class")).to_be_visible()
    return lab_page


def test_it_is_trusted_and_filtered_by_notebook_and_by_day(results: LabPage) -> None:
    page = results.panel.locator(".lessons-class")
    asked = page.locator(f"details[data-notebook='{NAMED}']")
    others = page.locator(f"details[data-notebook]:not([data-notebook='{NAMED}'])")
    expect(others.first).to_be_visible()
    page.locator(".rest > summary").click()
    page.get_by_label("Notebook").select_option(NAMED)
    expect(others.filter(visible=True)).to_have_count(0)
    many = asked.count()
    assert many > 3
    expect(asked.filter(visible=True)).to_have_count(many)
    page.get_by_label("Day").select_option(index=1)  # that notebook came later
    eventually(lambda: 0 < asked.filter(visible=True).count() < many, True)
    eventually(lambda: page.locator("tr[data-day]").filter(visible=True).count() > 10, True)
    for name in ("Notebook", "Day"):
        page.get_by_label(name).select_option("")
    expect(others.first).to_be_visible()


def test_it_is_accessible_and_fits_narrow_pages(results: LabPage) -> None:
    results.expect_accessible(".lessons-class")
    with results.of_width(800):
        expect_to_fit(results.panel.locator(".lessons-class"))
