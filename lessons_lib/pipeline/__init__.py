"""From a text to its label, one by one or in batches, and what that costs; useful alone."""
