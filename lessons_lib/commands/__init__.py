"""The commands of `lessons`: one module each, with `add_arguments` and `run`."""
