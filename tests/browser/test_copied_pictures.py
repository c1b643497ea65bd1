"""A view as a picture: on the clipboard, or in a file where a page may not use the clipboard."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import QUEUE, THEMES, LabPage, press, status

FOOL = "from lessons_lib import show_fool_the_model\nshow_fool_the_model()"
FILES = {".lessons-queue": "queue.png", ".lessons-explore": "fool-the-model.png"}
READ = """async () => {
    const [item] = await navigator.clipboard.read();
    const bytes = new Uint8Array(await (await item.getType("image/png")).arrayBuffer());
    return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}"""
FORBID = "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })"
ALLOW = "delete navigator.clipboard"
MODE = (0, 158, 115)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> Iterator[LabPage]:
    shared_lab_page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shared_lab_page.show("scratch/copied.ipynb", QUEUE, FOOL)
    yield shared_lab_page


def copied(opened: LabPage, view: Locator) -> Image.Image:
    """Return the picture that a view puts on the clipboard."""
    expect(view.locator(".lb-copied")).to_be_empty()  # what it said before is gone
    press(view, "Copy as picture")
    expect(status(view)).to_have_text("Copied.")
    expect(view.locator(".lb-copied")).to_have_text("Copied.")
    png = base64.b64decode(opened.page.evaluate(READ))
    return Image.open(io.BytesIO(png)).convert("RGB")


def count(picture: Image.Image, color: object) -> int:
    """Return how many pixels have a color."""
    colors = picture.getcolors(picture.width * picture.height) or []
    return sum(n for n, one in colors if one == color)


@pytest.mark.parametrize("selector", FILES)
def test_the_clipboard_holds_what_is_seen_in_both_themes(opened: LabPage, selector: str) -> None:
    view = opened.panel.locator(selector)
    box = view.bounding_box()
    assert box is not None
    grounds = []
    for theme in THEMES:
        opened.set_theme(theme)
        picture = copied(opened, view)
        assert picture.width == round(2 * box["width"])
        grounds.append(picture.getpixel((0, 0)))
        blank = count(picture, grounds[-1]) / (picture.width * picture.height)
        assert 0.5 < blank < 0.99
    assert grounds[0] != grounds[1]
    assert view.locator("canvas").count() == 0


def test_the_dots_have_the_color_of_the_view_and_all_nodes_stay(opened: LabPage) -> None:
    opened.set_theme(THEMES[0])
    queue = opened.panel.locator(".lessons-queue")
    nodes = queue.locator("*").count()
    queue.locator(".qv-stop").nth(2).click()
    press(queue, "To the end")
    assert count(copied(opened, queue), MODE) > 300
    press(queue, "Restart")
    assert queue.locator("*").count() >= nodes


@pytest.mark.parametrize("selector", FILES)
def test_without_a_clipboard_the_picture_is_saved(opened: LabPage, selector: str) -> None:
    view = opened.panel.locator(selector)
    opened.page.evaluate(FORBID)
    with opened.page.expect_download() as download:
        press(view, "Copy as picture")
    opened.page.evaluate(ALLOW)
    assert download.value.suggested_filename == FILES[selector]
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    expect(status(view)).to_have_text(f"Saved as {FILES[selector]}.")
    assert opened.accessibility_in_both_themes(f"{selector} .lb-share") == ""
