"""The table of guesses, and how close a learner's guesses were."""

from pathlib import Path

import pytest

from lessons_lib.classroom.practice.guesses import (
    CheckedGuess,
    calibration,
    checked_guesses,
    first_guesses,
    guess_table,
)
from lessons_lib.classroom.record.kinds import Guess, event_of, rounds_in
from lessons_lib.classroom.tables.load import CourseFileError


@pytest.mark.parametrize(
    ("guess", "result", "unit", "side", "words"),
    [
        (20.0, 8.7, "×", "high", "too high by a factor of 2.3"),
        (1.0, 8.7, "×", "low", "too low by a factor of 8.7"),
        (1.2, 1.0, "×", "close", "close"),
        (3.0, 3.0, "passes", "close", "right"),
        (10.0, 34.0, "%", "low", "24 points too low"),
        (29.0, 34.0, "%", "close", "close"),
        (28.0, 34.0, "%", "low", "6.0 points too low"),
        (0.0, 0.0, "labels", "close", "right"),
        (5.0, 0.0, "labels", "high", "5\N{NO-BREAK SPACE}labels too many"),
        (3.0, 5.0, "epochs", "low", "2\N{NO-BREAK SPACE}epochs too few"),
        (2.0, 1.0, "people", "high", "1\N{NO-BREAK SPACE}person too many"),
        (512.0, 2048.0, "texts", "low", "too low by a factor of 4.0"),
        (8.0, 4.4, "tokens", "high", "too high by a factor of 1.8"),
        (3.0, 5e-324, "s", "high", "3.0 too high"),
        (3.0, -1.0, "s", "high", "4.0 too high"),
        (1e9, 1.0, "s", "high", "too high by a factor of more than a million"),
        ("negative", "negative", "", "close", "right"),
        ("negative", "neutral", "", "off", "wrong"),
    ],
)
def test_how_close_a_guess_was(
    guess: float | str, result: float | str, unit: str, side: str, words: str
) -> None:
    one = CheckedGuess(guess, result, unit)
    assert (one.side, one.in_words()) == (side, words)


def test_a_record_holds_each_guess_as_it_was_made() -> None:
    events = [
        event_of("fastest-batch-size", Guess("one")),
        event_of("one-by-one", Guess(100.0, 900.0, "texts/s")),
        event_of("gone", Guess(1.0, 2.0, "ms")),
        event_of("times-slower", Guess(30.0)),
        event_of("times-slower", Guess(100.0)),
        event_of("page-of-200-calls", Guess(20.0, 13.4)),
        event_of("page-of-200-calls", Guess(10.0, 13.4)),
        event_of("one-by-one", Guess(900.0, 900.0, "texts/s")),
        event_of("batch-against-one", Guess(9.0, 8.7, "×")),
        event_of("times-slower", Guess(100.0, 290.0)),
        event_of("times-slower", Guess(300.0, 290.0)),
    ]
    checked = {task.id: one for task, one in checked_guesses(events).items()}
    assert checked == {
        "page-of-200-calls": CheckedGuess(20.0, 13.4, "%"),
        "one-by-one": CheckedGuess(100.0, 900.0, "texts/s"),
        "batch-against-one": CheckedGuess(9.0, 8.7, "×"),
        "times-slower": CheckedGuess(100.0, 290.0, "×"),
    }
    rounds = [event.subject for event, _ in rounds_in(events)]
    assert rounds == ["one-by-one", "gone", "one-by-one", "batch-against-one"]


def test_a_round_of_the_lab_book_is_no_guess_of_a_notebook() -> None:
    task = guess_table().guesses[-1]
    events = [event_of(task.id, one) for one in (Guess(1.0), Guess(2.0, 3.0, ""), Guess(4.0))]
    assert first_guesses(events, [task]) == {task: Guess(4.0)}
    assert first_guesses(events[1:2], [task]) == {}


def test_calibration_counts_and_names_a_tendency() -> None:
    low, high, right = CheckedGuess(1.0, 9.0), CheckedGuess(9.0, 1.0), CheckedGuess("a", "a")
    assert calibration([]) == ""
    assert calibration([low, right, CheckedGuess("a", "b")]) == (
        "1 of 3 guesses was right or close, 1 too low, 0 too high, and 1 wrong."
    )
    assert calibration([low, low, low, high]).endswith("When you miss, you usually guess too low.")
    assert "usually" not in calibration([low, low, high, high])


def test_the_course_has_valid_guesses() -> None:
    assert len(guess_table().guesses) >= 4


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{id: a, question: q, options: [x, y], unit: s}", "neither a slider nor a unit"),
        ("{id: a, question: q, options: [x, x]}", "at least two different texts"),
        (f"{{id: a, question: q, options: [x, {'y' * 201}]}}", "text of length <= 200"),
        ("{id: a, question: q, slider: [1]}", "at least two numbers in rising order"),
        ("{id: a, question: q, slider: [2, 1]}", "at least two numbers in rising order"),
        ("{id: a, question: q, options: [x, y], typical: z}", "typical must be one of the options"),
        ("{id: a, question: q, typical: z}", "or a number without any"),
        ("{id: a, question: q}\n  - {id: a, question: q}", "already used"),
    ],
)
def test_a_broken_table_says_what_to_change(tmp_path: Path, entry: str, problem: str) -> None:
    (tmp_path / "guesses.yaml").write_text(f"guesses:\n  - {entry}\n", encoding="utf-8")
    with pytest.raises(CourseFileError, match=rf"guesses\.yaml:\d+: guess \d.*{problem}"):
        guess_table(tmp_path)
