"""Batch and real-time inference in NLP: a pipeline, widgets and quizzes for the lessons."""

__version__ = "0.1.0"
