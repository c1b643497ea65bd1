"""The race: the same texts in two modes, side by side."""
