"""What a learner did: an append-only log of events."""
