"""Check what types cannot express: a valid answer, distinct options, complete feedback."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from lessons_lib.classroom.quiz.question import (
    LETTERS,
    ChoiceQuestion,
    NumberAnswer,
    NumberQuestion,
    Question,
    Quiz,
    Row,
    SeveralQuestion,
    fill,
    pieces,
    placeholders_in,
    stray_placeholders,
    strings_of,
)
from lessons_lib.classroom.tables.problems import Fault, choose_one

_LATEX = re.compile(r"\$(?!\{)[^$\n`]*[\\^_][^$\n`]*\$|\$\$|\\\\[(\[]")
TODO = "TODO: "  # begins a text that an author has yet to write
TODO_SLUG, TODO_DIFFICULTY = "todo", "todo-difficulty"  # an objective or stage, and a tag
TEACHING = ("hints", "solution", "final_answer", "quick_check", "common_mistakes")


def faults_of(question: Question) -> list[Fault]:
    """Return every fault of a question, each with its location in the question."""
    faults = list(_options(question))
    if question.is_graded:
        faults += [*_answer(question), *_explanations(question)]
    elif question.policy != "survey":
        faults.append(("", "answer is missing: add it, or write mode: survey to ask without one."))
    if question.recall and (question.variants or question.kind == "several"):
        faults.append(("recall", "a flashcard has one fixed answer: delete recall here."))
    placeholders = list(_placeholders(question))
    return faults + (placeholders or list(_variants(question)))  # rows fill only valid placeholders


def warnings_in(
    quiz: Quiz, stages: Collection[str], objectives: Collection[str]
) -> Iterator[Fault]:
    """Yield a fault for what is unknown to the course, still to do, or not rendered.

    Parameters
    ----------
    quiz : Quiz
        Valid by its types, which accept any slug for stages and objectives.
    stages, objectives : collection of str
        The slugs that the course defines.
    """
    known = {"objective": objectives, "stage": stages}
    for number, question in enumerate(quiz.questions, start=1):
        for place, text in strings_of(question):
            message = _warning(place, text, known.get(place))
            if message:
                yield f"questions[{number}].{place}", message


def _warning(place: str, text: str, known: Collection[str] | None) -> str:
    """Return what is wrong with a text of a question, if anything."""
    if text == TODO_SLUG and known is not None:
        return f"{place} is still to do: choose one from notebooks/source/course.yaml."
    if text == TODO_DIFFICULTY:
        return "difficulty is still to do: choose easy, medium or hard, and delete this tag."
    if text.startswith(TODO):
        return f"{place} is still to do: {text.removeprefix(TODO)}"
    if known is not None and text not in known:
        return f"{place} {text!r} is not in the course.{choose_one(text, known)}"
    if found := _LATEX.search(text):
        where = f"{place} contains LaTeX ({found[0]}), which is not rendered"
        return f"{where}: use Unicode, like −ln *p* ≈ 1.1."
    return ""


def folded(text: str) -> str:
    """Return a text normalized for comparison: case and spacing are ignored, except in code."""
    parts = (
        piece if is_code else " ".join(unicodedata.normalize("NFC", piece).casefold().split())
        for piece, is_code in pieces(text)
    )
    return "".join(parts).rstrip(".")


def _options(question: Question) -> Iterator[Fault]:
    if isinstance(question, ChoiceQuestion):
        letters = "".join(question.options)
        expected = "".join(LETTERS[: len(letters)])
        if letters != expected:
            rule = f"options must be lettered {', '.join(expected)} in this order"
            yield "options", f"{rule}, got {', '.join(letters)}: reletter them."


def _answer(question: Question) -> Iterator[Fault]:
    if not isinstance(question, ChoiceQuestion):
        return
    letters = tuple(question.answer or ())
    for letter in dict.fromkeys(letters):
        if letter not in question.options:
            known = ", ".join(question.options)
            yield "answer", f"answer must be one of the options {known}, got {letter}."
    if len(set(letters)) < len(letters):
        yield "answer", f"answer repeats a letter ({', '.join(letters)}): list each once."
    if isinstance(question, SeveralQuestion) and set(question.options) <= set(letters):
        yield "answer", "answer lists every option: at least one must be wrong."


def _explanations(question: Question) -> Iterator[Fault]:
    for name in TEACHING:
        text = getattr(question, name)
        if not (text.strip() if isinstance(text, str) else text):
            yield name, f"{name} is missing: a graded question needs it."
    if isinstance(question, ChoiceQuestion):
        for letter, option in question.options.items():
            if not option.feedback.strip():
                place = f"options.{letter}.feedback"
                yield place, f"{place} is missing: explain why {letter} is right or wrong."
    elif question.feedback is None:
        yield "feedback", "feedback is missing: write some for a right and for a wrong number."


def _placeholders(question: Question) -> Iterator[Fault]:
    used: dict[str, str] = {}
    for place, text in strings_of(question):
        for stray in stray_placeholders(text):
            yield place, f"{place} contains {stray!r}: write a placeholder as ${{name}}."
        used |= dict.fromkeys(placeholders_in(text), place)
    if not question.variants:
        for name, place in used.items():
            yield place, f"{place} uses ${{{name}}}, but there are no variants: add rows with it."
    yield from _rows(question, used)


def _rows(question: Question, used: dict[str, str]) -> Iterator[Fault]:
    """Check that each row has a value for every placeholder used, and no others."""
    for number, row in enumerate(question.variants, start=1):
        where = f"variants[{number}]"
        for name in used.keys() - row.keys():
            yield where, f"{where} lacks {name}, which {used[name]} uses: add it."
        for name, value in row.items():
            inner = f"{where}.{name}"
            if name not in used:
                yield inner, f"{inner} is not used: delete it, or use ${{{name}}}."
            if "${" in str(value):
                yield inner, f"{inner} contains a placeholder: write its value."
        if row in question.variants[: number - 1]:
            yield where, f"{where} is the same as another row: delete it."


def _variants(question: Question) -> Iterator[Fault]:
    """Check the question with its values filled in, row by row."""
    for number, row in enumerate(question.variants or ({},), start=1):
        where = f" in variants[{number}]" if question.variants else ""
        for place, message in faults_in_row(question, row):
            yield place, f"{message}{where}."


def faults_in_row(question: Question, row: Row) -> Iterator[Fault]:
    """Yield the faults that a question has after it is filled from a row."""
    try:
        filled = fill(question, row)
    except ValueError as error:
        yield "answer", f"with its values filled in, the question is invalid: {error}"
        return
    if isinstance(filled, ChoiceQuestion):
        yield from _duplicate_options(filled)
    elif filled.answer is not None:
        yield from _ambiguous_numbers(filled, filled.answer)


def _duplicate_options(question: ChoiceQuestion) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for letter, option in question.options.items():
        first = seen.setdefault(folded(option.text), letter)
        if first != letter:
            yield f"options.{letter}.text", f"options {first} and {letter} read the same"


def _ambiguous_numbers(question: NumberQuestion, answer: NumberAnswer) -> Iterator[Fault]:
    tolerance = float(answer.tolerance)
    if tolerance < 0:
        yield "answer.tolerance", f"answer.tolerance must be 0 or more, got {tolerance}"
    earlier = [float(answer.value)]
    for number, known in enumerate(question.feedback.known if question.feedback else (), start=1):
        place = f"feedback.known[{number}].value"
        if any(abs(float(known.value) - other) <= tolerance for other in earlier):
            yield place, f"{place} is within the tolerance of the answer or of another known value"
        earlier.append(float(known.value))
