"""Measure the stored figures, with the functions that notebooks 15 to 17 and the start page call.

Run `python -m tests.benchmarks.stored_figures` with the extras `transformer` and `scale` on an idle
machine; names measure only some of the figures, and `--write` stores them in
`lessons_lib/assets/measured.json`. It takes about five minutes.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from functools import cache, partial

import msgspec

from lessons_lib.annexes.cluster import experiments
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.files import shipped_asset, write_whole
from lessons_lib.lesson.explorations.writing import PASSES, time_passes
from lessons_lib.lesson.notebooks import heavy as large
from lessons_lib.lesson.views.start import ARCHIVE_IN_PASSES, StartAction, show_start
from lessons_lib.pipeline.inference.transformer import TransformerPipeline, load_engines
from lessons_lib.pipeline.text.corpus import load_corpus
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
    page = show_start(log=InMemoryLog())
    runs = []
    for _ in range(9):
        page.submit(StartAction("batch"))
        runs.append(page.batch["ends_ms"])
    return {"ends_ms": sorted(runs, key=max)[len(runs) // 2]}


# Each name in the file, and the function that measures it; all are called as in the notebooks.
FIGURES: dict[str, Callable[[], Measured]] = {
    "batch-sizes": partial(_large, large.time_batch_sizes),
    "equal-texts": partial(_large, large.time_equal_texts),
    "word-pieces": partial(_large, large.word_pieces),
    "long-pieces": partial(_large, large.word_pieces, large.with_long_text),
    "long-text": partial(_large, large.time_long_text),
    "sorting": partial(_large, large.time_sorting),
    "engines": lambda: large.time_engines(load_engines(TransformerPipeline.load()), _texts()),
    "one-text": partial(_large, large.time_one_text, lambda texts: texts[:32]),
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
