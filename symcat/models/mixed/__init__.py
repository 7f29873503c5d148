"""Tables of two-valued and real columns: independent blocks, or Gaussian columns given the two-valued ones."""

from __future__ import annotations

from symcat.models.family import Family
from symcat.models.mixed.family import Mixed

FAMILY: Family = Mixed()

__all__ = ["FAMILY"]
