"""The course plan and the ways to practice."""
