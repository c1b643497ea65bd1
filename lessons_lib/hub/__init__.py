"""For a class on JupyterHub: try one out, deploy it, and see how everyone does."""
