"""What a check says: right or not, and a word that helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

What: TypeAlias = Literal["right", "wrong", "unfinished", "error", "stopped", "broken"]


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """The outcome of one try.

    Attributes
    ----------
    what : str
        `right`; `wrong` or `unfinished` code that ran; an `error` in it; `stopped` for its time or
        its output; `broken` if the check itself could not work.
    sentence : str
        What happened. It may hold what the learner wrote.
    word : str
        What helps, in Markdown, in our own words alone.
    line : int
        The line of the learner's code that it is about; 0 for none.
    code : str
        That line.
    case : str
        What the code was given when it happened.
    output : str
        What the code printed on the shown example, shortened.
    """

    what: What
    sentence: str
    word: str = ""
    line: int = 0
    code: str = ""
    case: str = ""
    output: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the exercise is solved."""
        return self.what == "right"

    def __str__(self) -> str:
        code = f"    {self.code}" if self.code else ""
        case = f"It was given {self.case}." if self.case else ""
        printed = f"It printed:\n{self.output.rstrip()}" if self.output.strip() else ""
        return "\n".join(filter(None, (self.sentence, code, case, self.word, printed)))

    def __repr__(self) -> str:
        return str(self)
