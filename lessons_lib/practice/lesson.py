"""What the course plan says of one notebook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objective:
    """Something a learner can do after a notebook; questions name its `slug`."""

    slug: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One notebook: its file is `notebooks/<slug>.ipynb`, its quiz bank `quizzes/<slug>.yaml`."""

    slug: str
    title: str
    minutes: int
    needs: str
    stage: str | None
    objectives: tuple[Objective, ...] = ()

    @property
    def number(self) -> int:
        """The number that the file name starts with."""
        return int(self.slug.split("_", maxsplit=1)[0])

    @property
    def file_name(self) -> str:
        """The notebook's file name, as links from its neighbours need it."""
        return f"{self.slug}.ipynb"
