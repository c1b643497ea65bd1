"""How long a call takes: measured with callables passed in, knowing no model."""
