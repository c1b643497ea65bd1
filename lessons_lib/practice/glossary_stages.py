"""The words for what becomes of a text, from raw text to label, in the order of the stages."""

from __future__ import annotations

from lessons_lib.practice.glossary_term import Term

CONCEPT, RAW = "01_concept", "02_raw_text"
PREPROCESSING, EMBEDDING = "03_preprocessing", "04_embeddings"
TRAINING, OUTPUT = "05_training", "08_probabilities_to_labels"

STAGE_TERMS = (
    Term(
        "raw text",
        "What someone typed, with its capitals, commas and emoji.",
        RAW,
    ),
    Term(
        "archive",
        "A fixed number of texts that are there already, each as long as it likes to be.",
        RAW,
        "Corpus.archive",
    ),
    Term(
        "label",
        "The model's answer to a text, or what people said of it: negative, neutral or positive.",
        CONCEPT,
        "Label",
        has_other_uses=True,
    ),
    Term(
        "split",
        "A part of the texts that shares none with the others: one to learn from, two to test "
        "with.",
        RAW,
        has_other_uses=True,
    ),
    Term(
        "held out",
        "Kept away from training, so that the model can be tested on texts it has never seen.",
        RAW,
        also=("held-out",),
    ),
    Term(
        "seed",
        "A number that fixes what chance does, so that the same texts are drawn again.",
        RAW,
        "seed",
    ),
    Term(
        "preprocessing",
        "The stage that makes letters lowercase, deletes punctuation and splits at white space.",
        PREPROCESSING,
        "preprocess",
    ),
    Term(
        "token",
        "One of the pieces that a text is split into: here, a word in lowercase without "
        "punctuation.",
        PREPROCESSING,
    ),
    Term(
        "vocabulary",
        "The words that the model knows, each with a number of its own.",
        PREPROCESSING,
        "Vocabulary",
    ),
    Term(
        "id",
        "The number of a word: its place in the vocabulary.",
        PREPROCESSING,
        "encode",
    ),
    Term(
        "unknown",
        "What every word becomes that the vocabulary does not hold: the number 1.",
        PREPROCESSING,
        "UNK",
        ("unknown word",),
        has_other_uses=True,
    ),
    Term(
        "padding",
        "The number 0, put in until a short text has as many places as the longest may have.",
        PREPROCESSING,
        "PAD",
    ),
    Term(
        "embedding table",
        "A table with one row of numbers for each word: its vector.",
        EMBEDDING,
        "EmbeddingTable",
        ("embedding",),
    ),
    Term(
        "vector",
        "The row of 50 numbers that stands for a word.",
        EMBEDDING,
    ),
    Term(
        "lookup",
        "To take the row of each word from the table; nothing is computed.",
        EMBEDDING,
        "lookup",
    ),
    Term(
        "cosine",
        "How nearly two vectors point the same way: 1 is the same direction, 0 has nothing in "
        "common, −1 is the opposite.",
        EMBEDDING,
        "nearest",
    ),
    Term(
        "mask",
        "What marks the real tokens of a row, so that padding does not count in the mean.",
        EMBEDDING,
    ),
    Term(
        "network",
        "The part of the model that is trained: from vectors to their masked mean, and from there "
        "to one score a class.",
        TRAINING,
        "SentimentNet",
        has_other_uses=True,
    ),
    Term(
        "head",
        "The last part of the network, which turns the mean vector of a text into one score for "
        "each class.",
        TRAINING,
        also=("the head",),
        has_other_uses=True,
    ),
    Term(
        "loss",
        "How bad a prediction is: minus the logarithm of the probability of the true label.",
        TRAINING,
    ),
    Term(
        "epoch",
        "One time through all texts that the model learns from.",
        TRAINING,
        "epochs",
    ),
    Term(
        "accuracy",
        "The share of texts that get the right label.",
        TRAINING,
    ),
    Term(
        "overfitting",
        "The model learns its texts by heart: the training loss still falls, the held-out loss "
        "rises.",
        TRAINING,
    ),
    Term(
        "reference trace",
        "A training curve that is given with the course, to hold beside the one that is measured.",
        TRAINING,
        "REFERENCE_TRACE",
    ),
    Term(
        "trace",
        "All the values on the way of one text through the five layers.",
        OUTPUT,
        "PredictionTrace",
        has_other_uses=True,
    ),
    Term(
        "logit",
        "A score of the model for one class, as it stands before softmax: any number, also below "
        "zero.",
        OUTPUT,
    ),
    Term(
        "softmax",
        "What turns scores into shares that sum to one: raise e to each, then divide by the sum.",
        OUTPUT,
    ),
    Term(
        "probability",
        "How likely the model takes a class to be: between 0 and 1, and all classes sum to 1.",
        OUTPUT,
        "probabilities",
    ),
    Term(
        "argmax",
        "To find the place of the highest number, which decides the label.",
        OUTPUT,
        "decide",
    ),
    Term(
        "bias",
        "The number from which each score starts before any word adds to it.",
        OUTPUT,
    ),
    Term(
        "hold back",
        "To give no label where the highest probability is below a threshold, and to hand the "
        "text to a person.",
        OUTPUT,
    ),
)
