"""A model that writes, token by token: its pieces, its engine, and what its passes cost."""
