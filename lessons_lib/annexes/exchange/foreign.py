"""What the readers of other systems' files share: fields of our format, and HTML as Markdown."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any, NamedTuple, TypeAlias

import nh3
from markdownify import MarkdownConverter

from lessons_lib.annexes.exchange.items import KeyAnswer
from lessons_lib.classroom.quiz.markdown import SCHEMES, TAGS, render
from lessons_lib.classroom.quiz.question import LETTERS

OurFields: TypeAlias = tuple[dict[str, Any], str]  # of a question, and what was not kept

_LABEL = re.compile(
    r"(difficulty(?=:(?:easy|medium|hard)$)|objective|stage):([a-z0-9]+(?:-[a-z0-9]+)*)"
)
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


def texts_of(name: str, stem: str, solution: str = "", tags: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields that every kind of question has: its id, texts, labels and tags.

    Labels among the tags, like `difficulty:easy`, become fields, and the other tags slugs.
    """
    labels = {tag: _LABEL.fullmatch(tag) for tag in tags}
    others = (slug_of(tag) for tag, label in labels.items() if not label)
    return {
        "id": own_id(name),
        "stem": stem,
        "solution": [{"title": "Solution", "text": solution}] if solution else [],
        "tags": [*filter(None, dict.fromkeys(others))],
        **{label[1]: label[2] for label in labels.values() if label},
    }


def own_id(name: str) -> str:
    """Return an id for a question that comes back as an item: `own-knee.v2` or `own-knee`."""
    return re.sub(r"\.r[0-9]+(\.v0$|(?=\.v[0-9]+$))", "", name)


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


def fields_of(kind: str, answers: Sequence[KeyAnswer], markdown: Callable[[str], str]) -> OurFields:
    """Return the fields that a question of a kind gets from its answers.

    Parameters
    ----------
    kind : str
        `single`, `several` or `number`.
    answers : sequence of KeyAnswer
        As another system has them.
    markdown : callable
        Turns their texts and feedback into Markdown.

    Returns
    -------
    OurFields
        `kind`, `answer`, and `options` or `feedback`; and a sentence if something was not kept.

    Raises
    ------
    ValueError
        If no answer is right, or too many are, or there are too many options, or the right number
        is none.
    """
    is_number, is_several = kind == "number", kind == "several"
    least, most = 0.01 if is_several else 100, 100 if is_number else len(LETTERS)
    if not is_number:  # Moodle drops empty options, too
        answers = [one for one in answers if one.text.strip() or one.share >= least]
    right = [one for one in answers if one.share >= least]
    if len(answers) > most:
        raise ValueError(f"it has {len(answers)} answers, but at most {most} are allowed.")
    if not right or (len(right) > 1 and not is_several):
        rule = "at least one" if is_several else "exactly one"
        raise ValueError(f"{len(right)} of {len(answers)} answers are right, but {rule} must be.")
    gain = 100 / len(right)
    shares = (-gain if is_several else 0, gain)
    kept = all(abs(one.share - shares[one in right]) < 0.01 for one in answers)
    if is_number:
        fields, all_known = _number(right[0], answers, markdown)
        note = "" if kept and all_known else "Not kept as in the file: known wrong numbers."
        return {"kind": kind, **fields}, note
    named = dict(zip(LETTERS, answers, strict=False))
    key = [letter for letter, one in named.items() if one in right]
    options = {
        letter: {"text": markdown(one.text), "feedback": markdown(one.feedback)}
        for letter, one in named.items()
    }
    note = "" if kept else "Not kept as in the file: partial credit."
    return {"kind": kind, "answer": key if is_several else key[0], "options": options}, note


def _number(
    right: KeyAnswer, answers: Sequence[KeyAnswer], markdown: Callable[[str], str]
) -> tuple[dict[str, Any], bool]:
    """Return the fields of a number, and whether they have all of its known mistakes."""
    value, tolerance = right.value, right.tolerance
    if value is None or not abs(value) + abs(tolerance) < inf:
        raise ValueError(f"the right answer must be a number, got {value} ± {tolerance}.")
    known: dict[float, str] = {}
    kept = True
    for one in answers:
        if one is right or one.value is None:
            continue
        near = min(abs(one.value - other) for other in (value, *known))
        fits = one.share <= 0 and one.feedback.strip() and one.tolerance <= tolerance < near < inf
        if fits:
            known[one.value] = markdown(one.feedback)
        kept = kept and bool(fits) and one.tolerance == tolerance
    others = [one.feedback for one in answers if one.value is None]
    texts = {"right": markdown(right.feedback), "wrong": markdown("".join(others[:1]))}
    feedback: dict[str, Any] = {key: text for key, text in texts.items() if text}
    feedback["known"] = [{"value": other, "feedback": text} for other, text in known.items()]
    return {"answer": {"value": value, "tolerance": tolerance}, "feedback": feedback}, kept


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
