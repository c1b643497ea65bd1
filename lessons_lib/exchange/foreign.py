"""What the readers of other systems' files share."""

from __future__ import annotations

from typing import Any, NamedTuple

from lessons_lib.quiz.markdown import clean


class ForeignFileError(ValueError):
    """A file that cannot be read; the message begins with the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"{line}: {message}")


class Found(NamedTuple):
    """A question in a file of another system.

    Attributes
    ----------
    line : int
        Where it begins, counted from 1.
    name : str
        What its file calls it, possibly empty.
    kind : str
        The type's name there, such as `essay`.
    data : dict
        Fields of our format with plain values, as far as the file has them: `kind`, `stem`,
        `options`, `answer`, `feedback`, `hints`, `solution`, `tags` … Empty if it is skipped.
    note : str
        Why it is skipped, or what was not kept; often empty.
    """

    line: int
    name: str
    kind: str
    data: dict[str, Any]
    note: str = ""


def markdown_of(page: str) -> str:
    """Return HTML as Markdown, after all that our own questions cannot show was removed."""
    from markdownify import markdownify

    return str(markdownify(clean(page))).strip()


def decoded(content: bytes) -> str:
    """Return a file's text; raise `ForeignFileError` if it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ForeignFileError(line, "the file is not UTF-8: save it as UTF-8.") from None
