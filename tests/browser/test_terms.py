"""The meanings of terms in the prose of a lesson: for the pointer, for the keyboard, narrow."""

import nbformat
from playwright.sync_api import Locator, expect

from tests.support.browser import expect_apart
from tests.support.lab import LabPage

MEANING = "How many texts are completed per second."
PROSE = f'''The [**throughput**](glossary.md#throughput "{MEANING}") counts. So does the
[latency](glossary.md#latency "How long it takes.").'''


def _open(lab_page: LabPage, *, is_lesson: bool = True) -> tuple[Locator, Locator]:
    """Open a notebook with two terms at the end; return the note and the first of their links."""
    cells = map(nbformat.v4.new_markdown_cell, [*["# A heading"] * 8, PROSE])
    lab_page.lab.write_notebook("terms/prose.ipynb", *cells, is_lesson=is_lesson)
    lab_page.open("terms/prose.ipynb")
    link = lab_page.panel.get_by_role("link", name="throughput")
    expect(link).to_be_visible()
    return lab_page.page.locator(".lessons-term"), link


def test_a_meaning_appears_under_the_pointer_and_stays_while_it_is_on_it(lab_page: LabPage) -> None:
    note, link = _open(lab_page)
    link.hover()
    expect(note).to_have_text(MEANING)
    expect(link).not_to_have_attribute("title", MEANING)  # the browser would show it as well
    box = note.bounding_box()
    assert box
    lab_page.page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=8)
    lab_page.page.wait_for_timeout(500)
    expect(note).to_be_visible()
    lab_page.press("Escape")
    expect(note).to_be_hidden()
    link.hover()
    expect(note).to_be_visible()
    lab_page.page.mouse.move(3, 3)
    expect(note).to_be_hidden()


def test_the_keyboard_reads_meanings_and_a_link_still_opens_the_glossary(lab_page: LabPage) -> None:
    note, link = _open(lab_page)
    (lab_page.lab.course / "terms/glossary.md").write_text("# The glossary", "utf-8")
    link.focus()
    lab_page.press("Tab", "Shift+Tab")
    expect(link).to_be_focused()
    expect(note).to_have_text(MEANING)
    expect(link).to_have_accessible_description(MEANING)
    lab_page.expect_accessible(".jp-MarkdownOutput, .lessons-term")
    lab_page.press("Escape")
    expect(note).to_be_hidden()
    expect(link).to_be_focused()
    lab_page.press("Tab")
    expect(note).to_have_text("How long it takes.")
    lab_page.press("Shift+Tab", "Enter")
    expect(lab_page.page.locator(".jp-MarkdownViewer h1")).to_contain_text("The glossary")
    expect(note).to_be_hidden()


def test_a_meaning_is_never_cut_off_nor_does_it_cover_its_term(lab_page: LabPage) -> None:
    note, link = _open(lab_page)
    for width, height in ((400, 800), (700, 450), (1440, 900)):
        lab_page.page.set_viewport_size({"width": width, "height": height})
        for block in ("start", "end"):
            link.evaluate("(link, block) => link.scrollIntoView({ block })", block)
            lab_page.page.mouse.move(3, 3)
            expect(note).to_be_hidden()
            link.hover()
            expect(note).to_be_in_viewport(ratio=1)
            expect_apart(note, link)


def test_other_notebooks_keep_the_titles_of_their_links(lab_page: LabPage) -> None:
    note, link = _open(lab_page, is_lesson=False)
    link.hover()
    lab_page.page.wait_for_timeout(600)
    expect(note).to_be_hidden()
    expect(link).to_have_attribute("title", MEANING)
