"""A table of names for directories, given by the instructor: `directory,learner`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lessons_lib.hub.printable import printable

COLUMNS = ("directory", "learner")
LARGEST_MAP = 5_000_000


class NameMapError(ValueError):
    """The table of names cannot be used."""


@dataclass(frozen=True, slots=True)
class NameMap:
    """Names by directory, and the line that each stands in."""

    names: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def unmatched(self, directories: Iterable[str]) -> list[str]:
        """Return one sentence for each row without a home, and each home without a row."""
        known = set(directories)
        rows = [
            f"line {line}: no home is called {name}."
            for name, line in self.lines.items()
            if name not in known
        ]
        return rows + [f"no row names the home {one}." for one in sorted(known - self.names.keys())]


def read_names(path: Path) -> NameMap:
    """Return the names of a CSV file with the columns `directory` and `learner`.

    Raises
    ------
    NameMapError
        If it cannot be read, or has no such columns.
    """
    rows = csv.DictReader(io.StringIO(_content(path), newline=""), strict=True)
    names: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems = []
    try:
        rows.fieldnames = [one.strip().casefold() for one in rows.fieldnames or ()]
        if missing := [one for one in COLUMNS if one not in rows.fieldnames]:
            came = printable(", ".join(rows.fieldnames)) or "nothing"
            told = f"its first line must name them, with a comma between; it holds {came}."
            raise NameMapError(f"{path} has no column {' and no column '.join(missing)}: {told}")
        for row in rows:
            directory, learner = (printable((row[one] or "").strip()) for one in COLUMNS)
            if not directory or not learner or directory in names:
                fault = f"{directory} was named before" if directory in names else "a name is empty"
                problems.append(f"line {rows.line_num}: {fault}; passed over.")
            else:
                names[directory], lines[directory] = learner, rows.line_num
    except csv.Error as error:
        raise NameMapError(f"{path}, line {rows.line_num}, is no CSV: {error}.") from None
    return NameMap(names, lines, tuple(problems))


def _content(path: Path) -> str:
    if not path.is_file():
        what = "is no file" if path.exists() else "does not exist"
        raise NameMapError(f"{path} {what}: name a CSV file with the columns directory, learner.")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_MAP + 1)
    except OSError as error:
        raise NameMapError(f"{path} cannot be read ({error.strerror}).") from None
    if len(content) > LARGEST_MAP:
        raise NameMapError(f"{path} is larger than {LARGEST_MAP:,} bytes: is it the right file?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NameMapError(f"{path} is not in UTF-8: save it as 'CSV UTF-8'.") from None
