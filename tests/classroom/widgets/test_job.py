"""A job: work on the loop of the cell, started from any thread, until it ends or is stopped."""

import asyncio
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lessons_lib.classroom.widgets.job import INTERRUPTED, STOPPED, Job, JobEnd, KernelInterrupts
from tests.classroom.widgets.pretend_browser import interrupt, run, until


async def end_of(job: Job, work: Callable[..., Any], *arguments: object, **how: Any) -> JobEnd[Any]:
    """Start work and wait for its end."""
    ends: list[JobEnd[Any]] = []
    job.start(work, *arguments, then=ends.append, **how)
    await until(lambda: ends)
    return ends[0]


def is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


async def on_the_loop(figure: float) -> tuple[float, bool]:
    return figure, is_main()


def anywhere(figure: float) -> tuple[float, bool]:
    return figure, is_main()


every_kind = pytest.mark.parametrize(
    ("work", "in_main_thread"),
    [
        (on_the_loop, True),
        (partial(on_the_loop), True),
        (lambda figure: on_the_loop(figure), True),
        (anywhere, False),
    ],
)


@every_kind
def test_plain_work_runs_in_a_thread_and_awaitables_on_the_loop(
    work: Callable[..., Any], in_main_thread: bool
) -> None:
    async def main() -> JobEnd[Any]:
        return await end_of(Job(), work, 2.5)

    assert run(main()) == JobEnd((2.5, in_main_thread))


@every_kind
def test_without_a_loop_work_runs_at_once(work: Callable[..., Any], in_main_thread: bool) -> None:
    ends: list[JobEnd[Any]] = []
    Job().start(work, 2.5, then=ends.append)
    assert ends == [JobEnd((2.5, in_main_thread))]


@pytest.mark.parametrize("is_made_on_the_loop", [True, False])
def test_work_of_another_thread_runs_on_the_loop_of_the_cell(is_made_on_the_loop: bool) -> None:
    before = Job()

    async def main() -> JobEnd[Any]:
        ends: list[JobEnd[Any]] = []
        job = Job() if is_made_on_the_loop else before
        start = partial(job.start, on_the_loop, 1.0, then=ends.append)
        await (asyncio.to_thread(start) if is_made_on_the_loop else asyncio.sleep(0, start()))
        await until(lambda: ends)
        return ends[0]

    assert run(main()) == JobEnd((1.0, True))


def test_a_result_may_be_converted_and_errors_are_described() -> None:
    async def main() -> list[JobEnd[Any]]:
        job = Job()
        return [await end_of(job, str, text, convert=int) for text in ("7", "seven")]

    good, bad = run(main())
    assert good == JobEnd(7)
    assert bad.failed == "ValueError: invalid literal for int() with base 10: 'seven'"


def test_async_work_is_canceled_when_it_is_stopped() -> None:
    async def main() -> tuple[JobEnd[Any], bool]:
        job = Job()

        async def wait() -> None:
            job.stop()
            await asyncio.Event().wait()

        return await end_of(job, wait), job.is_ending

    assert run(main()) == (JobEnd(stopped=STOPPED), False)


def test_work_stopped_before_it_began_is_not_called() -> None:
    async def main() -> list[JobEnd[Any]]:
        job, ends = Job(), list[JobEnd[Any]]()
        job.start(pytest.fail, then=ends.append)
        job.stop()
        await until(lambda: ends)
        return ends

    assert run(main()) == [JobEnd(stopped=STOPPED)]


def test_after_stop_a_thread_counts_as_ending_until_it_returns() -> None:
    async def main() -> JobEnd[Any]:
        job, begun, gate = Job(), threading.Event(), threading.Event()

        def wait() -> None:
            begun.set()
            gate.wait()

        ends: list[JobEnd[Any]] = []
        job.start(wait, then=ends.append)
        await asyncio.to_thread(begun.wait)
        job.stop()
        await until(lambda: ends)
        assert job.is_ending
        gate.set()
        await until(lambda: not job.is_ending)
        return ends[0]

    assert run(main()) == JobEnd(stopped=STOPPED)


def test_a_job_waits_for_work_that_ends_itself_and_reports_on_the_loop() -> None:
    async def main() -> tuple[JobEnd[Any], list[tuple[int, bool]]]:
        job, reported = Job(), list[tuple[int, bool]]()

        def count() -> None:
            for number in range(1000):
                job.on_loop(lambda number=number: reported.append((number, is_main())))
                if number == 2:
                    job.stop()
                job.check()

        return await end_of(job, count, ends_itself=True), reported

    end, reported = run(main())
    assert end == JobEnd(stopped=STOPPED)
    assert reported == [(0, True), (1, True), (2, True)]


def test_an_interrupt_ends_the_work_and_the_next_starts(ignoring_interrupts: None) -> None:
    async def wait() -> None:
        interrupt()
        await asyncio.Event().wait()

    async def main() -> list[JobEnd[Any]]:
        job = Job()
        return [await end_of(job, wait), await end_of(job, lambda: 1)]

    assert run(main()) == [JobEnd(stopped=INTERRUPTED), JobEnd(1)]


def test_an_interrupt_that_python_raises_also_ends_the_work() -> None:
    async def interrupted() -> None:
        raise KeyboardInterrupt

    async def main() -> JobEnd[Any]:
        return await end_of(Job(), interrupted)

    assert run(main()) == JobEnd(stopped=INTERRUPTED)


def test_an_ignored_interrupt_is_heard_within_the_block_only(ignoring_interrupts: None) -> None:
    interrupts = KernelInterrupts()
    with interrupts:
        assert not interrupts.heard
        interrupt()
        assert interrupts.heard
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    interrupt()
    assert not KernelInterrupts().heard


def test_it_listens_again_after_a_handler_was_restored(ignoring_interrupts: None) -> None:
    with KernelInterrupts() as interrupts:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as IPython does after a message
        interrupts.listen()
        interrupt()
        assert interrupts.heard


def test_a_handler_that_does_not_ignore_interrupts_is_kept() -> None:
    before = signal.getsignal(signal.SIGINT)
    with KernelInterrupts():
        assert signal.getsignal(signal.SIGINT) is before
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_does_not_listen(ignoring_interrupts: None) -> None:
    def block() -> None:
        with KernelInterrupts() as interrupts:
            interrupts.listen()

    thread = threading.Thread(target=block)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
