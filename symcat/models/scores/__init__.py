"""Several real columns, each with a class of its own, joined through their normal scores: ``scores(gaussian.full)``."""

from symcat.models.scores.family import ScoresFamily

FAMILY = ScoresFamily()
"""Normal scores as a family."""
