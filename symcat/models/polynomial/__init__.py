"""Polynomial free energies of degree four and six, without a table."""
