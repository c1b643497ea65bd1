"""Flashcards: which cards there are, what a learner recalled, and when each is due again."""
