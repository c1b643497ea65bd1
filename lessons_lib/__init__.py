"""Batch and real-time inference in NLP: a pipeline, widgets and quizzes for the lessons.

The names that a learner meets are listed in ``__init__.pyi``, and imported when first used.
"""

import lazy_loader

__version__ = "0.4.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
