"""The mode chooser and the mode finder."""
