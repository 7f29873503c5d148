"""Potts: columns of several levels each, independent, all alike, along a tree or with every pair coupled."""
