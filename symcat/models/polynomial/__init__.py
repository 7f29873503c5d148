"""Polynomial free energies of degree four and six, whose couplings follow from no table."""

from symcat.models.polynomial.family import FAMILY

__all__ = ["FAMILY"]
