"""Coding exercises: the tasks, and the engine that checks code by what it does."""
