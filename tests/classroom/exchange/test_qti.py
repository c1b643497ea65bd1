"""The packages for QTI 1.2 and 2.1: well formed, complete, graded as we grade, and safe."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec import convert
from msgspec.structs import replace

from lessons_lib.classroom.exchange.items import items_of
from lessons_lib.classroom.exchange.targets import write_bank
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response, grade
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Quiz, SingleQuestion
from tests.classroom.exchange.conftest import RunNode

BANK = load_bank()
ITEMS = items_of(BANK)
Pages: TypeAlias = dict[str, ET.Element]


def pages_of(content: bytes) -> Pages:
    """Return the documents of a package, without their namespaces."""
    pages = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            pages[name] = ET.fromstring(archive.read(name))
            for element in pages[name].iter():
                element.tag = element.tag.partition("}")[2]
    return pages


@cache
def exported(target: str) -> Pages:
    return pages_of(write_bank(BANK, target))


def by_title(pages: Pages, tag: str) -> dict[str, ET.Element]:
    found = [one for page in pages.values() for one in page.iter(tag)]
    assert len({one.get("title") for one in found}) == len(found)
    return {one.attrib["title"]: one for one in found}


# --- an engine for each format, as small as the exports allow -------------------------------------


class Engine21:
    """Runs the responseProcessing of an item of QTI 2.1."""

    def __init__(self, item: ET.Element, given: list[str]) -> None:
        self.item, self.given = item, given
        (self.declared,) = item.iterfind("responseDeclaration")
        self.outcomes: dict[str, Any] = {"SCORE": [0.0]}
        for rule in item.iterfind("responseProcessing/*"):
            self.run(rule)

    @property
    def score(self) -> float:
        return float(self.outcomes["SCORE"][0])

    @property
    def shown(self) -> list[str]:
        """The names of the feedback that a learner sees."""
        return [
            one.attrib["identifier"]
            for one in self.item.iter("modalFeedback")
            if one.get("showHide") == "show"
            and one.attrib["identifier"] in self.outcomes[one.attrib["outcomeIdentifier"]]
        ]

    def run(self, rule: ET.Element) -> None:
        if rule.tag == "setOutcomeValue":
            self.outcomes[rule.attrib["identifier"]] = self.value(rule[0])
            return
        assert rule.tag == "responseCondition"
        for branch in rule:
            actions = list(branch) if branch.tag == "responseElse" else list(branch)[1:]
            if branch.tag == "responseElse" or self.value(branch[0]):
                for action in actions:
                    self.run(action)
                return

    def value(self, expression: ET.Element) -> Any:
        return getattr(self, f"_{expression.tag}")(expression)

    def typed(self, kind: str, texts: list[str]) -> list[Any]:
        return [float(one) if kind == "float" else one for one in texts]

    def _variable(self, expression: ET.Element) -> list[Any]:
        assert expression.get("identifier") == "RESPONSE" == self.declared.get("identifier")
        return self.typed(self.declared.attrib["baseType"], self.given)

    def _correct(self, expression: ET.Element) -> list[Any]:
        values = [str(one.text) for one in self.declared.iterfind("correctResponse/value")]
        return self.typed(self.declared.attrib["baseType"], values)

    def _baseValue(self, expression: ET.Element) -> list[Any]:
        return self.typed(expression.attrib["baseType"], [str(expression.text)])

    def _multiple(self, expression: ET.Element) -> list[Any]:
        return [one for child in expression for one in self.value(child)]

    def _match(self, expression: ET.Element) -> bool:
        first, second = map(self.value, expression)
        return Counter(first) == Counter(second)

    def _equal(self, expression: ET.Element) -> bool:
        (first,), (second,) = map(self.value, expression)
        assert expression.get("toleranceMode") == "absolute"
        below, above = map(float, expression.attrib["tolerance"].split())
        inclusive = [expression.get(f"include{side}Bound") for side in ("Lower", "Upper")]
        assert inclusive == ["true", "true"]
        return bool(first - below <= second <= first + above)

    def _mapResponse(self, expression: ET.Element) -> list[float]:
        (mapping,) = self.declared.iterfind("mapping")
        entries = {one.get("mapKey"): float(one.attrib["mappedValue"]) for one in mapping}
        total = sum(entries.get(one, float(mapping.attrib["defaultValue"])) for one in self.given)
        lowest, highest = (float(mapping.attrib[f"{one}Bound"]) for one in ("lower", "upper"))
        return [min(max(total, lowest), highest)]


class Engine12:
    """Runs the resprocessing of an item of QTI 1.2 as Canvas does: what is set, and feedback."""

    def __init__(self, item: ET.Element, given: list[str]) -> None:
        self.given, self.score, self.shown = given, 0.0, []
        texts = {one.attrib["ident"] for one in item.iter("itemfeedback")}
        for condition in item.iter("respcondition"):
            (test,) = condition.iterfind("conditionvar")
            if not all(map(self.holds, test)):
                continue
            for setting in condition.iterfind("setvar"):
                assert (setting.get("varname"), setting.get("action")) == ("SCORE", "Set")
                self.score = float(str(setting.text)) / 100
            self.shown += [one.attrib["linkrefid"] for one in condition.iter("displayfeedback")]
            if condition.get("continue") == "No":
                break
        assert texts.issuperset(self.shown)

    def holds(self, test: ET.Element) -> bool:
        text = str(test.text)
        match test.tag:
            case "other":
                return True
            case "not":
                return not self.holds(test[0])
            case "and":
                return all(map(self.holds, test))
            case "or":
                return any(map(self.holds, test))
            case "vargte":
                return all(Decimal(one) >= Decimal(text) for one in self.given)
            case "varlte":
                return all(Decimal(one) <= Decimal(text) for one in self.given)
        assert test.tag == "varequal"
        numbers = [one for one in self.given if "." in text and one.replace(".", "").isdigit()]
        return text in self.given or any(Decimal(one) == Decimal(text) for one in numbers)


# --- what a learner may answer --------------------------------------------------------------------


def subsets(question: ChoiceQuestion) -> Iterator[tuple[str, ...]]:
    most = 1 if isinstance(question, SingleQuestion) else len(question.options)
    for size in range(1, most + 1):
        yield from combinations(question.options, size)


def edges(question: NumberQuestion) -> Iterator[Decimal]:
    """Yield the answer, the known wrong numbers, their bounds, and numbers just outside."""
    assert question.answer is not None and question.feedback is not None
    tolerance = Decimal(str(question.answer.tolerance))
    for value in (question.answer.value, *(one.value for one in question.feedback.known)):
        for way in (-1, 0, 1):
            yield Decimal(str(value)) + way * tolerance
            yield Decimal(str(value)) + way * (tolerance + Decimal("0.000001"))


CHOICES = [one for one in ITEMS if isinstance(one.question, ChoiceQuestion)]
NUMBERS = [one for one in ITEMS if isinstance(one.question, NumberQuestion)]


def test_a_choice_in_qti21_is_graded_as_ours_and_answered_with_its_feedback() -> None:
    pages = by_title(exported("qti21"), "assessmentItem")
    for item in CHOICES:
        assert isinstance(item.question, ChoiceQuestion)
        for letters in subsets(item.question):
            engine = Engine21(pages[item.id], list(letters))
            verdict = grade(item.question, Response(letters=letters))
            assert engine.score == pytest.approx(verdict.credit, abs=1e-12), (item.id, letters)
            assert (engine.score == 1) == verdict.is_right
            assert engine.shown == [*letters, "solution"]


def test_a_number_in_qti21_is_graded_as_ours_and_answered_with_its_feedback() -> None:
    pages = by_title(exported("qti21"), "assessmentItem")
    for item in NUMBERS:
        assert isinstance(item.question, NumberQuestion) and item.question.feedback is not None
        for number in edges(item.question):
            engine = Engine21(pages[item.id], [f"{number:f}"])
            verdict = grade(item.question, Response(number=f"{number:f}"))
            assert engine.score == verdict.credit, (item.id, number)
            name, solution = engine.shown
            feedback = item.question.feedback
            texts = {"right": feedback.right, "wrong": feedback.wrong}
            texts |= {f"known{n}": one.feedback for n, one in enumerate(feedback.known, 1)}
            assert (texts[name], solution) == (verdict.remarks[0].text, "solution")


def test_canvas_sets_the_full_score_for_what_is_right_by_our_grading() -> None:
    pages = by_title(exported("canvas"), "item")
    for item in CHOICES:
        assert isinstance(item.question, ChoiceQuestion)
        for letters in subsets(item.question):
            names = [f"text2qti_choice_{letter}" for letter in letters]
            engine = Engine12(pages[item.id], names)
            verdict = grade(item.question, Response(letters=letters))
            assert (engine.score == 1) == verdict.is_right, (item.id, letters)
            assert engine.shown == ["general_fb", *(f"{name}_fb" for name in names)]


def test_canvas_takes_numbers_as_our_grading_with_the_bounds() -> None:
    pages = by_title(exported("canvas"), "item")
    for item in NUMBERS:
        assert isinstance(item.question, NumberQuestion)
        for number in edges(item.question):
            engine = Engine12(pages[item.id], [f"{number:f}"])
            verdict = grade(item.question, Response(number=f"{number:f}"))
            assert engine.score == verdict.credit, (item.id, number)
            name = "correct_fb" if verdict.is_right else "general_incorrect_fb"
            assert engine.shown == ["general_fb", name]


def test_canvas_names_an_exact_number_and_the_bounds_of_any_other() -> None:
    pages = by_title(exported("canvas"), "item")
    for item in NUMBERS:
        assert isinstance(item.question, NumberQuestion)
        assert item.question.answer
        is_exact = item.question.answer.tolerance == 0
        assert len([*pages[item.id].iter("varequal")]) == is_exact, item.id


# --- the packages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["canvas", "qti21"])
def test_two_exports_are_equal_to_the_byte_with_any_hash_seed(target: str) -> None:
    code = f"""import sys
from lessons_lib.classroom.exchange.targets import write_bank
from lessons_lib.classroom.quiz.bank import load_bank
sys.stdout.buffer.write(write_bank(load_bank(), {target!r}))"""
    seeded = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", code]
    other = subprocess.run(command, env=seeded, stdout=subprocess.PIPE, check=True)
    assert write_bank(BANK, target) == other.stdout


def test_canvas_does_not_tell_the_day_of_its_export() -> None:
    elements = exported("canvas")["imsmanifest.xml"].iter()
    assert "2000-01-01" in [one.text for one in elements]


def test_qti21_lists_every_item_once_in_its_quiz_with_its_labels() -> None:
    pages = exported("qti21")
    manifest, test = pages["imsmanifest.xml"], pages["test.xml"]
    resources = {one.attrib["href"]: one for one in manifest.iter("resource")}
    assert len(resources) == len(ITEMS) + 1
    assert {one.get("href") for one in manifest.iter("file")} == set(resources)
    assert set(resources) == set(pages) - {"imsmanifest.xml"}
    listed = [resources[name] for name in resources if name != "test.xml"]
    needed = [one.get("identifierref") for one in resources["test.xml"].iter("dependency")]
    assert needed == [one.get("identifier") for one in listed]
    for item, resource in zip(ITEMS, listed, strict=True):
        question, page = item.question, pages[resource.attrib["href"]]
        assert page.get("identifier") == resource.get("identifier") == item.id
        words = [one.text for one in resource.iter("langstring")]
        assert words == [question.difficulty, question.stage, question.objective]
    sections = {one.get("title"): [ref.get("href") for ref in one] for one in test.iter() if one}
    for quiz in BANK.quizzes:
        assert sections[quiz.title] == [f"items/{one.id}.xml" for one in ITEMS if one.quiz is quiz]
    names = [one.attrib["identifier"] for one in test.iter("assessmentItemRef")]
    assert len(set(names)) == len(ITEMS) and not any("." in name for name in names)


def test_canvas_has_an_assessment_per_quiz_with_the_ids_of_the_items() -> None:
    pages = exported("canvas")
    manifest = pages["imsmanifest.xml"]
    assert {one.get("href") for one in manifest.iter("file")} == set(pages) - {"imsmanifest.xml"}
    resources = [one for one in manifest.iter("resource") if one.get("type") == "imsqti_xmlv1p2"]
    assert len(resources) == len(BANK.quizzes)
    for quiz, resource in zip(BANK.quizzes, resources, strict=True):
        (file,) = resource.iterfind("file")
        page = pages[file.attrib["href"]]
        (assessment,) = page.iterfind("assessment")
        assert assessment.get("title") == quiz.title
        ids = [one.attrib["ident"] for one in page.iter("item")]
        assert ids == [f"text2qti_question_{one.id}" for one in ITEMS if one.quiz is quiz]


def test_ids_stay_when_texts_change_and_follow_the_revision() -> None:
    (quiz, *_) = BANK.quizzes
    first = quiz.questions[0]
    another, newer = replace(first, stem="Another stem?"), replace(first, revision=99)
    for question, is_new in [(another, False), (newer, True)]:
        changed = replace(quiz, questions=(question, *quiz.questions[1:]))
        for target in ("canvas", "qti21"):
            before, after = (
                {
                    one.get("ident") or one.get("identifier")
                    for page in pages.values()
                    for one in page.iter()
                }
                for pages in (
                    pages_of(write_bank(QuizBank((one,)), target)) for one in (quiz, changed)
                )
            )
            assert (before != after) == is_new


# --- texts that are no markup ---------------------------------------------------------------------

HOSTILE = """<script>alert(1)</script> & "quotes" 'and' ]]> <!-- no --> &lt; &nbsp; \x0b {braces}
`a | b` *x* **y** $x$ \\(x\\) \\num{5} ![file](/etc/passwd) [link](https://example.org?a=1&b=<2>)

1. x

   ```{.python .run}
   END_GROUP { "a": <b> }
   ```

| a | b |
|---|---|
| `|` | <td> |

GROUP
pick: 1
COMMENT
% note
```
"""


def hostile_bank() -> QuizBank:
    """Return three questions, one of a kind, with the same text wherever a text may be."""
    about: dict[str, Any] = {
        "revision": 1,
        "difficulty": "hard",
        "objective": "o",
        "stage": "s",
        "stem": HOSTILE,
        "solution": [{"title": "<b>", "text": HOSTILE}],
        "final_answer": HOSTILE,
    }
    options = {letter: {"text": HOSTILE + letter, "feedback": HOSTILE + letter} for letter in "AB"}
    number = {
        "answer": {"value": 0.00003, "tolerance": 0.00001, "unit": "<&>"},
        "feedback": {
            "right": HOSTILE,
            "wrong": HOSTILE,
            "known": [{"value": 1, "feedback": HOSTILE}],
        },
    }
    kinds: list[dict[str, Any]] = [
        {"kind": "single", "id": "1-single", "options": options, "answer": "A"},
        {"kind": "several", "id": "2-several", "options": options, "answer": ["A", "B"]},
        {"kind": "number", "id": "3-number", **number},
    ]
    questions = [about | one for one in kinds]
    title = '<Quiz> & "Text:" \x0b]]>'
    return QuizBank((convert({"quiz": "hostile", "title": title, "questions": questions}, Quiz),))


def shown_text(page: str) -> str:
    """Return what a browser shows of HTML, without white space."""
    return "".join("".join(fromstring(page).itertext()).split())


def fromstring(page: str) -> ET.Element:
    """Return HTML that is nearly XML."""
    page = page.replace("<br>", "<br/>").replace("&nbsp;", "\N{NO-BREAK SPACE}")
    return ET.fromstring(f"<div>{page}</div>")


def test_hostile_texts_stay_texts_in_qti21() -> None:
    expected = shown_text(render(HOSTILE.replace("\x0b", "")))
    pages = pages_of(write_bank(hostile_bank(), "qti21"))
    assert len(pages) == 5
    for page in pages.values():
        names = {one.tag for one in page.iter()}
        assert not names & {"script", "img", "b", "td>"}, names
        for one in (*page.iter("simpleChoice"), *page.iter("modalFeedback")):
            assert expected in "".join("".join(one.itertext()).split())
        for one in page.iter("a"):
            assert set(one.attrib) == {"href"}  # QTI has neither target nor rel
    (unit,) = (one.tail for page in pages.values() for one in page.iter("textEntryInteraction"))
    assert unit == " <&>"
    number = by_title(pages, "assessmentItem")["3-number.r1.v0"]
    assert [str(one.text) for one in number.iter("value")] == ["0.00003"]


def test_tao_imports_every_item_and_keeps_its_spaces_and_code() -> None:
    # As its PHP does: ParserFactory::loadSchemaLocations, Format::isFloat, and its XMLParser,
    # which drops white space between two elements and indents what has only elements.
    for page in by_title(exported("qti21"), "assessmentItem").values():
        (location,) = (text for name, text in page.items() if name.endswith("schemaLocation"))
        assert len(location.split()) == 2
        floats = page.iterfind(".//baseValue[@baseType='float']")
        numbers = [str(one.text) for one in floats]
        numbers += [word for one in page.iter("equal") for word in one.attrib["tolerance"].split()]
        assert all(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", one) for one in numbers), numbers
        assert all(one.text and not len(one) for one in page.iter("pre"))
        for one in (*page.iter("code"), *page.iter("em"), *page.iter("strong"), *page.iter("a")):
            assert one.tail is None or one.tail.strip(), ET.tostring(page)


def test_hostile_texts_stay_texts_for_canvas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    expected = shown_text(render(HOSTILE.replace("\x0b", "")))
    pages = pages_of(write_bank(hostile_bank(), "canvas"))
    assert len(pages) == 3
    (page,) = (one for one in pages.values() if one.tag == "questestinterop")
    texts = [str(one.text) for one in page.iter("mattext")]
    assert len(texts) == 3 + 4 + 4 + 3 + 2  # stems, options, their feedback, solutions, the number
    for one in texts:
        assert expected in shown_text(one)
        assert not {"script", "img", "b"} & {tag.tag for tag in fromstring(one).iter()}
    number = by_title(pages, "item")["3-number.r1.v0"]
    assert [str(one.text) for one in number.iter("vargte")] == ["0.00002"]


@pytest.mark.extras("readers")
def test_a_converter_makes_qti3_of_every_item(run_node: RunNode) -> None:
    bank = QuizBank(BANK.quizzes[:2])  # it takes 0.1 s an item
    items = items_of(bank)
    script = """
    import { convertPackageFile } from "@citolab/qti-convert/qti-convert-node";
    writeFileSync("in.zip", Buffer.from(given, "base64"));
    await convertPackageFile("in.zip", "out.zip");
    answer(readFileSync("out.zip").toString("base64"));
    """
    given = base64.b64encode(write_bank(bank, "qti21")).decode()
    made = run_node("@citolab/qti-convert@0.3.52", script=script, given=given)
    pages = pages_of(base64.b64decode(made))
    names = {one.get("identifier") for one in by_title(pages, "qti-assessment-item").values()}
    assert names == {item.id for item in items}
    kinds = Counter(one.tag for page in pages.values() for one in page.iter())
    assert kinds["qti-choice-interaction"] + kinds["qti-text-entry-interaction"] == len(items)
    assert {one.question.kind for one in items} == {"single", "several", "number"}
    originals = exported("qti21")
    for path, page in pages.items():
        for new, old in (("qti-equal", "equal"), ("qti-map-entry", "mapEntry"), ("p", "p")):
            assert len([*page.iter(new)]) == len([*originals[path].iter(old)]), path
