"""The interactive parts of the lessons: each widget has one job, with callables as arguments."""
