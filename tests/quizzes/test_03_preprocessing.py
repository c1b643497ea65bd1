from __future__ import annotations

import re
from typing import Any

from lessons_lib.quiz.question import ChoiceQuestion, Row
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vocabulary import PAD, Vocabulary
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    choices_test,
    columns_test,
    letters_of_true,
    numbers_test,
    pipeline,
    run_stem,
    trust_test,
)
from tests.quizzes.stem_figures import (
    unexplained_columns,
    value_of_stem,
    values_of_options,
    whole_numbers,
)

NAME = "03_preprocessing"
LESSON = {"preprocess": preprocess, "Vocabulary": Vocabulary}


def numbered(count: int) -> list[str]:
    """Return `count` different words: word1, word2 …"""
    return [f"word{number}" for number in range(1, count + 1)]


def value_of_the_last_line(question: ChoiceQuestion, row: Row) -> set[str]:
    value = value_of_stem(question, **LESSON)
    return {letter for letter, shown in values_of_options(question, {}).items() if shown == value}


def equal_to_preprocess(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question)
    tokens = preprocess(names["text"])
    return {
        letter for letter, value in values_of_options(question, names).items() if value == tokens
    }


def become_its_late(question: ChoiceQuestion, row: Row) -> set[str]:
    found = values_of_options(question, LESSON)
    return {letter for letter, value in found.items() if value == ["its", "late"]}


def same_tokens(question: ChoiceQuestion, row: Row) -> set[str]:
    return {
        letter
        for letter, (first, second) in values_of_options(question, {}).items()
        if preprocess(first) == preprocess(second)
    }


def kept_of_a_long_text(question: ChoiceQuestion, row: Row) -> set[str]:
    words = numbered(int(row["n"]))
    tokens = preprocess(" ".join(words))
    claims = {
        "The last 20": tokens == words[-20:],
        "The first 20": tokens == words[:20],
        "All": tokens == words,
        "None": tokens == [],
    }
    return letters_of_true(question, claims)


def beyond_the_twentieth(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question)
    texts = names["review"], names["start"]
    assert [len(text.split()) for text in texts] == [25, 20]
    long, short = (pipeline().encode(pipeline().preprocess([text])) for text in texts)
    labels = [pipeline().decide(pipeline().probabilities([text])) for text in texts]
    claims = {
        "Nothing changes": (long == short).all() and labels[0] == labels[1],
        "label becomes positive": labels[0] != labels[1],
        "row becomes shorter": long.shape != short.shape,
        "call fails": False,  # both calls came through
    }
    return letters_of_true(question, claims)


def follows_from_the_limit(question: ChoiceQuestion, row: Row) -> set[str]:
    words = numbered(30)
    other_end = [*words[:24], "but", *words[25:]]
    few, many = [" ".join(words[:3])] * 4, [" ".join(words)] * 4
    short = pipeline().encode(pipeline().preprocess(few[:1]))[0]
    two = [" ".join(words), " ".join(other_end)]
    labels = pipeline().decide(pipeline().probabilities(two))
    claims = {
        "tokens that matter most": preprocess(two[0]) != words[:20],
        "only on its number of texts": pipeline().encode(pipeline().preprocess(few)).size
        == pipeline().encode(pipeline().preprocess(many)).size,
        "twenty-fifth token": preprocess(two[0]) == preprocess(two[1]),
        "same first 20 tokens": labels[0] == labels[1],
        "repeats its tokens": (short != PAD).sum() > 3,
    }
    return letters_of_true(question, claims)


CHOICES: dict[str, Computed] = {
    "tokens-of-a-short-message": value_of_the_last_line,
    "tokens-kept-of-a-long-text": kept_of_a_long_text,
    "ids-of-two-known-words": value_of_the_last_line,
    "line-that-equals-preprocess": equal_to_preprocess,
    "texts-that-become-its-late": become_its_late,
    "what-follows-from-the-limit": follows_from_the_limit,
    "id-of-an-unknown-word": value_of_the_last_line,
    "pair-with-the-same-tokens": same_tokens,
    "words-beyond-the-twentieth": beyond_the_twentieth,
    "encode-without-preprocessing": value_of_the_last_line,
}


def tokens_lost(row: dict[str, Any]) -> int:
    texts = [" ".join(numbered(count)) for count in whole_numbers(row["counts"])]
    return sum(len(text.split()) - len(preprocess(text)) for text in texts)


def ids_of_padding(row: dict[str, Any]) -> int:
    """Encode four texts in which as many words are unknown as the row says."""
    vocabulary = Vocabulary(numbered(20)[row["unknown"] :])
    longest_last = sorted(whole_numbers(row["counts"]))
    *others, longest = (preprocess(" ".join(numbered(count))) for count in longest_last)
    known = [["word20"] * len(tokens) for tokens in others]
    rows = [vocabulary.encode(tokens) for tokens in [*known, longest]]
    assert sum(ids.count(1) for ids in rows) == row["unknown"]
    return sum(ids.count(PAD) for ids in rows)


NUMBERS: dict[str, Number] = {
    "count-the-tokens": lambda row: len(preprocess(row["text"])),
    "tokens-cut-off": tokens_lost,
    "padding-in-four-rows": ids_of_padding,
}


def listed(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


COLUMNS: dict[str, Columns] = {
    "count-the-tokens": lambda row: {
        "cleaned": " ".join(preprocess(row["text"])),
        "tokens": len(preprocess(row["text"])),
        "raw_words": len(row["text"].split()),
        "cut_at_signs": len(re.findall(r"\w+", row["text"])),
    },
    "tokens-kept-of-a-long-text": lambda row: {"cut": row["n"] - 20},
    "tokens-cut-off": lambda row: {
        "sum": " + ".join(str(n - 20) for n in whole_numbers(row["counts"]) if n > 20),
        "cut": tokens_lost(row),
        "texts_cut": sum(n > 20 for n in whole_numbers(row["counts"])),
        "kept": sum(min(n, 20) for n in whole_numbers(row["counts"])),
        "total": sum(whole_numbers(row["counts"])),
    },
    "padding-in-four-rows": lambda row: {
        "kept_list": listed([min(n, 20) for n in whole_numbers(row["counts"])]),
        "kept": sum(min(n, 20) for n in whole_numbers(row["counts"])),
        "padding": 80 - row["kept"],
        "with_unknown": row["padding"] + row["unknown"],
        "without_limit": 80 - sum(whole_numbers(row["counts"])),
        "to_the_longest": 4 * max(whole_numbers(row["counts"])) - sum(whole_numbers(row["counts"])),
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
