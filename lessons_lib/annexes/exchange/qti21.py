"""Write QTI 2.1: a package with an item per question and one test with a section per quiz.

What is shown after the answer is in the outcome FEEDBACK: the options chosen, or what is known
about the number, and always the solution.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from string import Template
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import nh3

from lessons_lib.annexes.exchange.items import Item, KeyAnswer, digits, items_of, labels_of
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import TAGS, render
from lessons_lib.classroom.quiz.question import LETTERS, NumberQuestion

_BLANK = re.compile(r"((?:</(?:a|code|em|strong)>)+)(\s+)(?=<)")
_NOT_XML = dict.fromkeys({*range(32)} - {*b"\t\n\r"})
_TEMPLATES = Path(__file__).parent / "templates"
_GIVEN = '<variable identifier="RESPONSE"/>'
# The response's declaration, how to respond, and the rules for the score and what is shown.
_Parts: TypeAlias = tuple[str, str, str]


def write(bank: QuizBank) -> bytes:
    """Return a content package: the manifest, a test, and a file for each item."""
    items = items_of(bank)
    files = {"imsmanifest.xml": _manifest(items), "test.xml": _test(items)}
    return zipped(files | {_path(one): _item(one) for one in items})


def zipped(files: Mapping[str, str]) -> bytes:
    """Return an archive of XML files, byte for byte the same for the same texts."""
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, text in files.items():
            archive.writestr(ZipInfo(path), text.translate(_NOT_XML), ZIP_DEFLATED)
    return stream.getvalue()


def _item(item: Item) -> str:
    question, answers = item.question, item.answers
    if isinstance(question, NumberQuestion):
        known = (f"known{number}" for number in range(1, len(answers) - 1))
        named = dict(zip(("right", *known, "wrong"), answers, strict=True))
        declaration, interaction, rules = _number(named, question.unit)
    else:
        named = dict(zip(LETTERS, answers, strict=False))
        declaration, interaction, rules = _choice(named, question.kind)
    texts = {name: one.feedback for name, one in named.items()}
    texts["solution"] = item.explanation
    about = 'outcomeIdentifier="FEEDBACK" showHide="show" identifier='
    feedback = (_html("modalFeedback", text, f'{about}"{name}"') for name, text in texts.items())
    return _template("item").substitute(
        name=_name(item),
        title=item.id,
        declaration=declaration,
        body=_html("div", question.stem) + interaction,
        rules=rules,
        feedback="\n".join(feedback),
    )


def _choice(options: Mapping[str, KeyAnswer], kind: str) -> _Parts:
    """Grade a match with 1; else each right choice adds a share, and each wrong one costs one."""
    cardinality, most = ("single", 1) if kind == "single" else ("multiple", 0)
    choices = right = shares = ""
    for letter, one in options.items():
        choices += _html("simpleChoice", one.text, f'identifier="{letter}"')
        right += f"<value>{letter}</value>" if one.share > 0 else ""
        shares += f'<mapEntry mapKey="{letter}" mappedValue="{one.share / 100}"/>'
    declaration = f"""cardinality="{cardinality}" baseType="identifier">\
<correctResponse>{right}</correctResponse>
<mapping lowerBound="0" upperBound="1" defaultValue="0">{shares}</mapping>"""
    interaction = f"""<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" \
maxChoices="{most}">
{choices}</choiceInteraction>"""
    matches = f'<match>{_GIVEN}<correct identifier="RESPONSE"/></match>'
    rules = _rule("responseIf", matches, _base("float", 1), _GIVEN)
    rules += _rule("responseElse", "", '<mapResponse identifier="RESPONSE"/>', _GIVEN)
    return declaration, interaction, rules


def _number(numbers: Mapping[str, KeyAnswer], unit: str) -> _Parts:
    """Grade by tolerance, bounds included: first the answer, then the known wrong numbers."""
    rules, branch = "", "responseIf"
    for name, one in numbers.items():
        test = ""
        if one.value is None:
            branch = "responseElse"
        else:
            # TAO refuses numbers in scientific notation, and items without a schemaLocation.
            room = one.tolerance + 1e-15 * (abs(one.value) + one.tolerance)
            test = f"""<equal toleranceMode="absolute" tolerance="{room:.20f} {room:.20f}" \
includeLowerBound="true"
includeUpperBound="true">{_base("float", digits(one.value))}{_GIVEN}</equal>"""
        rules += _rule(branch, test, _base("float", one.share / 100), _base("identifier", name))
        branch = "responseElseIf"
    key = f"<correctResponse><value>{digits(numbers['right'].value or 0)}</value></correctResponse>"
    field = f'<p><textEntryInteraction responseIdentifier="RESPONSE"/> {escape(unit)}</p>'
    return f'cardinality="single" baseType="float">{key}', field, rules


def _rule(branch: str, test: str, score: str, shown: str) -> str:
    return f"""<{branch}>{test}<setOutcomeValue identifier="SCORE">{score}</setOutcomeValue>
<setOutcomeValue identifier="FEEDBACK"><multiple>{shown}{_base("identifier", "solution")}\
</multiple></setOutcomeValue></{branch}>"""


def _base(kind: str, value: object) -> str:
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def _html(name: str, text: str, attributes: str = "") -> str:
    """Return an element with rendered Markdown, with only those attributes that QTI allows."""
    page = nh3.clean(render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel=None)
    # TAO drops a space that is between two elements, and indents what has only elements.
    page = page.replace("<br>", "<br/>").replace("&nbsp;", "&#160;").replace("<pre><code>", "<pre>")
    page = _BLANK.sub(r"\2\1", page.replace("</code></pre>", "</pre>"))
    return f"<{name} {attributes}>{page}</{name}>"


def _test(items: tuple[Item, ...]) -> str:
    sections = ""
    for quiz, inside in groupby(items, key=lambda one: one.quiz):
        # A dot in its name would separate an item from its variables.
        refs = (
            f'<assessmentItemRef identifier="{_name(one).replace(".", "_")}" href="{_path(one)}"/>'
            for one in inside
        )
        sections += f"""<assessmentSection identifier="section_{quiz.name}" \
title={quoteattr(quiz.title)} visible="true">
{chr(10).join(refs)}</assessmentSection>"""
    return _template("test").substitute(sections=sections)


def _manifest(items: tuple[Item, ...]) -> str:
    uses = "".join(f'<dependency identifierref="{_name(one)}"/>' for one in items)
    resources = _resource("test", "test.xml", "test", "", uses)
    for one in items:
        words = (label.split(":")[1] for label in labels_of(one.question))
        keyword = "<m:keyword><m:langstring>{}</m:langstring></m:keyword>"
        labels = "".join(map(keyword.format, words))
        about = f"<metadata><m:lom><m:general>{labels}</m:general></m:lom></metadata>"
        resources += "\n" + _resource(_name(one), _path(one), "item", about)
    return _template("manifest").substitute(resources=resources)


def _resource(name: str, path: str, kind: str, about: str, uses: str = "") -> str:
    return f"""<resource identifier="{name}" href="{path}" type="imsqti_{kind}_xmlv2p1">{about}
<file href="{path}"/>{uses}</resource>"""


def _template(document: str) -> Template:
    text = (_TEMPLATES / f"qti21_{document}.xml").read_text(encoding="utf-8")
    return Template(text.rstrip())


def _name(item: Item) -> str:
    """Return the item's id as an XML name, which cannot begin with a digit."""
    return f"_{item.id}" if item.id[0].isdigit() else item.id


def _path(item: Item) -> str:
    return f"items/{item.id}.xml"
