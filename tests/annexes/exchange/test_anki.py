"""The Anki package, read by SQLite, and by Anki itself."""

import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from lessons_lib.annexes.exchange.anki import write
from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.glossary import glossary
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.question import SingleQuestion
from tests.classroom.quiz.conftest import BANKS

LESSON = "04_embeddings"
IMPORT_COUNTS = ("new", "updated", "duplicate", "conflicting")


class Note(NamedTuple):
    deck: str
    guid: str
    modified: int
    tags: set[str]
    front: str
    back: str


def notes_in(package: bytes) -> list[Note]:
    """Return the notes of a package, in the order in which Anki shows new cards."""
    with ZipFile(io.BytesIO(package)) as files, closing(sqlite3.connect(":memory:")) as base:
        assert json.loads(files.read("media")) == {}
        base.deserialize(files.read("collection.anki2"))
        ((decks,),) = base.execute("SELECT decks FROM col")
        names = {int(key): one["name"] for key, one in json.loads(decks).items()}
        rows = base.execute(
            "SELECT did, guid, notes.mod, tags, flds FROM notes JOIN cards ON nid = notes.id "
            "ORDER BY due"
        ).fetchall()
    return [
        Note(names[deck], guid, modified, set(tags.split()), *fields.split("\x1f"))
        for deck, guid, modified, tags, fields in rows
    ]


@pytest.fixture(scope="module")
def package(bank: QuizBank) -> bytes:
    return write(bank)


def revised(bank: QuizBank, *ids: str) -> QuizBank:
    """Return a bank with a higher revision and another stem of some questions."""

    def changed(one: Any) -> Any:
        new = replace(one, revision=one.revision + 1, stem="In other words?")
        return new if one.id in ids else one

    quizzes = (replace(one, questions=tuple(map(changed, one.questions))) for one in bank.quizzes)
    return QuizBank(tuple(quizzes))


def test_each_item_term_and_recall_question_is_a_note(bank: QuizBank, package: bytes) -> None:
    notes = notes_in(package)
    assert len({one.guid for one in notes}) == len(notes)
    counts = Counter(one.deck for one in notes)
    assert counts.pop(f"{course().title}::Glossary") == 2 * len(glossary())
    assert counts.pop(f"{course().title}::Flashcards") == sum(one.recall for one in bank.questions)
    assert counts == Counter(
        f"{course().title}::Questions::{one.quiz.title}" for one in items_of(bank)
    )


def test_chosen_quizzes_bring_only_their_own_terms_and_cards(
    bank: QuizBank, package: bytes
) -> None:
    chosen = QuizBank((bank.quiz(LESSON),))
    notes = notes_in(write(chosen))
    assert {one.guid: one[2:] for one in notes}.items() <= {
        one.guid: one[2:] for one in notes_in(package)
    }.items()  # so Anki joins them
    terms = [one for one in glossary() if one.lesson == LESSON]
    assert 0 < len(terms) < len(glossary())
    counts = Counter(one.deck.split("::")[1] for one in notes)
    assert counts["Questions"] == len(items_of(chosen))
    assert counts["Glossary"] == 2 * len(terms)
    assert counts["Flashcards"] == sum(one.recall for one in chosen.questions) > 0


def test_a_number_has_its_unit_in_front_and_all_feedback_behind() -> None:
    notes = notes_in(write(load_bank(BANKS)))
    first, second = (one for one in notes if one.guid.startswith("count-the-passes."))
    assert (first.guid, second.guid) == ("count-the-passes.v1", "count-the-passes.v2")
    assert "carries 512 texts" in first.front
    assert "passes</p>" in first.front
    assert "20" not in first.front.replace("10000", "")
    for text in ("Key: 20 passes", "<b>19</b>", "part-filled batch", "any other", "round up"):
        assert text in first.back
    assert "<code>math.ceil(10000 / 512) == 20</code>" in first.back
    assert first.tags == {"difficulty::medium", "stage::batch", "objective::choose-a-batch-size"}


def test_a_choice_has_its_options_in_front_and_the_key_behind() -> None:
    notes = {one.guid: one for one in notes_in(write(load_bank(BANKS)))}
    note = notes["which-calls-are-batch.v0"]
    assert "<b>A</b><div><p><code>model.predict(['good', 'bad'])</code></p></div>" in note.front
    assert "Key:" not in note.front
    assert "Key: A, C" in note.back
    assert "One string is one text" in note.back
    assert not any(one.startswith("how-sure-do-you-feel") for one in notes)  # a survey


def test_a_term_is_asked_for_in_both_directions(package: bytes) -> None:
    notes = {one.guid: one for one in notes_in(package)}
    meaning, word = notes["meaning:batch-inference"], notes["word:batch-inference"]
    assert "What does it mean?" in meaning.front
    assert "Running the model on many known texts" in meaning.back
    assert "Which term is this?" in word.front
    assert "batch inference</strong> (offline inference)" in word.back
    assert "<code>BatchPredictor</code>" in meaning.back
    assert "BatchPredictor" not in meaning.front + word.front
    assert meaning.tags == word.tags == {"lesson::06_batch_inference"}


def test_text_of_a_quiz_cannot_become_html(bank: QuizBank) -> None:
    quiz = bank.quiz(LESSON)
    first = next(one for one in quiz.questions if isinstance(one, SingleQuestion))
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1))"
    texts = {"stem": hostile, "final_answer": hostile, "quick_check": hostile}
    notes = notes_in(write(QuizBank((replace(quiz, questions=(replace(first, **texts),)),))))
    for side in (text for one in notes for text in (one.front, one.back)):
        assert "<script" not in side
        assert "<img" not in side
        assert "href=" not in side


def test_a_higher_revision_keeps_the_guid_and_is_newer(bank: QuizBank, package: bytes) -> None:
    name = bank.quiz(LESSON).questions[0].id
    before = {one.guid: one for one in notes_in(package)}
    after = {one.guid: one for one in notes_in(write(revised(bank, name)))}
    assert before.keys() == after.keys()
    changed = {guid for guid in before if before[guid].modified != after[guid].modified}
    about = {guid for guid in before if guid.split(":")[-1].split(".")[0] == name}
    assert changed == about
    assert all(before[guid].modified < after[guid].modified for guid in changed)


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    """Return an empty collection of Anki."""
    from anki.collection import Collection

    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def imported(collection: Any, folder: Path, package: bytes) -> tuple[int, ...]:
    """Import a package as Anki's window does by default; return `IMPORT_COUNTS`."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    file = folder / "lessons.apkg"
    file.write_bytes(package)
    request = ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    assert not any((log.missing_notetype, log.missing_deck, log.empty_first_field))
    return tuple(len(getattr(log, name)) for name in IMPORT_COUNTS)


def note_of(collection: Any, guid: str) -> Any:
    return collection.get_note(collection.db.scalar("SELECT id FROM notes WHERE guid = ?", guid))


@pytest.mark.extras("readers")
def test_anki_takes_all_notes_once(collection: Any, tmp_path: Path, package: bytes) -> None:
    notes = notes_in(package)
    assert imported(collection, tmp_path, package) == (len(notes), 0, 0, 0)
    assert imported(collection, tmp_path, package) == (0, 0, len(notes), 0)
    assert collection.note_count() == collection.card_count() == len(notes)
    for deck, number in Counter(one.deck for one in notes).items():
        assert len(collection.find_cards(f'deck:"{deck}" is:new')) == number
    assert collection.card_count() == len(collection.find_cards(f'deck:"{course().title}"'))


@pytest.mark.extras("readers")
def test_anki_updates_a_revised_question_and_keeps_its_schedule(
    collection: Any, tmp_path: Path, bank: QuizBank, package: bytes
) -> None:
    number = len(notes_in(package))
    plain = [one for one in bank.quiz(LESSON).questions if not (one.recall or one.variants)]
    names = [one.id for one in plain[:2]]
    imported(collection, tmp_path, package)
    (card,) = note_of(collection, f"{names[0]}.v0").card_ids()
    collection.sched.set_due_date([card], "9")
    assert imported(collection, tmp_path, write(revised(bank, *names))) == (0, 2, number - 2, 0)
    assert "In other words?" in collection.get_card(card).question()
    assert collection.get_card(card).ivl == 9
    assert imported(collection, tmp_path, package) == (0, 0, number, 0)  # an older file
    assert "In other words?" in collection.get_card(card).question()


@pytest.mark.extras("readers")
def test_anki_shows_both_sides_of_a_card(collection: Any, tmp_path: Path, package: bytes) -> None:
    imported(collection, tmp_path, package)
    for name, after in (("Glossary", "<p>"), ("Flashcards", "<p>"), ("Questions*", "Key: ")):
        card = collection.get_card(collection.find_cards(f'"deck:{course().title}::{name}"')[0])
        front, back = card.question(), card.answer()
        assert ".nightMode" in front
        assert back.startswith(front)
        assert after in back.removeprefix(front)
        assert "{{" not in front + back
