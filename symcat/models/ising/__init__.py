"""The Ising family: classes of two-valued columns."""

from __future__ import annotations

from symcat.models.ising.family import IsingFamily

FAMILY = IsingFamily()
