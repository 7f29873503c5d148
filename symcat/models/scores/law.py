"""What an answer in scores says of its columns: those of the margins, and how their ranks go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law


def spearman(matrix: Floats) -> Floats:
    """(d, d) correlations of ranks under normal scores with these correlations (Pearson 1907)."""
    return np.asarray(6.0 / np.pi * np.arcsin(0.5 * matrix))


def kendall(matrix: Floats) -> Floats:
    """(d, d) Kendall's tau likewise (Greiner 1909)."""
    return np.asarray(2.0 / np.pi * np.arcsin(np.clip(matrix, -1.0, 1.0)))


class EllipticalLaw(Law):
    """The laws of the columns, joined by an elliptical copula with these correlations."""

    def __init__(self, label: str, laws: Sequence[Law], matrix: Floats) -> None:
        super().__init__(label)
        self.laws, self.matrix = laws, matrix

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """Of the ranks: Kendall's tau, the same of all elliptical laws (Lindskog, McNeil & Schmock 2003)."""
        return {"kendall": kendall(self.matrix)}

    @cached_property
    def mean(self) -> Floats:
        return np.concatenate([law.mean for law in self.laws])

    def central(self, order: int) -> Floats:
        return np.concatenate([law.central(order) for law in self.laws])


class ScoresLaw(EllipticalLaw):
    """The laws of the columns, and the correlations of their normal scores."""

    @cached_property
    def entropy(self) -> float:
        """The sum of those of the columns less what they tell of each other, ``-log|R| / 2``."""
        return float(sum(law.entropy for law in self.laws) + 0.5 * np.linalg.slogdet(self.matrix)[1])

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """Of the ranks."""
        return {"spearman": spearman(self.matrix), "kendall": kendall(self.matrix)}
