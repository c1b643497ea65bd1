"""A class that counts, on a real hub and in a real browser: what its instructor tries out first."""

import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from lessons_lib.annexes.instructor.service.serve import RELOAD_S
from tests.annexes.instructor.service.test_serve import open_now
from tests.support.browser import press, visitor
from tests.support.hub import HubRun, choose, running_hub

pytestmark = pytest.mark.slow

MARK, SOLUTION = "Three times ten, mark 73519.", "Mark 73520 is ten times three."
MOST_TRIES = 12
CODE = "from lessons_lib import show_graded\nshow_graded('week_1')"


def marked_class(folder: Path) -> Path:
    """Write a class whose key is told by two sentences that nothing else contains."""
    bank = open_now(folder) / "week_1.yaml"
    text = bank.read_text(encoding="utf-8")
    remarks = ("Thirty texts are three times ten.", "That would be a pass for each text.")
    for old, new in (*((one, MARK) for one in remarks), ("30 / 10 = 3", SOLUTION)):
        assert old in text
        text = text.replace(old, new)
    bank.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubRun]:
    flag = f"--class={marked_class(tmp_path / 'class')}"
    with running_hub(tmp_path, "--learners=1", flag) as running:
        yield running


def close(folder: Path) -> None:
    """Move the deadline of the quiz to an hour after it opened, which was yesterday."""
    plan = folder / "plan.yaml"
    day = r"(opens: (\S+) 10:00\s+due: )\S+ \S+"
    text = re.sub(day, r"\1\2 11:00", plan.read_text(encoding="utf-8"), count=1)
    plan.write_text(text, encoding="utf-8")


def memory_has(process: psutil.Process, text: str) -> bool:
    """Return whether a text is anywhere in the memory of a process, as UTF-8 or UTF-16."""
    wanted = (text.encode(), text.encode("utf-16-le"))
    with open(f"/proc/{process.pid}/mem", "rb") as memory:
        for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines():
            bounds, rights, *_ = line.split()
            begin, end = (int(one, 16) for one in bounds.split("-"))
            if "r" in rights and "[v" not in line:
                with suppress(OSError, OverflowError):
                    memory.seek(begin)
                    found = memory.read(end - begin)
                    if any(one in found for one in wanted):
                        return True
    return False


def test_a_graded_quiz_outlives_its_service_and_tells_its_key_last(
    hub: HubRun, chromium: Browser, tmp_path: Path
) -> None:
    page = visitor(chromium).new_page()
    told = list[str]()
    page.on("websocket", lambda one: one.on("framereceived", lambda data: told.append(str(data))))
    card = hub.card(page, "learner1", CODE)
    expect(card.get_by_role("button", name="Begin")).to_be_visible()
    saved, notice = card.locator(".qc-sentence"), card.locator(".qc-notice")
    press(card, "Begin")
    choose(card, "B")
    expect(saved).to_contain_text("Answer saved.")
    hub.process_of("class serve").send_signal(signal.SIGKILL)
    choose(card, "A")
    expect(notice).to_contain_text("kept here")
    expect(notice).to_be_hidden()
    expect(card.locator("input[value=A]")).to_be_checked()
    kernel = hub.process_of("ipykernel_launcher")
    assert not any(memory_has(kernel, one) for one in (MARK, SOLUTION))
    assert not any(one in text for text in told for one in (MARK, SOLUTION))
    close(tmp_path / "class")
    for letter in "BA" * (MOST_TRIES // 2):  # until the service has read the plan again
        if card.get_by_text(MARK).count():
            break
        choose(card, letter)
        expect(card.locator(".qc-unsent")).to_be_empty()
        page.wait_for_timeout(1_000 * RELOAD_S)
    expect(card.get_by_text(MARK).first).to_be_visible()
    assert all(memory_has(kernel, one) for one in (MARK, SOLUTION))
    assert any(MARK in one for one in told)
