"""Explorations and guesses: controls, a computation, and what it shows."""
