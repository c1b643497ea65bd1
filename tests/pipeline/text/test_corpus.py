from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from lessons_lib.pipeline.text.corpus import (
    Corpus,
    LabelledText,
    count_shared,
    demo_corpus,
    demo_sentences,
    demo_texts,
    is_showable,
    load_corpus,
    load_corpus_or_demo,
    read_rated_texts,
    split_of,
)
from lessons_lib.pipeline.text.corpus_files import CORPUS_VARIABLE
from lessons_lib.pipeline.text.label import Label


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus()


def corpus_of(*texts: str) -> Corpus:
    return Corpus(tuple(LabelledText(text, Label.NEUTRAL, 0.0, "test") for text in texts), (), ())


def test_the_whole_corpus_has_its_labels_splits_and_sources(corpus: Corpus) -> None:
    every = [*corpus.train, *corpus.validation, *corpus.test]
    assert len(corpus) == len(every) == 23_703
    counts = {"positive": 10_278, "negative": 9_181, "neutral": 4_244}
    assert Counter(one.label for one in every) == counts
    splits = corpus.train, corpus.validation, corpus.test
    shares = [len(split) / len(corpus) for split in splits]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.01)
    folded = [{" ".join(one.text.lower().split()) for one in split} for split in splits]
    assert not folded[0] & folded[1] | folded[0] & folded[2] | folded[1] & folded[2]
    assert {one.source for one in corpus.train} == {"amazon", "movie", "nyt", "tweets"}


@given(st.text(st.characters()))
def test_texts_that_differ_in_case_or_white_space_are_in_the_same_split(text: str) -> None:
    assert split_of(text) == split_of(f"  {text}\n") == split_of(text.lower())


def test_shared_texts_are_counted_once_ignoring_case_and_white_space() -> None:
    some, others = corpus_of("Hello  there", "hello there", "Bye"), corpus_of("HELLO THERE")
    assert count_shared(some.train, others.train) == 1


def test_lines_are_read_as_utf8_or_latin1_and_incomplete_ones_are_skipped() -> None:
    lines = "1\t2.5\tcafé".encode() + b"\n" + "2\t-1\tcafé".encode("latin-1")
    assert [(one.text, one.label) for one in read_rated_texts(lines, "test")] == [
        ("café", "positive"),
        ("café", "negative"),
    ]
    read = list(read_rated_texts(b"broken\n1\t0.1\ta &amp; b\tc", "test"))
    assert [(one.text, one.rating, one.label) for one in read] == [("a & b\tc", 0.1, "neutral")]


def test_an_archive_is_sampled_by_seed_without_repetition_or_strong_words(corpus: Corpus) -> None:
    drawn = corpus.archive(500)
    texts = Counter(one.text for one in (*corpus.train, *corpus.validation, *corpus.test))
    assert len(drawn) == 500
    assert Counter(drawn) <= texts
    assert corpus.archive(50, seed=3) == corpus.archive(50, seed=3) != corpus.archive(50, seed=4)
    drawn = corpus.archive()
    assert len(drawn) == 10_000
    assert all(map(is_showable, drawn))


def test_texts_of_a_small_corpus_repeat_and_an_empty_one_has_nothing_to_sample() -> None:
    drawn = corpus_of("a", "b", "c").archive(7)
    assert sorted(drawn[:3]) == sorted(drawn[3:6]) == ["a", "b", "c"]
    assert len(drawn) == 7
    assert Corpus((), (), ()).archive(0) == []
    with pytest.raises(ValueError, match="got -1"):
        corpus_of("a").archive(-1)
    with pytest.raises(ValueError, match="at least one text"):
        Corpus((), (), ()).archive(1)
    assert repr(corpus_of("a", "b")) == "Corpus(train / validation / test = 2 / 0 / 0)"


def test_the_demo_corpus_keeps_the_labels_and_has_all_splits() -> None:
    demo = demo_corpus()
    assert len(demo) == 100
    assert all((demo.train, demo.validation, demo.test))
    assert all(Label.from_rating(one.rating) is one.label for one in demo.train)


def test_the_order_of_the_files_in_an_archive_changes_nothing(
    tmp_path: Path, inner_archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = load_corpus()
    (tmp_path / "corpus.tar.gz").write_bytes(inner_archive)
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "corpus.tar.gz"))
    assert load_corpus() == corpus


def test_demo_sentences_replace_a_missing_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, "nowhere")
    with pytest.warns(UserWarning, match="Using 100 demo sentences, repeated"):
        assert len(load_corpus_or_demo()) == 100


def test_the_demo_sentences_are_a_hundred_short_ones_of_all_classes() -> None:
    assert len(demo_texts()) == len(set(demo_texts())) == 100
    counts = {"positive": 40, "neutral": 25, "negative": 35}
    assert Counter(label for _, label in demo_sentences()) == counts
    assert demo_texts()[:3] == ["I love sunny days", "The movie was great", "How is the weather?"]
    assert {label for _, label in demo_sentences()[:4]} == {"positive", "neutral", "negative"}
    assert all(2 <= len(text.split()) <= 30 for text in demo_texts())
    assert all(is_showable(text) for text in demo_texts())
    assert [text for text in demo_texts() if text != text.strip() or "\t" in text] == []
