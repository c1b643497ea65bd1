"""The rule that no text of the corpus is stored in a notebook: the corpus is never handed on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nbformat import NotebookNode

from lessons_lib.authoring.finding import Complaint
from lessons_lib.authoring.outputs import output_texts
from lessons_lib.text.corpus import demo_texts, load_corpus
from lessons_lib.text.corpus_files import is_cached

RUN = 7  # so many words in a row are no coincidence
_WORD = re.compile(r"[^\W_]+")

Runs = frozenset[tuple[str, ...]]


def corpus_runs(texts: Iterable[str], own: Iterable[str] = ()) -> Runs:
    """Return all runs of words by which texts of the corpus are known, without our `own`."""
    return frozenset(_runs(texts)) - frozenset(_runs(own))


def known_runs() -> Runs:
    """Return the runs of the corpus on this machine, none where it has not been fetched."""
    if not is_cached():
        return frozenset()
    corpus = load_corpus()
    texts = (one.text for one in (*corpus.train, *corpus.validation, *corpus.test))
    return corpus_runs(texts, demo_texts())


def no_corpus_texts(notebook: NotebookNode, runs: Runs) -> Iterator[Complaint]:
    """Yield cells in whose prose, code or outputs a text of the corpus stands."""
    for cell in notebook.cells:
        texts = [cell.source, *_outputs(cell)]
        if shared := next((run for run in _runs(texts) if run in runs), None):
            yield Complaint(
                cell.id,
                "texts of the corpus appear only live",
                f"{' '.join(shared[:3])} …",
                "Show demo sentences, or tag the cell nbval-ignore-output.",
            )


def _outputs(cell: NotebookNode) -> list[str]:
    return [text for output in cell.get("outputs", []) for text in output_texts(output)]


def _runs(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for text in texts:
        words: Sequence[str] = _WORD.findall(text.lower())
        for start in range(len(words) - RUN + 1):
            yield tuple(words[start : start + RUN])
