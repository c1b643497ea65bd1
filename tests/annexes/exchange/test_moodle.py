"""Our bank as Moodle XML: what Moodle makes of it, and that all of it comes back."""

from collections.abc import Iterator
from itertools import combinations
from xml.etree.ElementTree import Element, fromstring
from xml.parsers.expat import ParserCreate

import pytest
from msgspec.structs import replace

from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.annexes.exchange.moodle import read, write
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response, grade
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import (
    LETTERS,
    ChoiceQuestion,
    NumberQuestion,
    Option,
    Quiz,
    SeveralQuestion,
)

BANK = load_bank()
ITEMS = items_of(BANK)
CONTENT = write(BANK)
ROOT = fromstring(CONTENT)
# `question_bank::fraction_options_full` in Moodle 4; a fraction must be within 0.00001 of one.
MOODLES_LIST = (
    *(1, 0.9, 0.8333333, 0.8, 0.75, 0.7, 0.6666667, 0.6, 0.5, 0.4, 0.3333333, 0.3, 0.25, 0.2),
    *(0.1666667, 0.1428571, 0.125, 0.1111111, 0.1, 0.05, 0),
)


def _text(parent: Element, path: str) -> str:
    return parent.findtext(path) or ""


def _questions() -> dict[str, Element]:
    questions = (one for one in ROOT.iter("question") if one.get("type") != "category")
    return {_text(one, "idnumber"): one for one in questions}


def _credit(answer: Element) -> float:
    return float(answer.get("fraction", "")) / 100


def moodle_choice(question: Element, chosen: tuple[str, ...]) -> float:
    """Grade as Moodle does: the sum of the fractions, but at least 0."""
    answers: dict[str, Element] = dict(zip(LETTERS, question.iterfind("answer"), strict=False))
    return max(0.0, sum([_credit(answers[letter]) for letter in chosen]))


def moodle_number(question: Element, given: float) -> tuple[float, str]:
    """Grade as Moodle does: the first answer that matches, bounds included (`nominal`)."""
    for answer in question.iterfind("answer"):
        value, feedback = _text(answer, "text"), _text(answer, "feedback/text")
        if value == "*":
            return _credit(answer), feedback
        tolerance = float(_text(answer, "tolerance"))
        tolerance += 1e-14 * max(tolerance, abs(float(value)), 1e-14)
        if abs(given - float(value)) <= tolerance:
            return _credit(answer), feedback
    raise AssertionError("no answer matches")


SEVERAL = next(one for one in BANK.questions if isinstance(one, SeveralQuestion))
VARIED = [(quiz, one) for quiz in BANK.quizzes for one in quiz.questions if one.variants]


def test_every_item_is_there_in_a_category_per_quiz_or_per_question_with_variants() -> None:
    assert list(_questions()) == [item.id for item in ITEMS]
    titles = [_text(one, "category/text") for one in ROOT.iter("question")]
    top, quizzes = "$course$/top/Batch or real-time?", {item.quiz.title for item in ITEMS}
    varied = {f"{top}/{quiz.title}/{one.id}" for quiz, one in VARIED}
    assert len(varied) > 20
    assert {*filter(None, titles)} == {f"{top}/{title}" for title in quizzes} | varied


def test_a_slash_in_a_title_is_doubled_or_it_would_be_another_category() -> None:
    quiz = Quiz(name="a", title="I/O and <b>", questions=(BANK.questions[0],))
    assert b"/I//O and <b>]]></text>" in write(QuizBank((quiz,)))


def test_moodles_reader_keeps_every_space_although_it_drops_blank_pieces_of_a_text() -> None:
    question = replace(BANK.questions[0], stem="**Not** `<a>` `b` *&c;* ]]> [[d]]>")
    pieces: list[str] = []
    reader = ParserCreate()
    reader.CharacterDataHandler = lambda piece: pieces.extend([piece] * bool(piece.strip()))
    reader.Parse(write(QuizBank((Quiz(name="a", title="A", questions=(question,)),))), True)
    assert render(question.stem) in "".join(pieces)


@pytest.mark.parametrize("right", range(1, 8))
def test_fractions_are_on_moodles_list_and_add_up(right: int) -> None:
    options = {letter: Option(text=letter, feedback=letter) for letter in LETTERS}
    question = replace(SEVERAL, options=options, answer=LETTERS[:right])
    root = fromstring(write(QuizBank((Quiz(name="a", title="a", questions=(question,)),))))
    credits = [_credit(answer) for answer in root.iter("answer")]
    assert all(min(abs(abs(one) - listed) for listed in MOODLES_LIST) < 1e-5 for one in credits)
    assert round(sum(one for one in credits if one > 0), 2) == 1
    assert sum(one < 0 for one in credits) == 8 - right


def test_moodle_gives_every_set_of_options_the_credit_that_we_give() -> None:
    questions, tried = _questions(), 0
    for item in ITEMS:
        if not isinstance(item.question, ChoiceQuestion):
            continue
        letters, is_single = list(item.question.options), item.question.kind == "single"
        for size in range(1, 2 if is_single else len(letters) + 1):
            for chosen in combinations(letters, size):
                ours = grade(item.question, Response(letters=chosen)).credit
                assert moodle_choice(questions[item.id], chosen) == pytest.approx(ours, abs=1e-6)
                tried += 1
    assert tried > 500


def _edges(question: NumberQuestion) -> Iterator[float]:
    """Yield numbers on, just inside and just outside every edge of a question."""
    assert question.answer is not None
    assert question.feedback is not None
    tolerance = float(question.answer.tolerance)
    for middle in (question.answer.value, *(one.value for one in question.feedback.known)):
        step = max(tolerance, abs(float(middle))) * 1e-6 or 1e-6
        for edge in (float(middle) - tolerance, float(middle), float(middle) + tolerance):
            yield from (edge - step, edge, edge + step)
    yield from (0.0, -1.0, 1e9)


def test_moodle_gives_every_edge_of_a_number_the_credit_and_feedback_that_we_give() -> None:
    questions, tried = _questions(), 0
    for item in ITEMS:
        if not isinstance(item.question, NumberQuestion):
            continue
        for given in _edges(item.question):
            verdict = grade(item.question, Response(number=repr(given)))
            credit, feedback = moodle_number(questions[item.id], given)
            assert (credit, feedback) == (verdict.credit, render(verdict.remarks[0].text))
            tried += 1
    assert tried > 1000


def test_a_unit_is_optional_and_without_one_none_is_asked() -> None:
    for item in ITEMS:
        question = _questions()[item.id]
        if isinstance(item.question, NumberQuestion) and item.question.answer is not None:
            unit = item.question.answer.unit
            assert [one.text for one in question.iter("unit_name")] == [unit] * bool(unit)
            assert _text(question, "unitgradingtype") == "0"
            assert _text(question, "showunits") == ("0" if unit else "3")


def test_texts_are_html_and_hints_and_labels_are_complete() -> None:
    for item in ITEMS:
        question = _questions()[item.id]
        assert {one.get("format") for one in question.iter("feedback")} == {"html"}
        assert _text(question, "questiontext/text") == render(item.question.stem)
        tags = {one.text for one in question.iterfind("tags/tag/text")}
        assert tags > {f"difficulty:{item.question.difficulty}", *item.question.tags}


def test_every_question_found_has_the_line_where_it_begins() -> None:
    lines = CONTENT.decode().splitlines()
    for found in read(CONTENT):
        assert lines[found.line - 1].strip() == f'<question type="{found.kind}">'
        assert lines[found.line + 1].strip() == f"<text>{found.name}</text>"
