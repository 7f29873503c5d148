"""The Gaussian family: precision matrices with the symmetry of a group."""

from symcat.models.gaussian.family import Gaussians

FAMILY = Gaussians()
