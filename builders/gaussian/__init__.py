"""The Gaussian entries."""
