"""Turn ids into vectors: the table of 50-dimensional word embeddings."""
