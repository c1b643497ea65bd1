"""Write an Anki package with the questions of each quiz, the glossary and the flashcards.

An import finds a note by its guid, and replaces it only by one that was modified later. So a guid
is made from our id without the revision, and the time of a note from its revision: importing a
file again changes nothing, a revised question updates its note and keeps the schedule, and an
older file never replaces a newer note, nor one that the learner has edited.
"""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any, Final, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zlib import crc32

from lessons_lib.annexes.exchange.items import items_of, labels_of
from lessons_lib.annexes.exchange.print_page import STYLE, answered, asked
from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards import deck, sides as sides_of
from lessons_lib.classroom.practice.glossary import glossary
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import Question

_EPOCH: Final = 1_767_225_600  # 2026-01-01
_STYLE_REVISION: Final = 1  # raise it when the template or page.css changes
_BACK: Final = '{{FrontSide}}<hr id="answer">{{Back}}'
_Note: TypeAlias = tuple[str, str, int, list[str], str, str]


def write(bank: QuizBank) -> bytes:
    """Return the package; the same bank always makes the same bytes."""
    import genanki

    model = genanki.Model(
        crc32(b"lessons-lib"),
        course().title,
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": _BACK}],
        css=STYLE,
    )
    decks, times = dict[str, Any](), []
    for place, (short, guid, revision, tags, *fields) in enumerate(_notes(bank), 1):
        name = f"{course().title}::{short}"
        note = genanki.Note(model, fields, tags=tags, guid=guid, due=place)
        decks.setdefault(name, genanki.Deck(crc32(name.encode()), name)).add_note(note)
        times.append((_EPOCH + revision, guid))
    file, time = io.BytesIO(), _EPOCH + _STYLE_REVISION
    with closing(sqlite3.connect(":memory:")) as base, ZipFile(file, "w") as package:
        genanki.Package(decks.values()).write_to_db(base.cursor(), time, count(1000 * time))
        base.executemany("UPDATE notes SET mod = ? WHERE guid = ?", times)
        base.commit()
        package.writestr(ZipInfo("collection.anki2"), base.serialize(), ZIP_DEFLATED)
        package.writestr(ZipInfo("media"), "{}")
    return file.getvalue()


def _notes(bank: QuizBank) -> Iterator[_Note]:
    """Yield deck, id, revision, tags, front and back for each item and each flashcard."""
    for item in items_of(bank):
        question, place = item.question, f"Questions::{item.quiz.title}"
        guid = item.id.replace(f".r{question.revision}.", ".")
        yield place, guid, question.revision, _tags(question), asked(item), answered(item)
    lessons = {quiz.name for quiz in bank.quizzes}
    for card in deck(bank, [term for term in glossary() if term.lesson in lessons]):
        text = sides_of(card, bank)
        front, back = render(text.front), render(f"{text.back}\n\n{text.more}")
        if card.kind == "question":
            yield "Flashcards", card.id, card.revision, _tags(bank.question(card.of)), front, back
        else:
            front += f'<p class="asks">{text.asks}</p>'
            yield "Glossary", card.id, card.revision, [f"lesson::{text.lesson}"], front, back


def _tags(question: Question) -> list[str]:
    return [label.replace(":", "::") for label in labels_of(question)]
