"""`lessons prepare`: download everything once, for images and for rooms without a network."""

from __future__ import annotations

import argparse
import importlib
import os

from lessons_lib.commands.console import CommandError, progress, say
from lessons_lib.text.corpus import Corpus, load_corpus
from lessons_lib.text.corpus_files import CORPUS_VARIABLE, cache_folder, is_cached

SUMMARY = "download what the lessons need from the network (the corpus), and verify it"

CORPUS_STEPS = 4  # check the cache, fetch, store, read
LOCAL_STEPS = 2  # the model, the fonts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no options."""


def run(options: argparse.Namespace) -> int:
    """Load the model and fonts, then fetch and verify the corpus and print where it is."""
    with progress(LOCAL_STEPS + CORPUS_STEPS) as begin:
        begin("loading the model")
        load_model()
        begin("listing the fonts")
        list_fonts()
        corpus = load_corpus(begin)
    if not is_cached():
        raise CommandError(
            f"The corpus was fetched and verified, but could not be saved in {cache_folder()}: "
            "free some space there or make the folder writable, then run `lessons prepare` again."
        )
    say(f"Everything is ready: {len(corpus):,} rated texts, verified, are in {corpus_location()}")
    return 0


def fetch_corpus() -> Corpus:
    """Return the corpus with a progress bar; fetched once, then read from the cache.

    Raises
    ------
    CorpusMissingError
        If it is not cached and cannot be fetched.
    """
    with progress(CORPUS_STEPS) as begin:
        return load_corpus(begin)


def load_model() -> None:
    """Load the shipped checkpoint, so that damage is reported before a lesson starts.

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
    """Build matplotlib's font list, which it caches, so that the first plot is fast."""
    try:
        importlib.import_module("matplotlib.font_manager")
    except ImportError as error:
        raise _incomplete(error) from error


def _incomplete(error: ImportError) -> CommandError:
    return CommandError(f"A package is missing or broken ({error}): `lessons check` says which.")


def corpus_location() -> str:
    """Return where the corpus is, or will be once it has been fetched."""
    return os.environ.get(CORPUS_VARIABLE) or str(cache_folder())
