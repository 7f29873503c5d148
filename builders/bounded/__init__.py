"""The entries of the laws on a stated interval."""
