"""The commands of `lessons`: one module each, with `SUMMARY`, `add_arguments` and `run`."""
