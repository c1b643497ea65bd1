"""One text without numpy: the same labels, and the same numbers as they are shown."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.lesson.views.trace import layers_of
from lessons_lib.pipeline.inference.folded import FoldedPipeline, light_files
from lessons_lib.pipeline.inference.realtime import VECTORS, LightPipeline
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus_or_demo

FOLDED = FoldedPipeline.load()
TEXTBOOK = SentimentPipeline.load()
NASTY = ["", "?!", "blorptastic quuxly", "good " * 21, "😀 é \ud800 \0", "<pad> <unk>", "x" * 500]


def write(folder: Path) -> None:
    for name, content in light_files(load_checkpoint()).items():
        (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("light")
    write(folder)
    return folder


@pytest.fixture(scope="module")
def light(folder: Path) -> LightPipeline:
    return LightPipeline.load(folder)


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list | tuple):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, int | float):
        yield value


def words_in(layers: dict[str, object]) -> dict[str, object]:
    return {key: layers[key] for key in ("tokens", "unknown", "dropped", "ids", "label", "classes")}


def assert_alike(light: LightPipeline, text: str) -> None:
    found, expected = (layers_of(text, one.trace(text)) for one in (light, TEXTBOOK))
    assert words_in(found) == words_in(expected)
    pairs = zip(numbers_in(found), numbers_in(expected), strict=True)
    assert max(abs(a - b) for a, b in pairs) < 0.0011
    assert light.trace(text).prediction.label == TEXTBOOK.trace(text).prediction.label


def test_a_trace_has_the_labels_and_the_numbers_of_the_textbook_path(light: LightPipeline) -> None:
    for text in [*NASTY, *demo_texts(), *load_corpus_or_demo().archive(400, seed=28)]:
        assert_alike(light, text)


@given(st.text(max_size=300))
@example("good bad " * 12)
def test_any_text_has_the_same_trace(light: LightPipeline, text: str) -> None:
    assert_alike(light, text)


def test_one_text_has_the_probabilities_and_ids_of_the_folded_path(light: LightPipeline) -> None:
    for text in [*NASTY, *demo_texts()]:
        assert light.probabilities_of(text) == FOLDED.probabilities_of(text)
        assert light.ids_of(text) == FOLDED.ids_of(text)
        traced = light.trace(text)
        assert traced.ids.tolist()[: len(traced.tokens)] == light.ids_of(text)
        assert math.isclose(traced.probabilities[0], light.probabilities_of(text)[0], abs_tol=1e-5)


def test_vectors_are_read_only_for_a_trace_and_are_small(
    folder: Path, light: LightPipeline
) -> None:
    assert (folder / VECTORS).stat().st_size <= 3_300_000
    moved = (folder / VECTORS).rename(folder / "elsewhere")
    without = LightPipeline.load(folder)
    assert without.probabilities_of("good") == light.probabilities_of("good")
    with pytest.raises(FileNotFoundError):
        without.trace("good")
    moved.rename(folder / VECTORS)
    assert without.trace("good").prediction.label == "positive"


def test_equal_checkpoints_give_equal_files(folder: Path, tmp_path: Path) -> None:
    write(tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert repr(LightPipeline.load(tmp_path)).endswith("words -> 3 classes)")
