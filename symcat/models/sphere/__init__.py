"""Directions: rows that are unit vectors."""

from symcat.models.sphere.family import Directions

FAMILY = Directions()
"""The laws on the unit sphere as a family."""
