"""The quiz card, practice, the test, and progress."""
