"""The demo class of a trial hub: who is in it, where they live, and how they log in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

INSTRUCTOR = "instructor"
MOST_LEARNERS = 60
COURSE_NAME = "lessons-course"
# No letter or digit that looks like another: passwords are read off a screen.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in the class; a new password is made at every start."""

    name: str
    home: Path
    password: str = field(repr=False)

    @property
    def course(self) -> Path:
        """Return the folder of this member's own copy of the course."""
        return self.home / COURSE_NAME


def demo_class(homes: Path, learners: int) -> list[Member]:
    """Return `learners` learners and one instructor, each with a home in `homes`.

    Raises
    ------
    ValueError
        If there are to be fewer than one learner, or more than a machine can serve.
    """
    if not 1 <= learners <= MOST_LEARNERS:
        raise ValueError(f"A demo class has 1 to {MOST_LEARNERS} learners, got {learners}.")
    names = [f"learner{number}" for number in range(1, learners + 1)]
    return [Member(name, homes / name, new_password()) for name in (*names, INSTRUCTOR)]


def new_password() -> str:
    """Return a password of 79 random bits, in groups that are easy to copy by eye."""
    groups = (
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )
    return "-".join(groups)
