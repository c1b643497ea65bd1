"""These notebooks are of an earlier edition: they no longer run, and must not."""

collect_ignore_glob = ["notebooks/*.ipynb"]
