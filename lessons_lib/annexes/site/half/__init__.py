"""The half of the classroom that runs in a browser: its Python, without files and threads."""
