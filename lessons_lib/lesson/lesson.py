"""What this lesson declares to the classroom; `course.yaml` names this module."""

from collections.abc import Iterable, Sequence

from lessons_lib.classroom.lesson import CountedCalls, Lesson, Numbers
from lessons_lib.lesson.formulas import OWN_FIGURES
from lessons_lib.lesson.fresh_cases import FRESH_CASES

# The functions that make explorations and views, by module; `show` calls comment_box comment-box.
_MADE_IN = {
    "explorations.batches": "comment_box padding passes",
    "explorations.bill": "bill half_price",
    "explorations.decisions": "decisions",
    "explorations.drift": "drift",
    "explorations.failures": "fool_the_model",
    "explorations.lab_book": "lab_book",
    "explorations.load": "overload queue tail utilization",
    "explorations.machines": "autoscaler machines routing",
    "explorations.mode_tree": "mode_tree",
    "explorations.own_texts": "first_label text_pair two_models",
    "explorations.stages": "borders labeling preprocessing",
    "explorations.words": "mean neighbors odd_one_out",
    "explorations.writing": "seats streams writer",
    "views.race.view": "race",
    "views.stages.map": "stages",
    "views.start.page": "start",
    "views.trace.explorer": "explorer",
    "views.training.view": "training",
}
VIEWS = {
    name.replace("_", "-"): f"lessons_lib.lesson.{module}.show_{name}"
    for module, names in _MADE_IN.items()
    for name in names.split()
}


def numbers() -> Numbers:
    """Return the numbers in prose; the module with them loads torch."""
    from lessons_lib.lesson.numbers import PROSE_NUMBERS

    return PROSE_NUMBERS


def texts_of_others() -> tuple[Iterable[str], Iterable[str]]:
    """Return the corpus's texts and our own; nothing if the corpus is not on this machine."""
    from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus
    from lessons_lib.pipeline.text.corpus_files import is_cached

    if not is_cached():
        return (), ()
    corpus = load_corpus()
    return (one.text for one in (*corpus.train, *corpus.validation, *corpus.test)), demo_texts()


def passes_in_words(sizes: Sequence[int]) -> str:
    """Return the passes and their texts: ``20 passes of 512, 512, … texts through the model``."""
    few = ", ".join(f"{size:,}" for size in sizes[:4]) + ", …" * bool(sizes[4:])
    count = f"{len(sizes):,} passes" if sizes[1:] else "one pass" if sizes else "no pass"
    texts = f" of {few} text{'s' * (sizes != (1,))}" if sizes else ""
    return f"{count}{texts} through the model"


PREDICTION = "lessons_lib.pipeline.inference.prediction.Prediction"

LESSON = Lesson(
    formulas=OWN_FIGURES,
    fresh_cases=FRESH_CASES,
    counted=CountedCalls("PASSES", passes_in_words),
    in_short={PREDICTION: lambda prediction: f"Prediction({prediction.label})"},
    views=VIEWS,
    numbers=numbers,
    kept_out=texts_of_others,
)
