"""The card for coding exercises."""
