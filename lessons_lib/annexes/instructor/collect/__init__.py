"""Read the learners' records from their homes, regrade them, and write two tables."""
