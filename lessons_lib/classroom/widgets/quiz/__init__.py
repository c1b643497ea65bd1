"""The cards of quizzes, practice, the test, flashcards and progress; graded and live quizzes."""
