"""What runs in the Jupyter server and its pages; `jupyter/` holds the settings that enable it."""
