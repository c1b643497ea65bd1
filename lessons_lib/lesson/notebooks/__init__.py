"""What a notebook uses beside the facade: one module for each, called by its name."""
