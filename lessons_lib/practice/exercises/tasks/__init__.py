"""The coding tasks of the course."""
