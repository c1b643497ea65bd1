"""The text explorer: one prediction, layer by layer."""
