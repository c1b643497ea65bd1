"""Where the model fails: shares that can be counted by hand, and a game that keeps no text."""

import msgspec
import pytest

from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.record.kinds import Done, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.explore.explore import Table
from lessons_lib.lesson.explorations.failures import (
    TARGETS,
    Game,
    failure_shares,
    homes_of_words,
    show_fool_the_model,
)
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText, demo_corpus
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.text.preprocess import preprocess
from tests.classroom.widgets.pretend_browser import ask

FOLDED = FoldedPipeline.load()

TEXTBOOK = SentimentPipeline.load()

LATE = (
    "The first hour was slow and dull, the actors looked tired, the sound was bad and the hall was "
    "cold, but the ending was wonderful, I loved every minute."
)
HITS = {  # a meaning and a text that reach one target each
    "fooled-negation": ("positive", "I never get tired of this song."),
    "fooled-irony": ("negative", "Great, another delay!"),
    "fooled-ending": ("positive", LATE),
    "fooled-fact": ("neutral", "The movie has subtitles."),
    "fooled-swap": ("negative", "It is a movie."),
}


def rated(text: str, label: str, source: str = "here") -> LabelledText:
    return LabelledText(text, Label(label), 0.0, source)


def test_the_share_of_each_kind_is_counted_on_the_test_split() -> None:
    train = [rated("This movie again", "neutral", "films")] * 18
    train += [rated("This again", "neutral", "tweets")] * 18
    train += [rated("A movie", "neutral", "tweets")] * 2  # movie: 18 of 20 in films, this: neither
    test = [
        rated("not good", "negative"),  # labeled positive
        rated("I don't like it", "negative"),
        rated("I love sunny days", "positive"),
        rated("movie zzyzx", "negative", "tweets"),
        rated("I love movie " + "days " * 18, "neutral", "films"),
    ]
    shares = failure_shares(Corpus(train, [], test), TEXTBOOK)
    found = {one.kind: (one.texts, one.correct, one.others) for one in shares.rows}
    predicted = TEXTBOOK.decide(TEXTBOOK.probabilities([one.text for one in test]))
    assert [label is one.label for label, one in zip(predicted, test, strict=True)] == [
        *(False, True, True, True, False)
    ]
    assert found == {
        "a negation word": (2, 1 / 2, 2 / 3),
        "words of praise, rated negative": (1, 0, 3 / 4),
        "more than twenty words": (1, 0, 3 / 4),
        "a word from another kind of text": (1, 1, 2 / 4),
        "an unknown word": (1, 1, 2 / 4),
        "rated neutral": (1, 0, 3 / 4),
    }
    assert shares.table.rows[0][1:] == ("2", "50 %", "67 %")


def test_a_word_is_at_home_where_nine_of_ten_of_its_texts_are() -> None:
    texts = [rated("a b c", "neutral", "films")] * 18 + [rated("a b b", "neutral", "tweets")] * 2
    assert homes_of_words(texts) == {"a": "films", "b": "films"}  # c is in fewer than 20 texts
    assert homes_of_words([*texts, rated("a", "neutral", "tweets")]) == {"b": "films"}


def test_the_shares_work_without_the_corpus() -> None:
    shares = failure_shares(demo_corpus(), TEXTBOOK)
    assert shares.hardest in {one.kind for one in shares.rows if one.texts}
    kinds = [one.kind for one in shares.rows]
    assert list(guess_task("hardest-kind-of-text").options) == kinds
    assert "–" in {cell for row in shares.table.rows for cell in row}
    with pytest.raises(ValueError, match="got none"):
        failure_shares(Corpus([], [], []), TEXTBOOK)


@pytest.mark.parametrize(("activity", "attempt"), HITS.items(), ids=HITS)
def test_a_text_reaches_its_target_and_the_record_holds_nothing_else(
    activity: str, attempt: tuple[str, str]
) -> None:
    log = InMemoryLog()
    game = Game(FOLDED, log)
    sentence, *_, table = game.judge(*attempt)
    assert "Target reached: " in str(sentence)
    assert isinstance(table, Table)
    assert [row[-1] == "✓ reached" for row in table.rows] == [
        one.activity == activity for one in TARGETS
    ]
    assert HITS.keys() == {one.activity for one in TARGETS}
    game.judge(*attempt)  # recorded once
    (event,) = log.events()
    assert (event.kind, event.subject, event.payload) == ("done", activity, {})
    written = msgspec.json.encode(event).decode()
    assert not any(word in written for word in preprocess(attempt[1]) if len(word) > 4)


@pytest.mark.parametrize(
    ("meaning", "text"),
    [
        ("positive", "Great, another delay!"),  # praise that is meant
        ("negative", "I never get tired of this song."),  # the model agrees
        ("neutral", "The weather is fine."),  # wrong, but unsure
        ("positive", f"{LATE[:90]}."),  # wrong, but nothing is cut off
        ("positive", "I never get tired of this song"),  # unfinished
        ("positive", "…"),  # no words
    ],
)
def test_another_text_reaches_no_target(meaning: str, text: str) -> None:
    log = InMemoryLog()
    sentence, _, table = Game(FOLDED, log).judge(meaning, text)
    assert "Target" not in str(sentence)
    assert isinstance(table, Table) and table.caption == "Your score: 0 of 5 targets"
    assert list(log.events()) == []


def test_a_later_kernel_shows_the_targets_of_an_earlier_one() -> None:
    log = InMemoryLog([event_of("fooled-irony", Done()), event_of("text-traced", Done())])
    card = show_fool_the_model(FOLDED, log=log)
    *_, table = card.page["parts"]
    assert table["caption"] == "Your score: 1 of 5 targets"
    assert [row[0] for row in table["rows"] if row[-1] == "✓ reached"] == ["Irony"]
    *_, table = ask(card, meaning="positive", text=HITS["fooled-negation"][1])["parts"]
    assert table["caption"] == "Your score: 2 of 5 targets"
    assert [event.subject for event in log.events()][2:] == ["fooled-negation"]
