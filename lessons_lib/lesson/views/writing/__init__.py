"""Models that write: a draft of the learner's, and four texts that share two seats."""
