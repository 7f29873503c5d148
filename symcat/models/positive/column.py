"""One column of positive numbers: what its classes have in common, and what they sum over its rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import Center, Class, Entry, Floats, Masses, Parameters
from symcat.models.batches import refused_fit, refusing
from symcat.models.column_rows import runs
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import in_groups, smooth
from symcat.models.narrow import deviance
from symcat.models.positive.law import GammaLaw


class PositiveColumn(Class, ABC):
    """A class of one column of positive numbers, of which the rows are looked through for others."""

    needs = Needs()
    by_group = False
    above_zero: bool  # whether zero itself is no value of the column either

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @abstractmethod
    def fitted(self, observed: Observed, deviance: Floats) -> Fit:
        """The maximum of the likelihood; ``deviance`` (G,) is the average of ``x / mean - 1 - log(x / mean)``."""

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
        """The maximum of the likelihood of every group over all its rows."""
        moments = observed.moments
        every = runs(rows, observed)
        if every is None:
            return refused_fit(self.label, moments.count, NEEDS_ROWS)
        mean, total, wrong = moments.mean[:, 0], np.zeros(moments.n_groups), dict[int, str]()
        with np.errstate(all="ignore"):  # groups with values that are none of this law are refused below
            for run in every:
                outside = ~((run.x > 0.0) if self.above_zero else (run.x >= 0.0))
                wrong = run.first(outside, self._wrong) | wrong
                if len(wrong) == len(total):
                    break
                if self.above_zero:  # in distances from the mean, so that nearly equal values lose no digits
                    m = run.of_groups(mean)
                    total += run.sums(deviance((run.x - m) / m, np.log(run.x), np.log(m)))
            total[list(wrong)] = np.nan
            return refusing(self.fitted(observed, total / moments.count), wrong)

    def _wrong(self, value: float) -> str:
        least = "above zero" if self.above_zero else "zero or more"
        return f"column {self.schema.columns[0]!r} holds {value:.9g}, and this law is of numbers {least}"

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the rows are spread as the law says, tested with the sample."""
        return in_groups(fit, observed, self._shape)

    def _shape(self, parameters: Parameters, sample: Floats) -> CheckResult | None:
        law = self.law(parameters)
        return smooth(sample, law.cdf, law.ppf, lambda x: self.scores(law, x), self.information(law))

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
