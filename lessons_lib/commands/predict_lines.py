"""The lines of a file of any size, read one at a time and never longer than a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from lessons_lib.commands.console import CommandError, reason

# The model reads twenty words; whatever is longer than this is hardly a text.
LONGEST = 1_000_000
TOO_LONG = f"longer than {LONGEST // 1_000_000} MB"
NOT_UTF8 = "not UTF-8"

_BOM = b"\xef\xbb\xbf"
_BOMS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Flaw(NamedTuple):
    """What cannot be labelled: the line where it starts, what is wrong, and as much as was read."""

    number: int
    told: str
    text: str = ""


class Lines:
    r"""Goes once through the lines of a binary file; a line ends in \n and keeps its end.

    Parameters
    ----------
    source : binary file
        Read from where it stands; a mark of UTF-8 at the start is left out.
    name : str
        What to call it in an error.

    Attributes
    ----------
    number : int
        Of the line that came last, counted from 1.
    bytes_read : int
        How far reading has come.
    """

    def __init__(self, source: BinaryIO, name: str) -> None:
        self._source = source
        self._name = name
        self.number = 0
        self.bytes_read = 0

    def __iter__(self) -> Iterator[str | Flaw]:
        try:
            yield from self._lines()
        except OSError as error:
            raise CommandError(f"{self._name} cannot be read further ({reason(error)}).") from error

    def _lines(self) -> Iterator[str | Flaw]:
        readline = self._source.readline
        raw = self._begun(readline(LONGEST + 1))
        while raw:
            self.number += 1
            self.bytes_read += len(raw)
            if len(raw) > LONGEST and not raw.endswith(b"\n"):
                self._pass_over_rest()
                yield Flaw(self.number, TOO_LONG)
            else:
                yield self._decoded(raw)
            raw = readline(LONGEST + 1)

    def _decoded(self, raw: bytes) -> str | Flaw:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            told = f"{NOT_UTF8} (byte {raw[error.start]:#04x} at place {error.start + 1})"
            return Flaw(self.number, told, raw.decode("utf-8", "surrogateescape"))

    def _pass_over_rest(self) -> None:
        while part := self._source.readline(LONGEST):
            self.bytes_read += len(part)
            if part.endswith(b"\n"):
                return

    def _begun(self, raw: bytes) -> bytes:
        """Return the first line without its mark, if the file is one of UTF-8 lines."""
        is_marked = raw.startswith(_BOMS_OF_UTF16)
        if is_marked or raw.count(0) * 3 > len(raw):
            seems = "is" if is_marked else "looks like"
            raise CommandError(
                f"The texts are read as UTF-8, but {self._name} {seems} UTF-16. Convert it first: "
                "iconv -f utf-16 -t utf-8 IN > NEW"
            )
        if not raw.endswith(b"\n") and b"\r" in raw.rstrip(b"\r"):
            raise CommandError(
                rf"The lines of {self._name} end in \r alone, as on an old Mac, and here in \n. "
                r"Convert it first: tr '\r' '\n' < IN > NEW"
            )
        return raw.removeprefix(_BOM)
