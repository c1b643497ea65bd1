"""Labels and their borders: by keys and pointer, in narrow windows, accessible."""

import re

from playwright.sync_api import expect

from tests.support.browser import expect_to_fit
from tests.support.lab import LabPage
from tests.support.waiting import now

CARDS = tuple(f"from lessons_lib import show\n\nshow({name!r})" for name in ("labeling", "borders"))
NARROW = 360


def test_a_text_is_labeled_by_a_key_and_a_border_moved_by_keys_and_pointer(
    lab_page: LabPage,
) -> None:
    lab_page.show("ratings.ipynb", *CARDS, is_lesson=True)
    page = lab_page.page
    cells = lab_page.cells()
    page.get_by_role("button", name="positive").focus()
    for number, key in enumerate(("3", "-", "0"), start=1):
        lab_page.press(key)
        expect(page.locator(".rt-score")).to_contain_text(f" of {number} as the crowd")
        expect(page.get_by_role("button", name="Next text")).to_be_focused()
        lab_page.press(key, "Enter")  # the first label counts
        expect(page.locator(".rt-text")).to_be_focused()
    assert now(lab_page.cells()) == cells

    negative, positive = page.get_by_role("slider").all()
    positive.focus()
    lab_page.press("ArrowRight")
    expect(positive).to_have_attribute("aria-valuetext", re.compile("^\\+0.6: .* positive$"))
    lab_page.press("Home")
    expect(positive).to_have_attribute("aria-valuetext", re.compile("^\\+0.1: "))
    box = page.locator(".rt-plot").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 35 / 80, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 25 / 80, y, steps=4)
    page.mouse.up()
    expect(negative).to_have_attribute("aria-valuetext", re.compile("^−1.5: "))
    for selector in (".lessons-labeling", ".lessons-borders"):
        lab_page.expect_accessible(selector)
    with lab_page.of_width(NARROW):
        expect_to_fit(page.locator(".lessons-labeling"), page.locator(".lessons-borders"))
