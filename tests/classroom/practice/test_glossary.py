"""The glossary: one meaning per word, which the notebooks agree with."""

import re
from pathlib import Path

import pytest

from lessons_lib.classroom.practice.glossary import Term, glossary, plural, term

COURSE = Path(__file__).parents[3]


def test_each_term_has_a_name_that_makes_an_anchor() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.slug) for one in glossary())


def test_no_two_terms_share_a_form() -> None:
    forms = [form for one in glossary() for form in one.forms(in_bold=True)]
    assert sorted(forms) == sorted(set(forms))


@pytest.mark.parametrize("one", glossary(), ids=lambda one: one.slug)
def test_a_meaning_is_one_short_sentence_that_does_not_contain_the_word(one: Term) -> None:
    assert one.meaning.endswith(".") and one.meaning.count(". ") == 0
    assert one.meaning[0].isupper() and len(one.meaning.split()) <= 25
    assert not any(re.search(rf"\b{re.escape(form)}\b", one.meaning, re.I) for form in one.forms())


@pytest.mark.parametrize("one", glossary(), ids=lambda one: one.slug)
def test_a_term_occurs_in_the_notebook_that_teaches_it_or_in_its_quiz(one: Term) -> None:
    paths = (
        COURSE / "notebooks/source" / f"{one.lesson}.py",
        COURSE / f"quizzes/{one.lesson}.yaml",
    )
    text = " ".join(path.read_text(encoding="utf-8").lower() for path in paths)
    plain = re.sub(r"\s+", " ", re.sub(r"[#*_]", " ", text))
    assert any(form in plain for form in one.forms(in_bold=True))


@pytest.mark.parametrize(
    ("name", "many"),
    [("id", "ids"), ("pass", "passes"), ("batch", "batches"), ("probability", "probabilities")],
)
def test_plurals_are_formed(name: str, many: str) -> None:
    assert plural(name) == many


def test_a_word_with_other_uses_is_recognized_in_bold_or_by_its_other_forms() -> None:
    one = Term("pass", "One run.", "01_concept", also=("forward pass",), recognized="in bold")
    assert one.forms() == ("forward pass", "forward passes")
    assert one.forms(in_bold=True)[:2] == ("pass", "passes")


def test_an_unknown_term_is_refused_with_the_known_ones() -> None:
    assert term("p99").name == "p99"
    with pytest.raises(ValueError, match=r"term 'nothing'. Choose one of .*batch-inference, "):
        term("nothing")
