"""One line of `lessons check`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: `WARN` takes something away, `FAIL` takes the lessons away."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do about it."""

    level: Level
    what: str
    seen: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.level:4}  {self.what}: {self.seen}"
        return f"{line}\n      -> {self.advice}" if self.advice else line


def ok(what: str, seen: str) -> Finding:
    """Find nothing to mend."""
    return Finding(Level.OK, what, seen)


def warn(what: str, seen: str, advice: str) -> Finding:
    """Find that something will be missing or slow."""
    return Finding(Level.WARN, what, seen, advice)


def fail(what: str, seen: str, advice: str) -> Finding:
    """Keep the lessons from running."""
    return Finding(Level.FAIL, what, seen, advice)
