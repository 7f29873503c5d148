"""Laws of one column of positive numbers: the exponential and the gamma law."""

from symcat.models.positive.family import PositiveLaws

FAMILY = PositiveLaws()
"""The laws of positive numbers as a family."""
