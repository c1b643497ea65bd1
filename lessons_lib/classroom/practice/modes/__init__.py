"""The learning modes: their table, a learner's progress, and the mode finder's answers."""
