"""`lessons prepare`: download everything once, for images and for rooms without a network."""

import argparse
import importlib
import os

from lessons_lib.console import CommandError, print_step, print_to_stderr, say
from lessons_lib.extras import missing_extra
from lessons_lib.pipeline.inference.prediction import Pipeline, load_model
from lessons_lib.pipeline.model.transformer_files import fetch_transformer
from lessons_lib.pipeline.text import corpus_files
from lessons_lib.pipeline.text.corpus import load_corpus

WITHOUT_CORPUS = (
    "Continuing without the corpus: the model cannot be trained, and all other notebooks use our "
    "demo sentences instead."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option for the transformer's weights."""
    about = "also download the transformer (84 MB) that --model transformer and a notebook need"
    parser.add_argument("--transformer", action="store_true", help=about)


def run(options: argparse.Namespace) -> int:
    """Load the model and fonts, then fetch and verify the corpus and print where it is."""
    print_step("loading the model")
    load_pipeline()
    print_step("listing the fonts")
    importlib.import_module("matplotlib.font_manager")  # caches its list: fast first plot
    corpus = load_corpus(print_step)
    if not corpus_files.is_cached():
        raise CommandError(
            "The corpus was downloaded and verified, but could not be saved in "
            f"{corpus_files.cache_folder()}: free some space there or make the folder writable, "
            "then run `lessons prepare` again."
        )
    say(f"{len(corpus):,} verified texts are in {corpus_location()}")
    problem = ""
    if options.transformer:
        say(f"The transformer is in {fetch_transformer(print_step)}")
        problem = missing_extra("The transformer", "transformer")
        if not missing_extra("The other engine", "runtime"):
            from lessons_lib.pipeline.inference.transformer import export_transformer  # loads torch

            export_transformer(print_step)
    say(problem or "Everything is ready.")
    return 0


def fetch_corpus() -> None:
    """Fetch the corpus if it is not cached; if that fails, print why, and what it is for."""
    if corpus_files.is_cached():
        return
    try:
        load_corpus(print_step)
    except corpus_files.CorpusMissingError as error:
        print_to_stderr(f"{error}\n{WITHOUT_CORPUS}")


def load_pipeline(model: str = "small") -> Pipeline:
    """Return the model with this name, or raise an error that says what to do.

    Raises
    ------
    CommandError
        If it is damaged.
    ExtraMissingError, TransformerMissingError
        If it is the transformer and not on this machine.
    """
    try:
        return load_model(model)
    except ValueError as error:
        message = f"The model cannot be read: {error} `lessons check` reports what is missing."
        raise CommandError(message) from error


def corpus_location() -> str:
    """Return where the corpus is, or will be once it has been fetched."""
    return os.environ.get(corpus_files.CORPUS_VARIABLE) or str(corpus_files.cache_folder())
