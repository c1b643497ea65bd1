"""Questions, grading and progress."""
