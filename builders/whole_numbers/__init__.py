"""The entries of the laws of whole numbers."""
