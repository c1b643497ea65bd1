"""Take the pictures of the README in JupyterLab: `python -m tests.browser.pictures [NAME …]`.

They have two pixels for each one on the screen, in full color.
"""

import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.support.browser import press, status
from tests.support.lab import NOTEBOOKS, THEMES, LabPage, scripted_lab_page

IMAGES = NOTEBOOKS / "images"
LIGHT, DARK = THEMES
WIDTH, HEIGHT = 1440, 2000  # of the window, which must show the whole widget
FRAME_MS, FRAMES = 125, 34
BELOW = 6  # pixels between the last row in the moving picture and its edge
QUALITY = 40
TRAIN = re.compile("^Train")

EXPLORER = """from lessons_lib import show
show("explorer")"""
PAIR = """from lessons_lib import show
show("text-pair")"""
QUIZ = """from lessons_lib import show_quiz
from lessons_lib.classroom.record.log import InMemoryLog
show_quiz("06_batch_inference", "shapes", log=InMemoryLog())"""
TRAINING = """from lessons_lib import load_corpus, show
show("training", load_corpus())"""
GUESS = """from lessons_lib import FoldedPipeline, RealTimePredictor, load_corpus, measure_latency
from lessons_lib import show_guess, show_outcome
from lessons_lib.classroom.sessions.guesses import GuessAction
texts = load_corpus().archive(1_000)
measured = measure_latency(RealTimePredictor(FoldedPipeline.load()).predict, texts)
card = show_guess("slow-hundredth-of-the-box")
card.submit(GuessAction("commit", 7))
show_outcome("slow-hundredth-of-the-box", measured.p99_ms / measured.p50_ms)
card"""
OVERLOAD = """from lessons_lib import show
show("overload")"""
DOCK = """from lessons_lib import show
show("dock")"""
CROSSED_MS = 5_500
MOVE_TO = """(at) => document.getAnimations().forEach((one) => {
    one.pause();
    if (!(one.timeline instanceof ViewTimeline)) one.currentTime = at;
})"""
QUEUE = """from lessons_lib import CostModel, show
show("queue", CostModel(fixed_s=0.002, per_text_s=0.0004))"""


def look(view: Locator) -> None:
    """Wait until a widget has something to show."""
    expect(view.get_by_role("button").first).to_be_visible()


def answer(card: Locator) -> None:
    """Choose the last option of a quiz's first question."""
    card.get_by_role("radio").last.check()
    card.locator("button[type=submit]").click()
    expect(status(card)).not_to_be_empty()


def compare(guess: Locator) -> None:
    """Wait until a guess is drawn beside its result."""
    expect(guess.locator(".gs-scale")).to_be_visible()


def see(exploration: Locator) -> None:
    """Wait until an exploration has computed something."""
    expect(exploration.get_by_role("table").first).to_be_visible()


def train(lab: Locator) -> None:
    """Train the model until the last epoch."""
    press(lab, TRAIN)
    expect(lab.get_by_role("button", name="Stop")).to_be_visible()
    expect(lab.get_by_role("button", name=TRAIN)).to_be_visible()


def choose_busy(queue: Locator) -> None:
    """Choose the second stop of the tour, at which batches form, and go back to its start."""
    queue.locator(".qv-stop").nth(1).click()
    expect(status(queue)).to_contain_text("Playing.")
    press(queue, "Restart")
    expect(queue.get_by_role("button", name="Play", exact=True)).to_be_visible()


def still(view: Locator) -> bytes:
    """Return a picture of a widget as a PNG."""
    png = io.BytesIO()
    Image.open(io.BytesIO(view.screenshot())).convert("RGB").save(png, "PNG", optimize=True)
    return png.getvalue()


def played(page: LabPage, queue: Locator) -> list[Image.Image]:
    """Return the first seconds of a queue that plays.

    The page's clock stands still while a frame is taken.
    """
    clock = page.page.clock
    clock.install(time=0)
    clock.pause_at(1)
    press(queue, "Play")
    whole, last = queue.bounding_box(), queue.locator(".qv-transport").bounding_box()
    assert whole is not None and last is not None, "the queue is not visible"
    whole["height"] = last["y"] + last["height"] + BELOW - whole["y"]
    frames = []
    for _ in range(FRAMES):
        clock.run_for(FRAME_MS)
        frames.append(Image.open(io.BytesIO(page.page.screenshot(clip=whole))).convert("RGB"))
    clock.resume()
    return frames


def crossed(page: LabPage, dock: Locator) -> list[Image.Image]:
    """Return the dock until all are across; its styles move it, whatever the clock says."""
    frames = []
    for at in range(0, CROSSED_MS, FRAME_MS):
        page.page.evaluate(MOVE_TO, at)
        frames.append(Image.open(io.BytesIO(dock.screenshot())).convert("RGB"))
    return frames


def webp(frames: list[Image.Image]) -> bytes:
    """Return frames as a WebP that is played once."""
    file = io.BytesIO()
    small = {"quality": QUALITY, "method": 6, "kmin": 999, "kmax": 1000}
    moving = {"save_all": True, "append_images": frames[1:], "duration": FRAME_MS, "loop": 1}
    frames[0].save(file, "WEBP", **moving, **small)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Scene:
    """A widget, and what a learner does before the picture is taken."""

    code: str
    selector: str
    act: Callable[[Locator], None] = look
    theme: str = LIGHT
    film: Callable[[LabPage, Locator], list[Image.Image]] | None = None


SCENES = {
    "dock.webp": Scene(DOCK, ".lessons-dock", film=crossed),
    "queue.webp": Scene(QUEUE, ".lessons-queue", choose_busy, film=played),
    "explorer.png": Scene(EXPLORER, ".lessons-explorer"),
    "explorer-dark.png": Scene(EXPLORER, ".lessons-explorer", theme=DARK),
    "text-pair.png": Scene(PAIR, ".lessons-explore", see),
    "quiz-card.png": Scene(QUIZ, ".lessons-quiz", answer),
    "guess.png": Scene(GUESS, ".lessons-guess", compare),
    "overload.png": Scene(OVERLOAD, ".lessons-explore", see),
    "training-lab.png": Scene(TRAINING, ".lessons-training", train),
}


def main(names: list[str]) -> None:
    """Take all pictures, or those with these names."""
    with scripted_lab_page(WIDTH, HEIGHT, scale=2) as page:
        for name in names or SCENES:
            scene = SCENES[name]
            page.show("picture.ipynb", scene.code)
            page.set_theme(scene.theme)
            expect(page.page.locator("#jupyterlab-splash")).to_have_count(0)  # it covers the page
            view = page.panel.locator(scene.selector)
            scene.act(view)
            path = IMAGES / name
            path.write_bytes(webp(scene.film(page, view)) if scene.film else still(view))
            print(f"{name:20} {path.stat().st_size / 1000:4.0f} kB")
            page.lab.end_sessions()


if __name__ == "__main__":
    main(sys.argv[1:])
