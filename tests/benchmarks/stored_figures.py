"""Measure the stored figures, with the functions that notebooks 15 to 17 and the start page call.

Run `python -m tests.benchmarks.stored_figures` with the extras `runtime` and `scale` on an idle
machine; names measure only some of the figures, and `--write` stores them in
`lessons_lib/assets/measured.json`. It takes about ten minutes.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from functools import cache, partial

import msgspec
import numpy as np
import torch
from torch.nn.functional import one_hot

from lessons_lib.annexes.cluster import experiments
from lessons_lib.files import shipped_asset, write_whole
from lessons_lib.lesson.explorations.writing import PASSES, time_passes
from lessons_lib.lesson.notebooks import heavy as large
from lessons_lib.lesson.views.start import ARCHIVE_IN_PASSES, StartAction, show_start
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.transformer import (
    INT8,
    TORCH,
    TransformerPipeline,
    load_engines,
)
from lessons_lib.pipeline.model.evaluation import evaluation_of
from lessons_lib.pipeline.text.corpus import load_corpus
from lessons_lib.pipeline.timing.latency import time_in_turn
from lessons_lib.pipeline.timing.machine import machine_line
from lessons_lib.pipeline.timing.stored import (
    STORED_FIGURES,
    Measured,
    StoredFigures,
    measured_or_stored,
    stored_figures,
)
from lessons_lib.pipeline.writing.writer import load_writer

LIMIT_S = 300.0  # more patient than a notebook
Experiment = Callable[[TransformerPipeline | None, Sequence[str]], Measured]


@cache
def _texts() -> list[str]:
    return load_corpus().archive(128)


def _large(experiment: Experiment, adapt: Callable[[list[str]], list[str]] = list) -> Measured:
    """Return the figures of an experiment of notebook 15."""
    return experiment(TransformerPipeline.load(), adapt(_texts()))


def _passes() -> dict[str, list[float]]:
    """Return when the passes of the start page ended, in the median of nine runs."""
    page = show_start()
    runs = []
    for _ in range(9):
        page.submit(StartAction("batch"))
        runs.append(page.content()["batch"]["ends_ms"])
    return {"ends_ms": sorted(runs, key=max)[len(runs) // 2]}


@cache
def _in_one_run() -> dict[str, dict[str, list[float]]]:
    """Return the figures that notebook 15 compares with each other, round by round."""
    engines, texts = _engines(), _texts()
    jobs = {
        "batch-sizes": large.jobs_of_sizes(engines[TORCH], texts),
        "one-text": large.jobs_of_models(engines[TORCH], texts),
        "engines": large.jobs_of_engines(engines, texts),
    }
    seconds = time_in_turn(
        {(name, way): job for name, several in jobs.items() for way, job in several.items()},
        rounds=9,
        least_s=large.LEAST_S,
    )
    found = {name: {way: seconds[name, way] for way in several} for name, several in jobs.items()}
    for name in ("one-text", "engines"):
        found[name] = large.per_text(found[name], len(texts))
    found["engines"] |= large.changed_labels(engines, texts)
    return found


def _on_test_texts() -> dict[str, list[float]]:
    """Return each engine's macro-F1 and accuracy, and how many labels int8 makes right or wrong."""
    rated = load_corpus().test
    right = np.array([one.label.number for one in rated])
    labels = {
        name: BatchPredictor(one, sort_by_length=True).labels([each.text for each in rated])
        for name, one in _engines().items()
    }
    scores = {
        name: evaluation_of(one_hot(torch.tensor(own)).float(), torch.tensor(right))
        for name, own in labels.items()
    }
    found = {name: [one.macro_f1, one.accuracy] for name, one in scores.items()}
    hits = {name: labels[name] == right for name in (TORCH, INT8)}
    corrected, spoiled = (
        int((hits[a] & ~hits[b]).sum()) for a, b in ((INT8, TORCH), (TORCH, INT8))
    )
    changed = int((labels[INT8] != labels[TORCH]).sum())
    return found | {"changed": [changed, len(rated)], "corrected, spoiled": [corrected, spoiled]}


@cache
def _engines() -> dict[str, TransformerPipeline]:
    engines = load_engines(TransformerPipeline.load())
    assert engines is not None
    return engines


def _together(name: str) -> Measured:
    return measured_or_stored(name, lambda: _in_one_run()[name])


# Each name in the file, and the function that measures it; all are called as in the notebooks.
FIGURES: dict[str, Callable[[], Measured]] = {
    **{name: partial(_together, name) for name in ("batch-sizes", "one-text", "engines")},
    "engines-on-test": partial(measured_or_stored, "engines-on-test", _on_test_texts),
    "equal-texts": partial(_large, large.time_equal_texts),
    "word-pieces": partial(_large, large.word_pieces),
    "long-pieces": partial(_large, large.word_pieces, large.with_long_text),
    "long-text": partial(_large, large.time_long_text),
    "sorting": partial(_large, large.time_sorting),
    ARCHIVE_IN_PASSES: partial(measured_or_stored, ARCHIVE_IN_PASSES, _passes),
    PASSES: lambda: measured_or_stored(PASSES, partial(time_passes, load_writer())),
    **{name: partial(experiments.measured, name, LIMIT_S) for name in experiments.EXPERIMENTS},
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and store if requested."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"some of {', '.join(FIGURES)}")
    parser.add_argument("--write", action="store_true", help="store the figures")
    options = parser.parse_args(arguments)
    stored = stored_figures()
    for name in options.names or FIGURES:
        measured = FIGURES[name]()
        assert measured.is_live, measured.note
        print(name, json.dumps(measured.values), flush=True)
        stored.figures[name] = measured.values
        if options.write:
            _write(stored)


def _write(stored: StoredFigures) -> None:
    once = machine_line().replace("Measured here", "Measured once")
    content = msgspec.to_builtins(msgspec.structs.replace(stored, measured=once))
    write_whole(str(shipped_asset(STORED_FIGURES)), json.dumps(content))


if __name__ == "__main__":
    main()
