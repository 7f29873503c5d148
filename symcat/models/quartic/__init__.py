"""The radial quartic family: Z2 in one column, O(N) in N columns."""

from symcat.models.quartic.family import RadialQuartics

FAMILY = RadialQuartics()
