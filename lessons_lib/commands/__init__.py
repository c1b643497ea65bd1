"""What the `lessons` command can do: one module a command, each with `SUMMARY` and `run`."""
