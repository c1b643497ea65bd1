"""Ids become vectors: the table of 50-d word embeddings."""
