"""Turn the HTML of other systems into Markdown that our questions can show."""

from __future__ import annotations

import re
from typing import Any

import nh3
from markdownify import MarkdownConverter

from lessons_lib.classroom.quiz.markdown import SCHEMES, TAGS, render

_EMPHASIS = ["b", "em", "i", "strong"]
_BLOCKS = {"div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT_TAGS = {*TAGS, *_EMPHASIS, *_BLOCKS, "caption", "img", "kbd", "samp", "sub", "sup"}
_MEDIA_TAGS = {"audio", "embed", "iframe", "img", "object", "source", "track", "video"}
_DROPPED_TAGS = {"font", "input", "math", "script", "style", *_MEDIA_TAGS}
_HTML_TAGS = "|".join({*nh3.ALLOWED_TAGS, *_KEPT_TAGS, *_DROPPED_TAGS})
_NO_TAG = re.compile(rf"<(?!!--|/?(?:{_HTML_TAGS})\b[^<>]*>)", re.IGNORECASE)  # as in i<n
_BLANKS = re.compile("(?s)(<pre.*?</pre>)|[ \t]{2,}")
_LAST_BREAKS = re.compile(r"(?:<br>\s*)+(?=(?:</\w+>\s*)*(?:$|</?(?:p|div|[ou]l|li|pre|table)\b))")
_LONGEST_PAGE = 20_000  # five times what a text of ours may have; the work can grow with its square
# What Markdown would read as more than a character, anywhere and at the start of a line.
_SPECIAL = re.compile(
    r"(?m)\\(?=[!-/:-@\[-`{-~]|$)|`|(?<!\S )\*|\*(?! )|(?<![^\W_])_|_(?![^\W_])"
    r"|\](?=\()|<(?=[^\s<>]{1,80}[:@])|&(?=#?\w+;)|(?<=\$)\{"
)
_FIRST = re.compile(
    r"(?m)^( ?)(?:([0-9]{1,9})(?=[.)](?:\s|$))|(?=[-+](?:\s|$)|>|~~~|[|:-][-:| ]*$))"
)
_FILE = "@@PLUGINFILE@@"  # begins the address of a file that came with a question from Moodle
_MEDIA = re.compile(rf"{_FILE}|<(?:{'|'.join(_MEDIA_TAGS)})\b")


class _Converter(MarkdownConverter):
    """Writes Markdown for `render`, and escapes no more of a text than that needs."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return _FIRST.sub(r"\1\2\\", _SPECIAL.sub(r"\\\g<0>", text))

    def convert_img(self, tag: Any, text: str, parent_tags: set[str]) -> str:
        return self.escape(tag.get("alt", ""), parent_tags)

    def convert_li(self, tag: Any, text: str, parent_tags: set[str]) -> Any:
        item = super().convert_li(tag, text, parent_tags)  # type: ignore[misc]
        return item + "\n" * (tag.p in tag.contents)

    def convert_td(self, tag: Any, text: str, parent_tags: set[str]) -> Any:
        cell = text.replace("|", r"\|")
        return super().convert_td(tag, cell, parent_tags)  # type: ignore[misc]

    convert_th = convert_td


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
    text = _as_markdown(page)
    if "*" in text and render(text).count("*") != page.count("*"):
        return _as_markdown(page, strip=_EMPHASIS)  # `<b>No:</b>but` cannot be written in Markdown
    return text


def _as_markdown(page: str, **options: Any) -> str:
    made = _Converter(autolinks=False, bullets="-", newline_style="backslash", **options)
    return str(made.convert(f"<div>{page}</div>")).strip()


def without_files(text: str) -> str:
    """Return Markdown without images and links to files, which are not imported."""
    return markdown_of(render(text.replace("![", "["))) if _FILE in text else text


def lost_media(text: str) -> str:
    """Return a sentence for the note if a text refers to files, else an empty text."""
    return " Files and images were not kept." if _MEDIA.search(text) else ""
