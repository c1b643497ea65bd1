"""A learner's copy of the course: where it is, how it is updated, and what is new in it."""
