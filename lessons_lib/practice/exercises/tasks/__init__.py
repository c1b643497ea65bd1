"""The coding tasks of the course, and advice on slips that can happen in any of them."""
