"""`lessons prepare`: fetch what is fetched, once; for images and for rooms without a network."""

from __future__ import annotations

import argparse
import importlib
import os

from lessons_lib.commands.console import CommandError, progress, say
from lessons_lib.text.corpus import Corpus, load_corpus
from lessons_lib.text.corpus_files import CORPUS_VARIABLE, cache_folder, is_cached

SUMMARY = "fetch what the lessons need from the network (the corpus), and verify it"

# Looking into the cache, fetching, storing, reading.
CORPUS_STEPS = 4
# The model, the fonts.
LOCAL_STEPS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Make ready what needs no network, then fetch and verify the corpus and say where it lies."""
    with progress(LOCAL_STEPS + CORPUS_STEPS) as begin:
        begin("loading the model")
        load_model()
        begin("listing the fonts")
        list_fonts()
        corpus = load_corpus(begin)
    if not is_cached():
        raise CommandError(
            f"The corpus was fetched and verified, but could not be kept in {cache_folder()}: "
            "make room there or make the folder writable, then run `lessons prepare` again."
        )
    say(f"All is ready: {len(corpus):,} rated texts, verified, lie in {corpus_place()}")
    return 0


def fetch_corpus() -> Corpus:
    """Return the corpus, showing progress; fetched once, then read from the cache.

    Raises
    ------
    CorpusMissingError
        If it is neither cached nor to be had.
    """
    with progress(CORPUS_STEPS) as begin:
        return load_corpus(begin)


def load_model() -> None:
    """Load the shipped checkpoint once, so that a damaged one is known before a lesson starts.

    Raises
    ------
    CommandError
        If it cannot be read.
    """
    try:
        from lessons_lib.model.checkpoint import CheckpointError, load_checkpoint
    except ImportError as error:
        raise _incomplete(error) from error
    try:
        load_checkpoint()
    except (CheckpointError, OSError) as error:
        message = f"The model cannot be read: {error} Install the lessons again."
        raise CommandError(message) from error


def list_fonts() -> None:
    """Let matplotlib look for fonts once: its list is kept, and the first figure is quick."""
    try:
        importlib.import_module("matplotlib.font_manager")
    except ImportError as error:
        raise _incomplete(error) from error


def _incomplete(error: ImportError) -> CommandError:
    return CommandError(f"A package is missing or broken ({error}): `lessons check` says which.")


def corpus_place() -> str:
    """Return where the corpus lies, or will lie once it has been fetched."""
    return os.environ.get(CORPUS_VARIABLE) or str(cache_folder())
