"""The words for running a model: modes, what they cost, and how that is measured."""

from __future__ import annotations

from lessons_lib.practice.glossary_term import Term

CONCEPT, BATCH, REALTIME = "01_concept", "06_batch_inference", "07_realtime_inference"
MICRO, FIGURES = "09_micro_batching", "10_latency_and_throughput"

MODE_TERMS = (
    Term(
        "inference",
        "To run a trained model on new texts.",
        CONCEPT,
    ),
    Term(
        "batch inference",
        "Many texts that are there already go through the model together, and the results come "
        "later.",
        BATCH,
        "BatchPredictor",
        synonym="offline inference",
    ),
    Term(
        "real-time inference",
        "One text goes through the model as soon as it comes, because someone waits for the "
        "answer.",
        REALTIME,
        "RealTimePredictor",
        synonym="online inference",
    ),
    Term(
        "micro-batching",
        "Requests of several people wait a moment, run together, and each gets its own answer.",
        MICRO,
        "MicroBatchPredictor",
        synonym="dynamic batching",
    ),
    Term(
        "latency",
        "The time from the arrival of a text to its answer: the wait, and then the computing.",
        REALTIME,
        "latency_ms",
    ),
    Term(
        "throughput",
        "How many texts are completed in each second.",
        FIGURES,
        "texts_per_s",
    ),
    Term(
        "pass",
        "One run through the model, which has a fixed cost however many texts it carries.",
        CONCEPT,
        also=("pass through the model", "passes through the model"),
        has_other_uses=True,
    ),
    Term(
        "batch size",
        "How many texts share one run through the model.",
        BATCH,
        "batch_size",
    ),
    Term(
        "batch call",
        "A call that takes a list of texts and gives a list of predictions, one for each text, "
        "in the same order.",
        BATCH,
        "BatchPredictor.predict",
    ),
    Term(
        "real-time call",
        "A call that takes one text as a string and gives one prediction, at once.",
        REALTIME,
        "RealTimePredictor.predict",
    ),
    Term(
        "queueing",
        "The part of the latency in which a request only waits for its turn.",
        MICRO,
        "queue_ms",
    ),
    Term(
        "service time",
        "The part of the latency in which the model computes.",
        MICRO,
        "service_ms",
    ),
    Term(
        "maximum batch size",
        "The limit on how many requests may share a run: a batch that reaches it leaves at once.",
        MICRO,
        "max_batch_size",
    ),
    Term(
        "batch wait timeout",
        "The longest time that the oldest request waits for company before its batch leaves.",
        MICRO,
        "batch_wait_timeout_s",
    ),
    Term(
        "saturation",
        "The most requests that can be answered in a second; if more arrive, the queue grows "
        "without end.",
        MICRO,
    ),
    Term(
        "p50",
        "The latency that half of the calls stay below: what is typical.",
        REALTIME,
        "p50_ms",
    ),
    Term(
        "p90",
        "The latency that nine in ten calls stay below.",
        REALTIME,
        "p90_ms",
    ),
    Term(
        "p99",
        "The latency that all but the slowest hundredth of the calls stay below: it tells of the "
        "unlucky ones.",
        REALTIME,
        "p99_ms",
    ),
    Term(
        "sweet spot",
        "The batch size with the most texts per second; it need not be the largest.",
        BATCH,
    ),
    Term(
        "knee",
        "The smallest batch size that gives most of the best throughput: beyond it the latency "
        "grows and little is won.",
        FIGURES,
        "find_knee",
    ),
    Term(
        "utilisation",
        "The share of the time in which the model is busy.",
        FIGURES,
    ),
    Term(
        "closed loop",
        "A load in which each user asks again only when the last answer has come.",
        FIGURES,
        "closed_loop",
    ),
    Term(
        "Poisson arrivals",
        "Requests that come by chance, each independent of the others, as from many users who do "
        "not know of one another.",
        FIGURES,
        "poisson",
    ),
    Term(
        "virtual clock",
        "A clock that a simulation moves on by itself, so that hours pass in a moment.",
        MICRO,
        "simulate",
    ),
    Term(
        "textbook path",
        "The model as it is taught, with every stage one after the other.",
        BATCH,
        "SentimentPipeline",
    ),
    Term(
        "folded path",
        "The same model made fast: the head is multiplied into each word's vector beforehand.",
        BATCH,
        "FoldedPipeline",
    ),
)
