"""Work goes to the loop of the cell, from whichever thread it was asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lessons_lib.widgets.job import KernelLoop, called


async def note(threads: list[threading.Thread]) -> None:
    threads.append(threading.current_thread())


def test_outside_a_loop_work_is_done_at_once() -> None:
    threads: list[threading.Thread] = []
    KernelLoop().start(note(threads))
    KernelLoop().call(lambda: threads.append(threading.current_thread()))
    assert threads == [threading.main_thread()] * 2


def test_work_asked_for_in_another_thread_runs_where_the_loop_was_made() -> None:
    async def main() -> list[threading.Thread]:
        threads: list[threading.Thread] = []
        loop = KernelLoop()
        await asyncio.to_thread(lambda: loop.start(note(threads)))
        await asyncio.to_thread(
            lambda: loop.call(lambda: threads.append(threading.current_thread()))
        )
        while len(threads) < 2:
            await asyncio.sleep(0)
        return threads

    assert asyncio.run(main()) == [threading.main_thread()] * 2


def test_a_loop_made_before_any_ran_takes_the_one_that_runs_now() -> None:
    loop = KernelLoop()

    async def main() -> list[threading.Thread]:
        threads: list[threading.Thread] = []
        loop.start(note(threads))
        while not threads:
            await asyncio.sleep(0)
        return threads

    assert asyncio.run(main()) == [threading.main_thread()]


async def on_the_loop(figure: float) -> tuple[float, bool]:
    return figure, threading.current_thread() is threading.main_thread()


def anywhere(figure: float) -> tuple[float, bool]:
    return figure, threading.current_thread() is threading.main_thread()


@pytest.mark.parametrize(
    ("function", "in_main_thread"),
    [
        (on_the_loop, True),
        (partial(on_the_loop), True),
        (lambda figure: on_the_loop(figure), True),
        (anywhere, False),
    ],
)
def test_a_function_is_called_in_a_thread_and_what_can_be_awaited_on_the_loop(
    function: Callable[[float], Any], in_main_thread: bool
) -> None:
    assert asyncio.run(called(function, 2.5)) == (2.5, in_main_thread)
