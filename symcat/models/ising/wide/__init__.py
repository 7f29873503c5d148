"""Pairwise couplings of more columns than can be enumerated."""
