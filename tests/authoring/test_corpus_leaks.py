"""Texts of the corpus in a notebook are noticed, coincidences are not."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_notebook, new_output

from lessons_lib.authoring.corpus_leaks import corpus_runs, known_runs, no_corpus_texts
from lessons_lib.text.corpus import load_corpus

CORPUS = ["I have never seen a phone die so fast, honestly."]
OWN = ["The phone lasts all day and charges quickly."]


def _leaks(shown: str) -> bool:
    output = new_output("stream", name="stdout", text=shown)
    notebook = new_notebook(cells=[new_code_cell("show()", id="code-1", outputs=[output])])
    return any(no_corpus_texts(notebook, corpus_runs(CORPUS, OWN)))


def test_a_text_is_known_by_part_of_it_whatever_its_case_and_punctuation() -> None:
    assert _leaks("['never', 'seen', 'a', 'phone', 'die', 'so', 'fast']")


def test_a_few_words_in_common_are_no_leak() -> None:
    assert not _leaks("I have never seen a phone like it")


def test_what_stands_in_our_own_sentences_too_is_no_leak() -> None:
    runs = corpus_runs([*CORPUS, *OWN], OWN)
    assert runs == corpus_runs(CORPUS)


def test_the_corpus_on_this_machine_is_known() -> None:
    text = max((one.text for one in load_corpus().test), key=len)
    assert corpus_runs([text]) <= known_runs()
