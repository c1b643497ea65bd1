"""Kernel interrupts between two messages: heard within the block, and only there."""

from __future__ import annotations

import os
import signal
import threading

from lessons_lib.widgets.job import KernelInterrupts


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_ignored_interrupt_is_heard_within_the_block(ignoring_interrupts: None) -> None:
    with KernelInterrupts() as interrupts:
        assert not interrupts.heard
        interrupt()
        assert interrupts.heard


def test_afterwards_interrupts_are_ignored_as_before(ignoring_interrupts: None) -> None:
    with KernelInterrupts():
        pass
    interrupt()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_it_listens_again_after_a_handler_was_put_back(ignoring_interrupts: None) -> None:
    with KernelInterrupts() as interrupts:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as IPython does after a message
        interrupts.listen()
        interrupt()
        assert interrupts.heard


def test_an_interrupt_of_before_is_not_heard(ignoring_interrupts: None) -> None:
    with KernelInterrupts():
        interrupt()
    with KernelInterrupts() as interrupts:
        assert not interrupts.heard


def test_a_handler_that_heeds_interrupts_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    with KernelInterrupts():
        assert signal.getsignal(signal.SIGINT) is before
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_it_does_nothing(ignoring_interrupts: None) -> None:
    seen: list[bool] = []

    def block() -> None:
        with KernelInterrupts() as interrupts:
            interrupts.listen()
            seen.append(interrupts.heard)

    thread = threading.Thread(target=block)
    thread.start()
    thread.join()
    assert seen == [False]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
