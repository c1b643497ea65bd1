"""Batch and real-time inference in NLP: the pipeline, the widgets and the quizzes of the lessons."""

__version__ = "0.1.0"
