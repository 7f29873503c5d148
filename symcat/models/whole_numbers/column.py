"""One column of whole numbers, described by a law of 0, 1, 2, ...: what its classes have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import Center, Class, Entry, Floats, Masses, Measure, Parameters
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.whole_numbers.histogram import Histogram, histogram
from symcat.models.whole_numbers.law import WholeNumbers


class WholeColumn(Class, ABC):
    """A class of one column of whole numbers that is fitted to how often each occurs."""

    needs = Needs()
    one_by_one = True
    by_group = False
    measure: Measure = "values"
    shapes: ClassVar[Mapping[str, tuple[int, ...]]] = {}  # of the parameters, by name

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @abstractmethod
    def fitted(self, seen: Histogram, count: Floats) -> Fit:
        """The maximum of the likelihood."""

    @abstractmethod
    def law(self, parameters: Parameters) -> WholeNumbers:
        """By sums over the whole numbers."""

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the maximum; its numbers are there by name."""
        return refused_fit(self.label, moments.count, NEEDS_ROWS, self.shapes)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of a batch of one over all its rows."""
        count = observed.moments.count
        every = at_hand(rows, observed)
        if every is None:
            return refused_fit(self.label, count, NEEDS_ROWS)
        seen = histogram(every, self.schema.columns[0])
        return refused_fit(self.label, count, seen) if isinstance(seen, str) else self.fitted(seen, count)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand."""
        return fit.checks

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of the values at rows (m, 1): -inf for what is no whole number."""
        return self.law(parameters).log_density(x[:, 0]) + (self.normalised(parameters) - log_partition)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """One number each."""
        return [((0,), (0,))] if name == "mean" else [((), "")]


def drawn(values: NDArray[Any]) -> Floats:
    """(n, 1) rows."""
    return np.asarray(values, dtype=np.float64)[:, None]
