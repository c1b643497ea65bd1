"""`lessons prepare`: fetch what is fetched, once; for images and for rooms without a network."""

from __future__ import annotations

import argparse
import os

from lessons_lib.commands.console import progress, say
from lessons_lib.commands.error import CommandError
from lessons_lib.text.corpus import Corpus, load_corpus
from lessons_lib.text.corpus_files import CORPUS_VARIABLE, cache_folder, is_cached

SUMMARY = "fetch what the lessons need from the network (the corpus), and verify it"

# Looking into the cache, fetching, storing, reading.
STEPS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Fetch and verify the corpus, and say where it lies."""
    corpus = fetch_corpus()
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
    with progress(STEPS) as begin:
        return load_corpus(begin)


def corpus_place() -> str:
    """Return where the corpus lies, or will lie once it has been fetched."""
    return os.environ.get(CORPUS_VARIABLE) or str(cache_folder())
