"""Models of one column given the others: least squares, and logistic regression of a two-valued one.

Nothing here knows the joint classes that imply them: these derive theirs from ``Linear`` and ``ImpliedLogistic``.
"""

from __future__ import annotations

from symcat.models.base import Family
from symcat.models.conditional.candidates import conditional_models
from symcat.models.conditional.family import Conditional

FAMILY: Family = Conditional()

__all__ = ["FAMILY", "conditional_models"]
