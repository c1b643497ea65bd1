"""The settings of the trial hub."""
