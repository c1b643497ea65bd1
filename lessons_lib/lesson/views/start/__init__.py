"""The start page: one text now and an archive at once, labeled by the same model."""
