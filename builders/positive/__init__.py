"""The entries of the laws of positive numbers."""
