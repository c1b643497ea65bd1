"""The text pair: two texts side by side, and what the change moved."""
