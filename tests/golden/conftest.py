"""The notebooks here are of the first edition: they no longer run, and must not."""

collect_ignore_glob = ["notebooks/*.ipynb"]
