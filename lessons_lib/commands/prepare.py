"""`lessons prepare`: download everything once, for images and for rooms without a network."""

from __future__ import annotations

import argparse
import importlib
import os

from lessons_lib.console import CommandError, print_step, print_to_stderr, say
from lessons_lib.extras import ExtraMissingError, missing_extra
from lessons_lib.pipeline.inference.models import load_model
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.model.transformer_files import TransformerMissingError, fetch_transformer
from lessons_lib.pipeline.text.corpus import load_corpus
from lessons_lib.pipeline.text.corpus_files import (
    CORPUS_VARIABLE,
    CorpusMissingError,
    cache_folder,
    is_cached,
)

SUMMARY = "download what the lessons need from the network (the corpus), and verify it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option for the transformer's weights."""
    parser.add_argument(
        "--transformer",
        action="store_true",
        help="also download the transformer (84 MB) for notebook 15 and --model transformer",
    )


def run(options: argparse.Namespace) -> int:
    """Load the model and fonts, then fetch and verify the corpus and print where it is."""
    print_step("loading the model")
    load_pipeline()
    print_step("listing the fonts")
    try:
        importlib.import_module("matplotlib.font_manager")  # caches its list: fast first plot
    except ImportError as error:
        message = f"matplotlib cannot be loaded ({error}): `lessons check` reports why."
        raise CommandError(message) from error
    corpus = load_corpus(print_step)
    if not is_cached():
        raise CommandError(
            f"The corpus was downloaded and verified, but could not be saved in {cache_folder()}: "
            "free some space there or make the folder writable, then run `lessons prepare` again."
        )
    say(f"{len(corpus):,} verified texts are in {corpus_location()}")
    problem = _prepare_transformer() if options.transformer else ""
    say(problem or "Everything is ready.")
    return 0


def _prepare_transformer() -> str:
    """Fetch and verify the weights; return which extra is missing, or ""."""
    try:
        folder = fetch_transformer(print_step)
    except TransformerMissingError as error:
        raise CommandError(str(error)) from error
    say(f"The transformer is in {folder}")
    return missing_extra("The transformer", "transformer")


def fetch_corpus(otherwise: str) -> None:
    """Fetch the corpus if it is not cached; if that fails, print the reason and `otherwise`."""
    if is_cached():
        return
    try:
        load_corpus(print_step)
    except CorpusMissingError as error:
        print_to_stderr(f"{error}\n{otherwise}")


def load_pipeline(model: str = "small") -> Pipeline:
    """Return the model with this name, or raise an error that says what to do.

    Raises
    ------
    CommandError
        If it cannot be read, or is the transformer and not on this machine.
    """
    try:
        return load_model(model)
    except (TransformerMissingError, ExtraMissingError) as error:
        raise CommandError(str(error)) from error
    except (ImportError, OSError, ValueError) as error:
        message = f"The model cannot be read: {error} `lessons check` reports what is missing."
        raise CommandError(message) from error


def corpus_location() -> str:
    """Return where the corpus is, or will be once it has been fetched."""
    return os.environ.get(CORPUS_VARIABLE) or str(cache_folder())
