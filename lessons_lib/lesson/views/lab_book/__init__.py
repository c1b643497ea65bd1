"""The lab book: guess first, then measure, and keep both."""
