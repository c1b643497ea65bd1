"""Views of the pipeline at work; each folder has a view's Python, JavaScript and CSS."""
