"""`lessons prepare`: fetch what is fetched once, and warm what is slow the first time."""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from lessons_lib.commands.command import Command, CommandError
from lessons_lib.text.corpus_files import CORPUS_VARIABLE, cache_folder, corpus_files, is_cached

OnStep = Callable[[str], None]


def run(args: argparse.Namespace) -> int:
    """Do every piece of preparation, the corpus last: without network the others are done by then."""
    with plain_warnings(), tqdm(total=len(PIECES), unit="step", desc="Preparing") as bar:
        for piece in PIECES:
            piece(lambda step: bar.set_description(_sentence(step)))
            bar.update()
        bar.set_description("Prepared")
    if not is_cached():
        raise CommandError(
            f"The corpus was fetched but could not be kept in {cache_folder()}: see above. "
            "Make room there, or set XDG_CACHE_HOME to a folder that you may write to."
        )
    print(f"The corpus lies in {corpus_place()}.")
    print("Everything is ready, without a network too: lessons lab")
    return 0


def fetch_corpus() -> None:
    """Fetch and verify the corpus with a progress bar.

    Raises
    ------
    CorpusMissingError
        If it cannot be had.
    """
    with plain_warnings(), tqdm(total=1, unit="step", desc="Preparing") as bar:
        corpus_files(lambda step: bar.set_description(_sentence(step)))
        bar.update()
        bar.set_description("Prepared")


def corpus_place() -> str:
    """Return where the corpus is, or will be."""
    return os.environ.get(CORPUS_VARIABLE) or str(cache_folder())


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Tell warnings as sentences for learners, with no file name and line of ours."""

    def tell(message: Warning | str, *place: object, **further: object) -> None:
        tqdm.write(f"lessons: {message}", file=None)

    with warnings.catch_warnings():
        warnings.showwarning = tell
        yield


def _sentence(step: str) -> str:
    return step[:1].upper() + step[1:]


def _load_model(on_step: OnStep) -> None:
    on_step("loading the trained model")
    from lessons_lib.model.checkpoint import CheckpointError, load_checkpoint

    try:
        load_checkpoint()
    except CheckpointError as error:
        raise CommandError(str(error)) from error


def _find_fonts(on_step: OnStep) -> None:
    on_step("looking for fonts, for the figures")
    import matplotlib.font_manager  # noqa: F401  its import writes the cache


def _fetch_corpus(on_step: OnStep) -> None:
    corpus_files(on_step)


PIECES: tuple[Callable[[OnStep], None], ...] = (_load_model, _find_fonts, _fetch_corpus)

COMMAND = Command(
    name="prepare",
    summary="Fetch and verify the corpus, and warm the caches: for images and offline rooms.",
    run=run,
)
