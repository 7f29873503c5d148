"""The entries of stationary series."""
