"""Tables of two-valued and continuous columns."""

from __future__ import annotations

from symcat.models.base import Model, Options
from symcat.models.mixed.conditional_gaussian import MOST_SPINS, ConditionalGaussian


def mixed(label: str, dimension: int, options: Options) -> Model | None:
    """The class ``label`` of a table in which ``options.spins`` are the two-valued columns, or None."""
    if label != ConditionalGaussian.label or not 0 < len(options.spins) < dimension:
        return None
    return ConditionalGaussian(dimension, options) if len(options.spins) <= MOST_SPINS else None


__all__ = ["MOST_SPINS", "ConditionalGaussian", "mixed"]
