"""The text pair: two texts side by side, and the effect of each changed word."""
