r"""Read GIFT, the text format of Moodle.

Moodle's rules apply: a blank line ends a question, a backslash escapes the characters `~=#{}:\`,
and a comment may hold an id and tags: `// [id:knee] [tag:easy]`.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from itertools import groupby
from typing import Any

from lessons_lib.annexes.exchange import foreign
from lessons_lib.annexes.exchange.items import KeyAnswer, span
from lessons_lib.classroom.quiz.grading import parse_number

# While a question is read, a control character stands for each escaped character.
_CODES = {character: chr(code) for code, character in enumerate(r"\~=#{}:n", 1)}
_MEANINGS = {ord(code): "\n" if letter == "n" else letter for letter, code in _CODES.items()}
_FORMAT = re.compile(r"^\[(html|markdown|plain|moodle)\]")
_PARTS = re.compile(
    r"(?:::(?P<title>[^:]*(?::[^:]+)*)::)?(?P<stem>[^{}]*)(?:\{(?P<body>[^{}]*)\}(?P<tail>[^{}]*))?"
)
_ANSWER = re.compile(r"([~=]?)\s*(?:%(-?\d{1,3}(?:\.\d*)?)%)?([^~=#]*)(?:#([^~=]*))?")
_ID = re.compile(r"\[id:([^\[\]]+)\]")
_TAG = re.compile(r"\[tag:([^\[\]]+)\]")
_KINDS = {  # by how what is in the braces begins
    "#": "numerical",
    "[^~]*~": "multiple choice",
    r"(T|TRUE|F|FALSE)\s*(#|$)": "true/false",
    ".*->": "matching",
    ".": "short answer",
    "": "essay",
}


def read(content: bytes) -> Iterator[foreign.Found]:
    """Yield each question; `ForeignFileError` if the file is not UTF-8."""
    lines = enumerate(map(str.strip, re.split("\r\n|\r|\n", foreign.decoded(content))), 1)
    for _, block in groupby(lines, lambda line: not line[1]):
        numbers, texts = zip(*block, strict=True)
        comments = "".join(one for one in texts if one.startswith("//"))
        text = "\n".join("" if one.startswith(("//", "$CATEGORY:")) else one for one in texts)
        if question := text.lstrip():
            yield _found(numbers[0] + len(text) - len(question), comments, question)


def _found(line: int, comments: str, text: str) -> foreign.Found:
    text = re.sub(r"\\([\\~=#{}:n])", lambda escaped: _CODES[escaped[1]], text)
    parts = next(_PARTS.finditer(text))
    if parts.end() < len(text):
        rule = "a question has one { and one }, with no blank line between them"
        advice = "add the missing brace, or write \\{ and \\} for braces in a text."
        line += text.count("\n", 0, parts.end())
        return foreign.Found(line, _name(text), "unreadable", {}, f"{rule}: {advice}")
    title, stem, body, tail = ((part or "").strip() for part in parts.groups())
    body, general = (*body.rsplit("####", 1), "")[:2]
    kind = next(one for begin, one in _KINDS.items() if re.match(begin, body, re.DOTALL))
    kind = "description" if parts["body"] is None else kind
    markdown = partial(_markdown, usual=["moodle", *_FORMAT.split(stem, 1)][-2])
    try:
        shown = markdown(f"{stem} _____ {tail}" if tail else stem)
        data, note = _fields(kind, body.strip(), markdown)
        data |= foreign.texts_of(
            "".join(_ID.findall(comments)[:1]), shown, markdown(general), _TAG.findall(comments)
        )
    except (ValueError, RecursionError) as error:
        return foreign.Found(line, _name(title or stem), kind, {}, str(error))
    note = (note + foreign.lost_media(text)).strip()
    return foreign.Found(line, _name(title or shown), kind, data, note)


def _name(text: str) -> str:
    return text.translate(_MEANINGS).partition("\n")[0][:80]


def _markdown(text: str, usual: str) -> str:
    """Return a text, which may begin with its format, as Markdown."""
    *_, form, text = [usual, *_FORMAT.split(text.strip(), 1)]
    text = (escape(text) if form == "plain" else text).translate(_MEANINGS)
    if form in ("plain", "moodle"):
        text = text.strip().replace("\n", "<br>")
    if form == "markdown" or not text:
        return foreign.without_files(text.strip())
    return foreign.markdown_of(text)


def _fields(kind: str, body: str, markdown: Callable[[str], str]) -> tuple[dict[str, Any], str]:
    """Return the fields of a question from what is between its braces."""
    if kind == "true/false":
        word, wrong, right = (*body.replace("=", _CODES["="]).split("#", 2), "", "")[:3]
        yes, no = f"=True#{right}~False#{wrong}", f"~True#{wrong}=False#{right}"
        kind, body = "multiple choice", yes if word[0] == "T" else no
    if kind not in ("multiple choice", "numerical"):
        raise ValueError(foreign.NOT_IMPORTED)
    is_number, answers = kind == "numerical", list[KeyAnswer]()
    for sign, share, text, feedback in _ANSWER.findall(body.removeprefix("#").lstrip()):
        if sign or text:
            credit = float(share or 100 * (sign == "=" or (is_number and not sign)))
            is_other = not is_number or sign == "~" or text.strip() == "*"
            value = (None, 0.0) if is_other else _value(text)
            answers.append(KeyAnswer(credit, feedback, text.strip(), *value))
    kind = "number" if is_number else "single" if "=" in body else "several"
    return foreign.fields_of(kind, answers, markdown)


def _value(text: str) -> tuple[float, float]:
    """Return a number and its tolerance from `1.5`, `1.5:0.1` or `1.4..1.6`."""
    low, dots, high = text.partition("..")
    value, _, tolerance = text.partition(":")
    ends = (low, high) if dots else (value, tolerance or "0")
    first, second = map(parse_number, ends)
    return span(first, second) if dots else (first, second)
