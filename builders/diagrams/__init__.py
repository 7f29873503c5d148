"""Feynman diagrams of cubic and quartic couplings: generated, counted, and summed to the series of ``corrections``."""
