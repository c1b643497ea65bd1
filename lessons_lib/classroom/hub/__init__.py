"""Teach a class on JupyterHub: try it out, deploy it, and follow the learners' progress."""
