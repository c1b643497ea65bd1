"""Measure and simulate how long calls take; works with any callable, not just our models."""

FEWEST_CALLS = 200  # behind a p99: with fewer, it is little more than the slowest call
KNEE_SHARE = 0.8  # the knee of a curve of throughput: this share of the limit for large batches
