from __future__ import annotations

from collections import Counter
from statistics import mean
from typing import Any

from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Row
from lessons_lib.text.corpus import Corpus, LabelledText, count_shared, demo_corpus
from lessons_lib.text.label import Label
from lessons_lib.text.preprocess import preprocess
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    bank,
    choices_test,
    columns_test,
    numbers_test,
    run_stem,
    trust_test,
)
from tests.quizzes.stem_figures import (
    unexplained_columns,
    values_of_options,
    whole_numbers,
)

NAME = "02_raw_text"


def rated(text: str) -> LabelledText:
    return LabelledText(text, Label.NEUTRAL, 0.0, "test")


def tokens(text: str) -> tuple[str, ...]:
    return tuple(preprocess(text))


def label_of_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    label = Label.from_rating(mean(whole_numbers(str(row["ratings"]))))
    found = values_of_options(question, {"Label": Label})
    return {letter for letter, value in found.items() if value is label}


def seed_fixes(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question, load_corpus_or_demo=demo_corpus)
    return {letter for letter, value in values_of_options(question, names).items() if value is True}


def neutral_ratings(question: ChoiceQuestion, row: Row) -> set[str]:
    found = values_of_options(question, {"Label": Label})
    return {letter for letter, value in found.items() if value is Label.NEUTRAL}


CHOICES: dict[str, Computed] = {
    "label-of-a-mean-rating": label_of_mean,
    "what-a-seed-fixes": seed_fixes,
    "ratings-that-are-neutral": neutral_ratings,
}


def two_splits() -> tuple[NumberQuestion, list[str], list[str]]:
    """Return the question that shows the texts of two splits, and the texts of both."""
    (question,) = [one for one in bank(NAME).questions if one.id == "texts-in-both-splits"]
    assert isinstance(question, NumberQuestion)
    names = run_stem(question)
    return question, names["training"], names["test"]


def count_texts_in_both(row: dict[str, Any]) -> int:
    _, training, test = two_splits()
    return count_shared(map(rated, training), map(rated, test))


def count_three_times(row: dict[str, Any]) -> int:
    small = Corpus(tuple(rated(f"text {number}") for number in range(100)), (), ())
    counts = Counter(small.archive(row["n"]))
    return sum(count == 3 for count in counts.values())


def lowest_fifth_rating(row: dict[str, Any]) -> int:
    four = whole_numbers(row["ratings"])
    return min(
        fifth for fifth in range(-4, 5) if Label.from_rating(mean([*four, fifth])) is Label.POSITIVE
    )


def accuracy_on_new_texts(row: dict[str, Any]) -> float:
    """Lay out each text of the test split: (is shared, is right)."""
    shared = [(True, True)] * row["n_shared"]
    new = [(False, True)] * (row["n_right"] - len(shared))
    new += [(False, False)] * (row["n_test"] - len(shared) - len(new))
    assert sum(is_right for _, is_right in shared + new) == row["n_right"]
    return mean(is_right for is_shared, is_right in shared + new if not is_shared)


NUMBERS: dict[str, Number] = {
    "words-in-a-raw-text": lambda row: len(row["text"].split()),
    "texts-in-both-splits": count_texts_in_both,
    "archive-beyond-the-corpus": count_three_times,
    "lowest-rating-that-turns-positive": lowest_fifth_rating,
    "accuracy-without-the-leak": accuracy_on_new_texts,
}

COLUMNS: dict[str, Columns] = {
    "words-in-a-raw-text": lambda row: {
        "words": len(row["text"].split()),
        "without_dashes": sum(piece != "-" for piece in row["text"].split()),
        "with_empty_pieces": len(row["text"].split(" ")),
    },
    "label-of-a-mean-rating": lambda row: {
        "total": sum(whole_numbers(row["ratings"])),
        "mean": mean(whole_numbers(row["ratings"])),
    },
    "archive-beyond-the-corpus": lambda row: {
        "three_times": row["n"] - 200,
        "twice": 100 - row["three_times"],
        "after_one_round": row["n"] - 100,
    },
    "lowest-rating-that-turns-positive": lambda row: {
        "total": sum(whole_numbers(row["ratings"])),
        "needed": 2.5 - row["total"],
        "lowest": lowest_fifth_rating(row),
        "one_too_low": row["lowest"] - 1,
        "any_positive": 1 - row["total"],
        "mean": (row["total"] + row["lowest"]) / 5,
        "mean_too_low": (row["total"] + row["one_too_low"]) / 5,
    },
    "accuracy-without-the-leak": lambda row: {
        "n_new": row["n_test"] - row["n_shared"],
        "right_new": row["n_right"] - row["n_shared"],
        "accuracy": row["right_new"] / row["n_new"],
        "with_leak": row["n_right"] / row["n_test"],
        "half_mended": row["right_new"] / row["n_test"],
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


def test_each_known_wrong_count_of_shared_texts_comes_from_its_mistake() -> None:
    question, training, test = two_splits()
    sign_by_sign = len(set(training) & set(test))
    without_signs = len({*map(tokens, training)} & {*map(tokens, test)})
    assert question.feedback is not None
    assert [one.value for one in question.feedback.known] == [sign_by_sign, without_signs, 4]


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
