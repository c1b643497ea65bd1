"""Flashcards: the deck, the learner's ratings, and when each card is due again."""
