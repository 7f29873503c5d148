"""A category that is not seen: given its value the columns are Gaussian, with a mean and a covariance of its own."""

from symcat.models.hidden.family import HiddenCategories

FAMILY = HiddenCategories()
"""Laws with a hidden category as a family."""
