"""Laws of one column on a stated interval: the beta law of proportions, von Mises' law of angles."""

from symcat.models.bounded.family import IntervalLaws

FAMILY = IntervalLaws()
"""The laws on an interval as a family."""
