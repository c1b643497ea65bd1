"""The engine of any lesson: questions, guesses, progress, and the classes that use them."""
