"""Write QTI 2.1: a package with an item per question and one test with a section per quiz.

What is shown after the answer is in the outcome FEEDBACK: the options chosen, or what is known
about the number, and always the solution.
"""

import io
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lessons_lib.annexes.exchange.items import Item, KeyAnswer, digits, items_of, labels_of
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import TAGS, render
from lessons_lib.classroom.quiz.question import LETTERS

_BLANK = re.compile(r"((?:</(?:a|code|em|strong)>)+)(\s+)(?=<)")
_NOT_XML = dict.fromkeys({*range(32)} - {*b"\t\n\r"})
_TEMPLATES = Environment(  # of XML, whose texts are escaped one by one
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=False,
    trim_blocks=True,
    undefined=StrictUndefined,
)


def write(bank: QuizBank) -> bytes:
    """Return a content package: the manifest, a test, and a file for each item."""
    items = items_of(bank)
    sections = [(quiz, list(group)) for quiz, group in groupby(items, lambda one: one.quiz)]
    files = {"imsmanifest.xml": _filled("manifest", items=items)}
    files["test.xml"] = _filled("test", sections=sections)
    return zipped(files | {_path(one): _item(one) for one in items})


def zipped(files: Mapping[str, str]) -> bytes:
    """Return an archive of XML files, byte for byte the same for the same texts."""
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, text in files.items():
            archive.writestr(ZipInfo(path), text.translate(_NOT_XML), ZIP_DEFLATED)
    return stream.getvalue()


def _filled(document: str, **values: object) -> str:
    return _TEMPLATES.get_template(f"qti21_{document}.xml").render(values)


def _item(item: Item) -> str:
    kind, known = item.question.kind, range(1, len(item.answers) - 1)
    names = ["right", *(f"known{number}" for number in known), "wrong"]
    answers = dict(zip(names if kind == "number" else LETTERS, item.answers, strict=False))
    is_number, is_single = kind == "number", kind == "single"
    return _filled("item", item=item, answers=answers, is_number=is_number, is_single=is_single)


def _html(text: str) -> str:
    """Return rendered Markdown as XML, with only those attributes that QTI allows."""
    page = nh3.clean(render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel=None)
    # TAO drops a space that is between two elements, and indents what has only elements.
    page = page.replace("<br>", "<br/>").replace("&nbsp;", "&#160;").replace("<pre><code>", "<pre>")
    return _BLANK.sub(r"\2\1", page.replace("</code></pre>", "</pre>"))


def _room(answer: KeyAnswer) -> float:
    """Return the tolerance with room for rounding, so that the bounds are included."""
    return answer.tolerance + 1e-15 * (abs(answer.value or 0) + answer.tolerance)


def _name(item: Item) -> str:
    """Return the item's id as an XML name, which cannot begin with a digit."""
    return f"_{item.id}" if item.id[0].isdigit() else item.id


def _path(item: Item) -> str:
    return f"items/{item.id}.xml"


_TEMPLATES.filters.update(html=_html, room=_room, digits=digits, labels=labels_of)
_TEMPLATES.filters.update(name=_name, path=_path, quoted=quoteattr, text=escape)
