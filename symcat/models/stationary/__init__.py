"""Series in order of time: maximum-entropy processes given what happens within some steps."""

from symcat.models.stationary.family import Series

FAMILY = Series()
"""Stationary series as a family."""
