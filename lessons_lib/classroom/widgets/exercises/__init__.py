"""The cards of the coding exercises, and what learners call in cells."""
