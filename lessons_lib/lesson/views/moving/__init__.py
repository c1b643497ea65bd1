"""Small moving pictures of widgets, which a stored notebook shows before a kernel exists."""
