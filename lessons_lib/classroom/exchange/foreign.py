"""What the readers of other systems' files share."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

import nh3

from lessons_lib.classroom.quiz.markdown import SCHEMES, TAGS, render

_EMPHASIS = ["b", "em", "i", "strong"]
_BLOCKS = {"div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT_TAGS = {*TAGS, *_EMPHASIS, *_BLOCKS, "caption", "img", "kbd", "samp", "sub", "sup"}
_MEDIA_TAGS = {"audio", "embed", "iframe", "img", "object", "source", "track", "video"}
_DROPPED_TAGS = {"font", "input", "math", "script", "style", *_MEDIA_TAGS}
_HTML_TAGS = "|".join({*nh3.ALLOWED_TAGS, *_KEPT_TAGS, *_DROPPED_TAGS})
_NO_TAG = re.compile(rf"<(?!!--|/?(?:{_HTML_TAGS})\b[^<>]*>)", re.IGNORECASE)  # as in i<n
_LAST_BREAKS = re.compile(r"(?:<br>\s*)+(?=(?:</\w+>\s*)*(?:$|</?(?:p|div|[ou]l|li|pre|table)\b))")
# What Markdown would read as more than a character, anywhere and at the start of a line.
_SPECIAL = re.compile(
    r"(?m)\\(?=[!-/:-@\[-`{-~]|$)|`|(?<!\S )\*|\*(?! )|(?<![^\W_])_|_(?![^\W_])"
    r"|\](?=\()|<(?=[^\s<>]{1,80}[:@])|&(?=#?\w+;)|(?<=\$)\{"
)
_FIRST = re.compile(
    r"(?m)^( ?)(?:([0-9]{1,9})(?=[.)](?:\s|$))|(?=[-+](?:\s|$)|>|~~~|[|:-][-:| ]*$))"
)
_FILE = "@@PLUGINFILE@@"  # begins the address of a file that came with a question from Moodle
_LINK_TO_FILE = re.compile(rf"!?\[([^\[\]]*)\]\({_FILE}[^()]*\)")
_MEDIA = re.compile(rf"{_FILE}|<(?:{'|'.join(_MEDIA_TAGS)})\b")
_BLANKS = re.compile("(?s)(<pre.*?</pre>)|[ \t]{2,}")
_LONGEST_PAGE = 20_000  # five times what a text of ours may have; the work can grow with its square
NOT_IMPORTED = "only choices, true/false and numbers can be imported"


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
    """Return HTML as Markdown that `render` shows alike, without what our questions cannot show.

    Of an image, the alternative text is left; `x<sup>2</sup>` becomes `x^2`. What looks like
    Markdown in the text stays text.

    Raises
    ------
    ValueError
        If it is far too long for a question.
    """
    page = _NO_TAG.sub("&lt;", page).replace(_FILE, "file:")  # not one of SCHEMES
    page = nh3.clean(page, tags=_KEPT_TAGS, url_schemes=SCHEMES)
    if len(page := _BLANKS.sub(lambda it: it[1] or " ", page)) > _LONGEST_PAGE:
        raise ValueError(f"a text has more than {_LONGEST_PAGE:,} characters")
    page = page.replace("<sup>", "^").replace("<sub>", "_")
    page = re.sub("<h[1-6]>", "<p><b>", re.sub("</h[1-6]>", "</b></p>", page))
    page = re.sub("(?s)<pre.*?</pre>", lambda block: block[0].replace("<br>", "\n"), page)
    page = _LAST_BREAKS.sub("", page)
    text = _as_markdown(page, [])
    # Emphasis as in `<b>No:</b>but` cannot be written in Markdown.
    if "*" in text and render(text).count("*") != page.count("*"):
        text = _as_markdown(page, _EMPHASIS)
    return text


def _as_markdown(page: str, without: list[str]) -> str:
    from markdownify import MarkdownConverter

    options: dict[str, Any] = {"autolinks": False, "bullets": "-", "newline_style": "backslash"}
    made: Any = MarkdownConverter(**options, strip=without)
    item, cell = made.convert_li, made.convert_td
    made.escape = lambda text, place: _FIRST.sub(r"\1\2\\", _SPECIAL.sub(r"\\\g<0>", text))
    made.convert_img = lambda tag, text, **place: made.escape(tag.get("alt", ""), place)
    made.convert_li = lambda tag, text, **place: (
        item(tag, text, **place) + "\n" * (tag.p in tag.contents)
    )
    made.convert_td = made.convert_th = lambda tag, text, **place: cell(
        tag, text.replace("|", r"\|"), **place
    )
    return str(made.convert(f"<div>{page}</div>")).strip()


def without_files(text: str) -> str:
    """Return Markdown without links to files, which are not imported; their texts stay."""
    text = _LINK_TO_FILE.sub(r"\1", text)
    return markdown_of(render(text)) if _FILE in text else text  # such as [a [b]](file(1).pdf)


def lost_media(text: str) -> str:
    """Return a sentence for the note if a text refers to files, else an empty text."""
    return " Files and images were not kept." if _MEDIA.search(text) else ""


def solution_of(text: str) -> list[dict[str, str]]:
    """Return an explanation as the steps of a solution; none if it is empty."""
    return [{"title": "Solution", "text": text}] if text else []


def slug_of(text: str) -> str:
    """Return a text as a slug, like `chapter-3`; empty if it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:70].strip("-")


def decoded(content: bytes) -> str:
    """Return a file's text; raise `ForeignFileError` if it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ForeignFileError(line, "the file is not UTF-8: save it as UTF-8.") from None
