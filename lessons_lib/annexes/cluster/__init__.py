"""Many processes and many machines, with Ray (the extra `scale`)."""
