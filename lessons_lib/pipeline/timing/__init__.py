"""Measure and simulate how long calls take; works with any callable, not just our models."""
