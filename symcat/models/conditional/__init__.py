"""Models of one column given the others: least squares, and logistic regression of a two-valued one.

Nothing here knows the joint classes that imply them: these derive theirs from ``Linear`` and ``ImpliedLogistic``.
"""

from __future__ import annotations

from symcat.models.conditional.family import Conditional

FAMILY = Conditional()
