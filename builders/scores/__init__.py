"""The entries of normal scores."""
