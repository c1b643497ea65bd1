"""Write QTI 1.2 for Canvas with text2qti: one package with an assessment per quiz, like Canvas's.

Nothing of ours reaches text2qti's parser or its Markdown, which would read files, draw formulas,
run code and keep HTML: its objects are made one by one, with our HTML and with the items' ids.
"""

import re
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from lessons_lib.annexes.exchange.items import Item, digits, items_of
from lessons_lib.annexes.exchange.qti21 import zipped
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import LETTERS

_DATE = re.compile("(?<=dateTime>)[0-9-]+")  # of the export


class _Markdown:
    """What text2qti needs to write a text."""

    def md_to_html_xml(self, text: str) -> str:
        return escape(render(text))

    def xml_escape(self, text: str) -> str:
        return escape(text, {'"': "&quot;"})


def write(bank: QuizBank) -> bytes:
    """Return the package: a manifest, and two files for each quiz."""
    from text2qti.config import Config
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    manifest, files = "", {}
    for ours, items in groupby(items_of(bank), key=lambda one: one.quiz):
        quiz = Quiz("1. question\n*a) right\nb) wrong", config=Config())  # it takes only a text
        quiz.id, quiz.title_xml = ours.name, _Markdown().xml_escape(ours.title)
        quiz.questions_and_delims = [_question(one, quiz) for one in items]
        quiz.points_possible = len(quiz.questions_and_delims)
        made = QTI(quiz)
        folder = made.assessment_identifier
        files[f"{folder}/assessment_meta.xml"] = made.assessment_meta
        files[f"{folder}/{folder}.xml"] = made.assessment
        first, one, last = re.split("(?<=<resources>)|(?=</resources>)", made.imsmanifest_xml)
        manifest = (manifest.removesuffix(last) or first) + one + last
    return zipped({"imsmanifest.xml": _DATE.sub("2000-01-01", manifest)} | files)


def _question(item: Item, quiz: Any) -> Any:
    """Return an item as a question of text2qti."""
    from text2qti.quiz import Choice, Question

    place: dict[str, Any] = {"md": _Markdown(), "linenum_start": 1, "linenum_end": 1}
    question = item.question
    made = Question(question.stem, quiz=quiz, title=item.id, points=None, **place)
    made.id = item.id
    made.append_feedback(item.explanation, 1, 1)
    right, *_, other = answers = item.answers
    if right.value is not None:
        made.append_correct_feedback(right.feedback, 1, 1)
        made.append_incorrect_feedback(other.feedback, 1, 1)
        made.type = "numerical_question"
        made.numerical_min_html_xml = digits(right.value - right.tolerance)
        made.numerical_max_html_xml = digits(right.value + right.tolerance)
        if not right.tolerance:  # else a range, whose bounds are exact
            made.numerical_exact = made.numerical_exact_html_xml = digits(right.value)
        return made
    is_single = question.kind == "single"
    made.type = "multiple_choice_question" if is_single else "multiple_answers_question"
    for letter, one in zip(LETTERS, answers, strict=False):
        choice = Choice(one.text, correct=one.share > 0, question_hash_digest=b"", **place)
        choice.id = letter  # with a dot or the word wrong in it, Canvas would lose the answer
        choice.append_feedback(one.feedback, 1, 1)
        made.choices.append(choice)
    return made
