"""One column of positive numbers: what its classes have in common, and what they sum over its rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import Center, Class, Entry, Floats, Masses, Parameters
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import smooth
from symcat.models.narrow import deviance
from symcat.models.positive.law import GammaLaw


class PositiveColumn(Class, ABC):
    """A class of one column of positive numbers, of which the rows are looked through for others."""

    needs = Needs()
    one_by_one = True
    by_group = in_blocks = False
    above_zero: bool  # whether zero itself is no value of the column either

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @abstractmethod
    def fitted(self, observed: Observed, deviance: float) -> Fit:
        """The maximum of the likelihood; ``deviance`` is the average of ``x / mean - 1 - log(x / mean)``."""

    @abstractmethod
    def law(self, parameters: Parameters) -> GammaLaw:
        """In closed form."""

    @abstractmethod
    def scores(self, law: GammaLaw, x: Floats) -> Floats:
        """(m, k) derivatives of each log density by the parameters."""

    @abstractmethod
    def information(self, law: GammaLaw) -> Floats:
        """(k, k) Fisher's information of a row."""

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of a batch of one over all its rows."""
        moments = observed.moments
        every = at_hand(rows, observed)
        if every is None:
            return refused_fit(self.label, moments.count, NEEDS_ROWS)
        mean = float(moments.mean[0, 0])
        total = 0.0
        for batch, weight in every:
            x = batch[:, 0]
            wrong = ~((x > 0.0) if self.above_zero else (x >= 0.0))
            if wrong.any():
                return refused_fit(self.label, moments.count, self._wrong(float(x[wrong.argmax()])))
            if self.above_zero:  # in distances from the mean, so that nearly equal values lose no digits
                with np.errstate(divide="ignore"):
                    total += float(weight @ deviance((x - mean) / mean, np.log(x), float(np.log(mean))))
        return self.fitted(observed, total / float(moments.count[0]))

    def _wrong(self, value: float) -> str:
        least = "above zero" if self.above_zero else "zero or more"
        return f"column {self.schema.columns[0]!r} holds {value:.9g}, and this law is of numbers {least}"

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the rows are spread as the law says, tested with the sample."""
        if observed.sample is None or not fit.answered[0]:
            return ()
        law = self.law({name: value[0] for name, value in fit.parameters.items()})
        found = smooth(observed.sample[:, 0], law.cdf, law.ppf, lambda x: self.scores(law, x), self.information(law))
        return () if found is None else (found,)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, 1): -inf below zero."""
        return self.law(parameters).log_density(x[:, 0]) + (self.normalised(parameters) - log_partition)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """One number each."""
        return [((), "")]

    def normalised(self, parameters: Parameters) -> float:
        """In closed form."""
        return self.law(parameters).log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows."""
        law = self.law(parameters)
        return np.asarray(rng.standard_gamma(law.shape, size=n) / law.rate)[:, None]
