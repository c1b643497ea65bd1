"""What quizzes, tests, practice, flashcards and guesses do: pages as plain data, no widgets."""
