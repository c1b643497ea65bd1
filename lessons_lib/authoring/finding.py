"""What a check found: one broken rule at one place, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule.

    Attributes
    ----------
    file : str
        The file, as a path from the course folder.
    cell : str
        The cell's id, for instance `prose-2`; empty for the file as a whole.
    rule : str
        What holds for every notebook.
    got : str
        What was there instead.
    advice : str
        What to do.
    """

    file: str
    cell: str
    rule: str
    got: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.file}, cell {self.cell}" if self.cell else self.file
        return f"{place}: {self.rule}; got {self.got.rstrip('.')}. {self.advice}"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A finding that does not know its file yet: rules about one notebook give these."""

    cell: str
    rule: str
    got: str
    advice: str

    def about(self, file: str) -> Finding:
        """Return the finding about a file."""
        return Finding(file, self.cell, self.rule, self.got, self.advice)
