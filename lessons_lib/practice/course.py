"""What the course plan says of one notebook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objective:
    """Something a learner can do after a notebook; questions name its `slug`."""

    slug: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One notebook: its file is `notebooks/<slug>.ipynb`, its quiz bank `quizzes/<slug>.yaml`."""

    slug: str
    title: str
    minutes: int
    needs: str
    stage: str | None
    objectives: tuple[Objective, ...] = ()

    @property
    def number(self) -> int:
        """The number that the file name starts with."""
        return int(self.slug.split("_", maxsplit=1)[0])

    @property
    def file_name(self) -> str:
        """The notebook's file name, as links from its neighbours need it."""
        return f"{self.slug}.ipynb"


LESSONS = (
    Lesson("00_start_here", "Start here", 3, "nothing", None),
    Lesson(
        "01_concept",
        "The idea in plain words",
        12,
        "nothing",
        None,
        (
            Objective(
                "tell-the-modes-apart",
                "tell batch, real-time and micro-batching apart in plain words",
            ),
            Objective("follow-the-pipeline", "name the six stages from a text to a label"),
            Objective("weigh-the-modes", "say what each mode gives and what it costs"),
        ),
    ),
    Lesson(
        "02_raw_text",
        "Raw text",
        6,
        "nothing",
        "text",
        (
            Objective(
                "describe-an-archive",
                "describe an archive of raw texts by its shape: how many, and how long",
            ),
            Objective("read-a-rating", "turn a human rating into one of the three labels"),
            Objective(
                "keep-splits-apart", "explain why training and held-out texts must not overlap"
            ),
        ),
    ),
    Lesson(
        "03_preprocessing",
        "Preprocessing",
        7,
        "02",
        "preprocessing",
        (
            Objective(
                "apply-preprocessing",
                "preprocess a sentence by hand: lowercase, no punctuation, split",
            ),
            Objective(
                "explain-the-token-limit",
                "say what the limit of twenty tokens costs and what it buys",
            ),
            Objective(
                "encode-tokens",
                "turn tokens into ids, with padding and unknown words in the right place",
            ),
        ),
    ),
    Lesson(
        "04_embeddings",
        "Embeddings",
        8,
        "02–03",
        "embedding",
        (
            Objective(
                "look-up-vectors", "state the shape that a lookup gives for any number of texts"
            ),
            Objective(
                "read-nearest-words",
                "read a list of nearest words and say where its order comes from",
            ),
            Objective(
                "pool-with-a-mask", "average the vectors of a text without counting its padding"
            ),
        ),
    ),
    Lesson(
        "05_training",
        "Training",
        10,
        "02–04",
        "training",
        (
            Objective(
                "read-training-curves", "read a loss curve and an accuracy curve epoch by epoch"
            ),
            Objective("compare-held-out", "tell learning from overfitting by the held-out curve"),
            Objective(
                "explain-the-loss",
                "compute the loss of one prediction, and of a guess among three classes",
            ),
        ),
    ),
    Lesson(
        "06_batch_inference",
        "Batch inference",
        8,
        "02–05",
        "batch",
        (
            Objective(
                "make-a-batch-call", "make a batch call and say what comes back, in which order"
            ),
            Objective("trace-batch-shapes", "follow the shapes of a batch through every stage"),
            Objective("choose-a-batch-size", "count the passes and the memory of a batch size"),
        ),
    ),
    Lesson(
        "07_realtime_inference",
        "Real-time inference",
        7,
        "02–06",
        "realtime",
        (
            Objective(
                "make-a-realtime-call", "make a real-time call, and mend one that passes a list"
            ),
            Objective("trace-one-text", "follow one text through every stage, with its shapes"),
            Objective("choose-a-mode", "choose batch or real-time for a task, with a reason"),
        ),
    ),
    Lesson(
        "08_probabilities_to_labels",
        "From probabilities to labels",
        9,
        "02–07",
        "output",
        (
            Objective("apply-softmax", "turn logits into probabilities that sum to one"),
            Objective("decide-a-label", "decide a label from three probabilities"),
            Objective("doubt-a-prediction", "say what to do when the highest probability is low"),
        ),
    ),
    Lesson(
        "09_micro_batching",
        "Micro-batching",
        10,
        "06–07",
        "realtime",
        (
            Objective(
                "explain-micro-batching",
                "say when a waiting batch is sent off, and what each caller gets back",
            ),
            Objective(
                "predict-batches",
                "foretell the batches from arrivals, maximum batch size and batch wait timeout",
            ),
            Objective("read-the-queue", "tell from arrivals and saturation whether a queue grows"),
        ),
    ),
    Lesson(
        "10_latency_and_throughput",
        "Latency and throughput",
        18,
        "06–09",
        None,
        (
            Objective(
                "read-percentiles", "read p50, p90 and p99, and say why a mean is not enough"
            ),
            Objective("find-the-knee", "find the knee between latency and throughput"),
            Objective(
                "choose-by-figures",
                "choose a mode by figures, and name the scenario it belongs to",
            ),
        ),
    ),
    Lesson(
        "11_practice",
        "Practice",
        15,
        "nothing",
        None,
        (
            Objective(
                "practise-with-help",
                "answer five questions on batch and real-time, with hints and steps at hand",
            ),
        ),
    ),
    Lesson(
        "12_test",
        "Test",
        15,
        "nothing",
        None,
        (
            Objective(
                "judge-yourself", "say whether this subject is strong for you, and what to read"
            ),
        ),
    ),
    Lesson(
        "13_flashcards",
        "Flashcards",
        10,
        "nothing",
        None,
        (
            Objective(
                "recall-terms",
                "recall the terms and facts of this subject without looking them up",
            ),
        ),
    ),
    Lesson(
        "14_code_along",
        "Code-along",
        40,
        "nothing",
        None,
        (
            Objective(
                "write-the-calls", "write batch and real-time calls in code, and mend broken ones"
            ),
            Objective(
                "build-a-stage", "build one stage of the pipeline by hand, with all its edge cases"
            ),
        ),
    ),
)


def lesson(slug: str) -> Lesson:
    """Return the lesson of a slug.

    Raises
    ------
    ValueError
        If no lesson has that slug.
    """
    for one in LESSONS:
        if one.slug == slug:
            return one
    raise ValueError(f"A lesson is one of {', '.join(one.slug for one in LESSONS)}; got {slug!r}.")


@dataclass(frozen=True, slots=True)
class Stage:
    """One box of the pipeline: the shapes that go in and come out, and the notebook about it."""

    slug: str
    title: str
    does: str
    shape_in: str
    shape_out: str
    lesson: str


STAGES = (
    Stage(
        "text",
        "Input text data",
        "raw texts are collected",
        "10000 texts × variable length",
        "10000 texts × variable length",
        "02_raw_text",
    ),
    Stage(
        "preprocessing",
        "Text preprocessing",
        "lowercase, remove punctuation, split words",
        "10000 texts × variable length",
        "10000 texts × 20 tokens (max)",
        "03_preprocessing",
    ),
    Stage(
        "embedding",
        "Feature extraction",
        "tokens become numeric vectors by word embeddings",
        "10000 × 20 tokens",
        "10000 × 20 tokens × 50 features",
        "04_embeddings",
    ),
    Stage(
        "batch",
        "Model inference (batch)",
        "the model runs on all texts at once",
        "10000 × 20 × 50",
        "10000 × 3 classes",
        "06_batch_inference",
    ),
    Stage(
        "realtime",
        "Model inference (real-time)",
        "the model runs on one text immediately",
        "1 × 20 × 50",
        "1 × 3 classes",
        "07_realtime_inference",
    ),
    Stage(
        "output",
        "Output predictions",
        "the most probable class is the label",
        "batch or single × 3 classes",
        "batch or single × 1 label",
        "08_probabilities_to_labels",
    ),
)
