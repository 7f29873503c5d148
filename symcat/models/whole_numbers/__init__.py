"""Laws of one column of whole numbers, counts of zero or more: probabilities of single values, and no density."""

from symcat.models.whole_numbers.family import WholeNumberLaws

FAMILY = WholeNumberLaws()
"""The laws of whole numbers as a family."""
