"""Spins on rings and square lattices."""
