"""A new edition of the site: it reaches readers at once, and what was kept stays kept."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from lessons_lib.classroom.course import COURSE_VARIABLE
from lessons_lib.classroom.widgets.quiz.card import QuizCard
from tests.annexes.site.conftest import COURSE, PAGE, QUIZ, Reader, Server, serving
from tests.support.waiting import eventually

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

DAY_S = 86_400
FRESH = {"Cache-Control": "max-age=600"}
HEADERS = {"within max-age": FRESH, "after max-age": {**FRESH, "Age": "601"}, "Last-Modified": {}}
LEFT = """async ([scope, needed, listed]) => {
    const name = (await caches.keys()).find((one) => one.endsWith(scope));
    const kept = (await (await caches.open(name)).keys()).map(({ url }) => url);
    const isOther = (one) => !listed.includes(one) && one !== `${scope}everything`;
    return [...needed.filter((one) => !kept.includes(one)), ...kept.filter(isOther)];
}"""


@pytest.fixture(scope="module")
def first(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition that was published thirty days ago."""
    return dated(shutil.copytree(site, tmp_path_factory.mktemp("first") / "site"), days_ago=30)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition after it, in which one answer key and one heading differ."""
    from lessons_lib.annexes.site.build import build_site

    folder = tmp_path_factory.mktemp("second")
    for name in ("quizzes", "notebooks"):
        shutil.copytree(COURSE / name, folder / "course" / name)
    change(folder / "course/quizzes/06_batch_inference.yaml", "    answer: D\n", "    answer: A\n")
    notebook = folder / "course/notebooks/06_batch_inference.ipynb"
    change(notebook, "# 6. Batch inference", "# 6. Batch inference, corrected")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(COURSE_VARIABLE, str(folder / "course"))
        build_site(folder / "site", say=print)
    return dated(folder / "site", days_ago=20)


@pytest.fixture(scope="module")
def third(second: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition after that, in which Pyodide and the script of the quizzes are others."""
    from lessons_lib.annexes.site import build

    folder = tmp_path_factory.mktemp("third")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(COURSE_VARIABLE, str(second.parent / "course"))
        patch.setattr(build, "_PYODIDE", "pyodide-00000000")
        patch.setattr(QuizCard, "_esm", f"{QuizCard._esm}\n// corrected")
        build.build_site(folder / "site", say=print)
    return dated(folder / "site", days_ago=10)


def change(path: Path, old: str, new: str) -> None:
    """Replace the first of some words in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def dated(folder: Path, *, days_ago: int) -> Path:
    """Give all files of a folder a date; a browser without other advice keeps old ones longer."""
    when = time.time() - days_ago * DAY_S
    for path in folder.rglob("*"):
        os.utime(path, (when, when))
    return folder


def publish(edition: Path, place: Path) -> None:
    """Let the server deliver an edition from a folder."""
    place.unlink(missing_ok=True)
    place.symlink_to(edition)


def visit(context: BrowserContext, server: Server, place: str = "spring") -> Reader:
    """Return someone who has the front page open, under the site's service worker."""
    reader = Reader(context.new_page(), f"{server.url}{place}/")
    reader.open("index.html")
    reader.page.wait_for_function("navigator.serviceWorker.controller")
    return reader


def expect_verdict(reader: Reader, letter: str, standing: str) -> None:
    """Answer the question whose key differs between the editions."""
    reader.answer(reader.place(QUIZ), letter)
    expect(reader.place(QUIZ).locator(f".qc-verdict[data-standing={standing}]")).to_be_visible()


def arrived(reader: Reader, edition: Path, name: str = "") -> None:
    """Wait until nothing but an edition is kept in the browser: all of it, or a file and others."""
    listed = [reader.url + one for one in json.loads((edition / "_static/files.json").read_bytes())]
    needed = [one for one in listed if name in one]
    eventually(lambda: reader.page.evaluate(LEFT, [reader.url, needed, listed]), [])


@pytest.mark.parametrize("is_kept", [False, True], ids=["seen", "everything kept"])
@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_a_corrected_key_is_there_when_a_reader_returns_and_stays_without_a_network(
    own: BrowserContext,
    first: Path,
    second: Path,
    tmp_path: Path,
    headers: dict[str, str],
    is_kept: bool,
) -> None:
    publish(first, tmp_path / "spring")
    with serving(tmp_path) as server:
        server.headers = headers
        reader = visit(own, server)
        if is_kept:
            reader.keep_everything()
        reader.open(PAGE)
        expect_verdict(reader, "B", "wrong")
        publish(second, tmp_path / "spring")
        server.asked.clear()
        reader.open(PAGE)
        expect(reader.page.locator("h1")).to_contain_text("corrected")
        expect_verdict(reader, "A", "right")
        arrived(reader, second, "" if is_kept else "app.zip")
        assert not [one for one in server.asked if "pyodide" in one]
    reader.open(PAGE)
    expect(reader.page.locator("h1")).to_contain_text("corrected")
    expect_verdict(reader, "B", "wrong")  # what is right already is not submitted again
    expect_verdict(reader, "A", "right")
    if is_kept:
        reader.open("10_latency_and_throughput.html")
        reader.answer(reader.place("quiz 10_latency_and_throughput arrivals"), "A")
    assert reader.problems == []


def test_a_page_that_was_opened_works_offline_after_the_script_of_its_card_changed(
    own: BrowserContext, second: Path, third: Path, tmp_path: Path
) -> None:
    publish(second, tmp_path / "spring")
    with serving(tmp_path) as server:
        server.headers = {"Cache-Control": "no-store"}  # all that is there offline was kept
        reader = visit(own, server)
        reader.open(PAGE)
        expect_verdict(reader, "A", "right")
        publish(third, tmp_path / "spring")
        reader.open(PAGE)
        arrived(reader, third, "app.zip")
    reader.open(PAGE)
    expect_verdict(reader, "D", "wrong")
    assert reader.problems == []


def test_a_server_that_fails_during_an_update_leaves_the_old_edition_whole(
    own: BrowserContext, first: Path, second: Path, tmp_path: Path
) -> None:
    publish(first, tmp_path / "spring")
    with serving(tmp_path) as server:
        reader = visit(own, server)
        reader.keep_everything()
        publish(second, tmp_path / "spring")
        server.broken = "app.zip"
        reader.open(PAGE)
        expect_verdict(reader, "A", "wrong")
        port = server.server_port
    reader.open(PAGE)
    expect(reader.page.locator("h1")).not_to_contain_text("corrected")
    expect_verdict(reader, "D", "right")
    with serving(tmp_path, port) as server:
        reader.open(PAGE)
        expect_verdict(reader, "A", "right")
        arrived(reader, second)


def test_a_page_that_comes_before_its_files_does_no_harm(
    own: BrowserContext, first: Path, second: Path, tmp_path: Path
) -> None:
    half = shutil.copytree(second, tmp_path / "half", symlinks=True)
    for name in ("_static", "sw.js"):
        shutil.rmtree(half / name) if (half / name).is_dir() else (half / name).unlink()
        (half / name).symlink_to(first / name)
    publish(first, tmp_path / "spring")
    with serving(tmp_path) as server:
        server.headers = FRESH
        reader = visit(own, server)
        publish(half, tmp_path / "spring")
        reader.open(PAGE)
        expect_verdict(reader, "B", "wrong")
        publish(second, tmp_path / "spring")
        reader.open(PAGE)
        arrived(reader, second, "app.zip")
        reader.open(PAGE)
        expect_verdict(reader, "A", "right")


def test_two_copies_of_a_course_on_one_host_are_kept_apart(
    own: BrowserContext, first: Path, second: Path, tmp_path: Path
) -> None:
    publish(first, tmp_path / "spring")
    publish(second, tmp_path / "autumn")
    with serving(tmp_path) as server:
        spring, autumn = (visit(own, server, name) for name in ("spring", "autumn"))
        for reader in (spring, autumn):
            reader.keep_everything()
        spring.open(PAGE)
        expect_verdict(spring, "D", "right")
        autumn.open(PAGE)
    spring.page.reload()
    expect(spring.place(QUIZ).locator(".qc-verdict[data-standing=right]")).to_be_visible()
    autumn.open(PAGE)
    expect_verdict(autumn, "A", "right")
    spring.open("10_latency_and_throughput.html")
