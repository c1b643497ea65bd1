"""The flashcards."""
