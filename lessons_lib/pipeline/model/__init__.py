"""The sentiment network, its training and its checkpoint."""
