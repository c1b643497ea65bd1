"""The model that writes: its cache, its pieces, its guide, and what it may begin with."""

import math
import random
import re

import pytest
import torch

from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.text.corpus import has_decent_words
from lessons_lib.pipeline.writing.small_gpt import PLACES, Cache, SmallGPT
from lessons_lib.pipeline.writing.writer import (
    END_OF_TEXT,
    LONGEST_PROMPT,
    SHIPPED_WRITER,
    Guide,
    Pieces,
    load_writer,
    save_writer,
    words_of,
)

WRITER = load_writer()
RUDE = "onfgneq".translate(
    str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
)


def plain_attention(model: SmallGPT, ids: list[int]) -> torch.Tensor:
    """Return logits after each token of one text, by the formulas of the papers, (t, pieces)."""
    weights = model.weights
    x = weights["tokens"][ids] + weights["places"][: len(ids)]

    def norm(x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        centered = x - x.mean(dim=1, keepdim=True)
        return scale * centered / (centered.pow(2).mean(dim=1, keepdim=True) + 1e-5).sqrt()

    for layer in range(3):
        own = {name.split(".")[1]: one for name, one in weights.items() if name[0] == str(layer)}
        q, k, v = (norm(x, own["norm_1"]) @ own["attend"].T).chunk(3, dim=1)
        heads = []
        for head in range(4):
            part = slice(32 * head, 32 * head + 32)
            scores = q[:, part] @ k[:, part].T / math.sqrt(32)
            later = torch.ones(len(ids), len(ids)).triu(1).bool()
            heads.append(scores.masked_fill(later, -math.inf).softmax(dim=1) @ v[:, part])
        x = x + torch.cat(heads, dim=1) @ own["mix"].T
        wide = norm(x, own["norm_2"]) @ own["widen"].T
        x = x + 0.5 * wide * (1 + torch.erf(wide / math.sqrt(2))) @ own["narrow"].T
    return norm(x, weights["norm"]) @ weights["tokens"].T


def some_texts(rng: random.Random, n: int) -> list[list[int]]:
    size = len(WRITER.pieces)
    return [[rng.randrange(size) for _ in range(rng.randint(1, PLACES))] for _ in range(n)]


def test_logits_are_those_of_the_published_formulas() -> None:
    (ids,) = some_texts(random.Random(0), 1)
    assert torch.allclose(
        WRITER.model.logits(torch.tensor([ids]))[0], plain_attention(WRITER.model, ids), atol=1e-3
    )


def test_the_cache_changes_no_logit_in_batches_of_texts_of_different_lengths() -> None:
    rng = random.Random(1)
    texts = some_texts(rng, 6)
    whole = [WRITER.model.logits(torch.tensor([text]))[0] for text in texts]
    cache, done = Cache(8), [rng.randint(1, len(text)) for text in texts]
    for seat, text in enumerate(texts):
        read = WRITER.model.next_logits(torch.tensor([text[: done[seat]]]), cache, [seat])
        assert torch.allclose(read[0], whole[seat][done[seat] - 1], atol=1e-4)
    while writing := [seat for seat, text in enumerate(texts) if done[seat] < len(text)]:
        seats = rng.sample(writing, rng.randint(1, len(writing)))
        tokens = torch.tensor([[texts[seat][done[seat]]] for seat in seats])
        for seat, row in zip(seats, WRITER.model.next_logits(tokens, cache, seats), strict=True):
            assert torch.allclose(row, whole[seat][done[seat]], atol=1e-4)
            done[seat] += 1
    assert cache.lengths.tolist() == [*map(len, texts), 0, 0]


def test_pieces_return_the_text_that_they_were_made_of() -> None:
    text = "Hello there, it's a 10/10 – “wow” {~}\\|<tag>"
    ids, unknown = WRITER.pieces.encode(text)
    assert WRITER.pieces.decode(ids) == 'Hello there, it\'s a 10/10 - "wow" {~}\\|<tag>'
    assert unknown == ""
    assert len(ids) < len(text)


def test_characters_without_a_piece_are_left_out_and_named() -> None:
    ids, unknown = WRITER.pieces.encode("good 映画 film 画")
    assert WRITER.pieces.decode(ids) == "good film"
    assert unknown == "映画"


def test_each_position_takes_the_longest_piece_that_fits() -> None:
    pieces = Pieces([*"abc ", "ab", "abc", "ca"])
    assert [pieces.text_of(one) for one in pieces.encode("abcab cab")[0]] == [
        "abc",
        "ab",
        " ",
        "ca",
        "b",
    ]


@pytest.mark.parametrize("begun", ["", "It is a", "The zyxwv"])
def test_whatever_follows_every_word_is_one_of_the_list(begun: str) -> None:
    words = {"a", "cab", "cabin", "it's", "well-made", "10"}
    pieces = Pieces([*"abcdeilmnstw'-01 .Z", "ca", " cab", "b in", "it'", ". a", "10"])
    guide, rng = Guide(pieces, words), random.Random(0)
    for _ in range(300):
        text = begun
        while (
            token := rng.choice(guide.allowed(guide.begun(text)).nonzero().tolist())[0]
        ) != END_OF_TEXT:
            text += pieces.text_of(token)
        added = words_of(text.removeprefix(begun))
        assert set(added) <= words
        assert words_of(text)[: len(words_of(begun))] == words_of(begun)


def test_the_shipped_model_is_small_decent_and_says_where_it_comes_from() -> None:
    assert len(shipped_asset(SHIPPED_WRITER).read_bytes()) <= 900_000
    origin = WRITER.provenance
    assert origin["perplexity"] <= 36
    assert {"sources", "license", "command", "recipe"} <= origin.keys()
    words = WRITER.guide.words
    assert len(words) > 5000
    assert all(map(has_decent_words, words))
    assert not has_decent_words(RUDE)


def test_a_saved_model_is_loaded_again_with_nearly_the_same_weights(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "writer.safetensors"
    parts = WRITER.model.weights, WRITER.pieces.pieces, sorted(WRITER.guide.words), {"by": "test"}
    save_writer(path, *parts)
    first = path.read_bytes()
    loaded = load_writer(path)
    save_writer(path, *parts)
    assert path.read_bytes() == first
    assert loaded.pieces.pieces == WRITER.pieces.pieces
    for name, weight in WRITER.model.weights.items():
        assert torch.allclose(loaded.model.weights[name], weight, atol=1e-2)


def test_a_prompt_begins_with_the_mood_and_may_have_no_words() -> None:
    assert WRITER.prompt("positive").text == ""
    good, bad = WRITER.prompt("positive", "The film"), WRITER.prompt("negative", "The film")
    assert good.ids[0] != bad.ids[0]
    assert good.ids[1:] == bad.ids[1:]
    assert good.text == "The film"
    assert "é" in WRITER.prompt("positive", "A café").note


def test_first_words_may_have_as_many_tokens_as_the_limit_and_no_more() -> None:
    assert len(WRITER.prompt("positive", "%" * LONGEST_PROMPT).ids) == LONGEST_PROMPT + 2
    with pytest.raises(ValueError, match="97 tokens, and the limit is 96"):
        WRITER.prompt("positive", "%" * (LONGEST_PROMPT + 1))


@pytest.mark.parametrize(
    ("mood", "words", "error", "says"),
    [
        ("sad", "", ValueError, "'sad'"),
        (None, "", TypeError, "NoneType"),
        ("positive", ["The film"], TypeError, "list"),
        ("positive", "word " * 100, ValueError, f"limit is {LONGEST_PROMPT}"),
        ("positive", f"What a {RUDE}!", ValueError, "Choose other words"),
        ("positive", "\u200b".join(RUDE), ValueError, "Choose other words"),
        ("positive", "-".join(RUDE), ValueError, "Choose other words"),
        ("positive", " ".join(RUDE), ValueError, "Choose other words"),
        ("positive", f"{RUDE}s", ValueError, "Choose other words"),
        ("positive", "Gay people are", ValueError, "group of people"),
    ],
)
def test_an_impossible_prompt_is_refused_without_repeating_it(
    mood: str, words: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)) as raised:
        WRITER.prompt(mood, words)
    assert RUDE not in str(raised.value)
