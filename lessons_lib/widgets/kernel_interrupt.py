"""Hear of a kernel interrupt while no cell runs.

IPython heeds an interrupt only while it handles a message, and ignores it else. Work that a widget
started goes on between messages, and a learner who presses Interrupt means just that work.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Self

_heard = 0


class KernelInterrupts:
    """Within the block, `heard` says whether the kernel was interrupted.

    Notes
    -----
    `listen()` is called again and again: IPython puts its own handler in place for each message and
    then the one before back. Where an interrupt is not ignored it ends work by itself, as a
    `KeyboardInterrupt`, and nothing is changed here.
    """

    def __enter__(self) -> Self:
        self._before = _heard
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        if _is_main_thread() and signal.getsignal(signal.SIGINT) is _hear:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def listen(self) -> None:
        """Take the place of a handler that ignores interrupts."""
        if _is_main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, _hear)

    @property
    def heard(self) -> bool:
        """Whether the kernel was interrupted since the block began."""
        return _heard != self._before


def _hear(signum: int, frame: FrameType | None) -> None:
    global _heard
    _heard += 1


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
