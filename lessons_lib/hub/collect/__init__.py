"""Read the learners' records from their homes, grade them again, and write two tables."""
