"""Settings that all tests share."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from hypothesis import settings

from tests.support.shell import here, lessons

__all__ = ["here", "lessons"]

# No test depends on the speed of a machine, so no example has a deadline.
settings.register_profile("lessons", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("lessons")

T = TypeVar("T")
# The slowest tests run first, so that at the end no worker waits for another.
LONGEST = (
    *("tests/annexes/instructor/hub/", "tests/browser/", "tests/annexes/site/"),
    *("notebooks/", "tests/architecture/"),
)
# Whole pages in a browser, and hubs: all but a few of these run only with -m slow.
PAGES = ("tests/browser/", "tests/annexes/instructor/browser/")
SLOW = (*PAGES, "tests/annexes/instructor/hub/test_trial")
QUICK = ("test_first_press.py", "test_saved_notebooks.py", "test_start_page.py")
# Each of these runs on one worker, one test after another, because it has a browser or a hub.
ON_ONE_WORKER = {
    "pages": (*PAGES, "tests/annexes/instructor/hub/"),
    "site": ("tests/annexes/site/",),
}


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes minutes, and run the slowest folders first."""
    for item in items:
        if item.nodeid.startswith(SLOW) and item.path.name not in QUICK:
            item.add_marker("slow")
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    places = (place for place, top in enumerate(LONGEST) if item.nodeid.startswith(top))
    return next(places, len(LONGEST))


@pytest.hookimpl(optionalhook=True)  # without xdist there is none
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Let each worker run whole files, and one worker all files of a group."""
    from xdist.scheduler import LoadFileScheduling

    if config.getoption("dist") != "loadfile":
        return None
    scheduler = LoadFileScheduling(config, log)
    file_of = scheduler._split_scope
    scheduler._split_scope = lambda test: next(
        (name for name, tests in ON_ONE_WORKER.items() if test.startswith(tests)), file_of(test)
    )
    return scheduler


def with_ray(run: Callable[[], T]) -> T:
    """Return what a process with Ray gives; a loaded machine may not start Ray at once."""
    for _ in range(2):
        try:
            return run()
        except subprocess.CalledProcessError as error:
            assert "Ray did not start" in str(error.stderr), error.stderr
    return run()


@pytest.fixture
def ray_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Wait until no other test uses Ray: on two cores, one cluster keeps another from starting."""
    import fcntl  # which Windows lacks

    with open(tmp_path_factory.getbasetemp().parent / "ray.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def ignoring_interrupts() -> Iterator[None]:
    """Ignore interrupts, like a kernel that is not handling a message."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)
