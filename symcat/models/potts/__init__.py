"""Potts: columns of several levels each, independent, all alike, along a tree or with every pair coupled."""

from symcat.models.potts.family import PottsFamily

FAMILY = PottsFamily()
