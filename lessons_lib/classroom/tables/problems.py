"""Problems in a file of the course, explained for its author."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

MOST_PROBLEMS_SHOWN = 40
LONGEST = 400  # characters of a message

Fault: TypeAlias = tuple[str, str]  # place (`questions[1].options.B`), message


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: its location, and a message with the rule, what was found and what to do."""

    file: str
    line: int
    number: int  # of the question, from 1; 0 if outside of all questions
    question: str  # its id, or empty
    message: str
    kind: str = "question"  # what the file lists

    def __post_init__(self) -> None:
        """Keep the message short and printable, whatever file content it quotes."""
        if len(self.message) > LONGEST or not self.message.isprintable():
            shown = "".join(one if one.isprintable() else "\ufffd" for one in self.message)
            short = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
            object.__setattr__(self, "message", short)

    def __str__(self) -> str:
        name = f" ({self.question})" if self.question else ""
        place = f"{self.kind} {self.number}{name}: " if self.number else ""
        return f"{self.file}:{self.line}: {place}{self.message}"


class QuizBankError(ValueError):
    """A quiz file or folder that cannot be used; `problems` lists every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(one) for one in self.problems[:MOST_PROBLEMS_SHOWN]]
        if len(problems) > MOST_PROBLEMS_SHOWN:
            lines.append(f"… and {len(problems) - MOST_PROBLEMS_SHOWN} more problems.")
        super().__init__("\n".join(lines))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'stem'?` if a known word is similar, else an empty string."""
    close = difflib.get_close_matches(word[:80], list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def choose_one(word: str, known: Collection[str]) -> str:
    """Return a similar word as `did_you_mean` does, or all that are known, as a sentence."""
    return did_you_mean(word, known) or f" Choose one of {', '.join(known)}."


def shortened(text: str, limit: int = 40) -> str:
    """Return a text quoted and shortened, safe to print inside a message."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
