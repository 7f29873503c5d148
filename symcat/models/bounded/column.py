"""One column whose values lie in a stated interval: what its classes have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

import numpy as np

from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import INTERVAL, Center, Class, Entry, Floats, Masses, Parameters
from symcat.models.batches import refused_fit
from symcat.models.bounded.law import IntervalLaw
from symcat.models.column_rows import Run, runs
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import in_groups, smooth
from symcat.models.tables import Tables


class IntervalColumn(Class, ABC):
    """A class of one column with values in an interval; the rows are looked through for others.

    The parameter with both ends is stated, not estimated: it has no errors and costs nothing.
    """

    needs = Needs()
    takes = frozenset({INTERVAL})
    by_group = False

    def __init__(self, schema: Schema, interval: tuple[float, float] | None, tables: Tables) -> None:
        self.schema = schema
        self.stated = interval
        self.tables = tables

    @abstractmethod
    def fitted(self, every: Iterable[Run], observed: Observed) -> Fit:
        """The maximum of the likelihood of every group over all its rows."""

    @abstractmethod
    def law(self, parameters: Parameters) -> IntervalLaw:
        """What parameters say of the column."""

    @abstractmethod
    def scores(self, law: IntervalLaw, x: Floats) -> Floats:
        """(m, 2) derivatives of each log density by the parameters, in the coordinates of ``information``."""

    @abstractmethod
    def information(self, law: IntervalLaw) -> Floats:
        """(2, 2) Fisher's information of a row."""

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of every group over all its rows."""
        every = runs(rows, observed)
        if every is None:
            return refused_fit(self.label, observed.moments.count, NEEDS_ROWS)
        return self.fitted(every, observed)

    def outside(self, run: Run, lo: float, hi: float, cure: str) -> dict[int, str]:
        """Group -> in words, the first of its values that does not lie in the interval."""

        def said(value: float) -> str:
            where = f"column {self.schema.columns[0]!r} holds {value:.9g}, outside the interval from {lo:g} to {hi:g}"
            return f"{where}: {cure}"

        return run.first(~((run.x >= lo) & (run.x <= hi)), said)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the rows are spread as the law says, tested with the sample."""
        return in_groups(fit, observed, self._shape)

    def _shape(self, parameters: Parameters, sample: Floats) -> CheckResult | None:
        law = self.law(parameters)
        return smooth(sample, law.cdf, law.ppf, lambda x: self.scores(law, x), self.information(law))

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, 1): -inf outside the interval."""
        return self.law(parameters).log_density(x[:, 0]) + (self.normalised(parameters) - log_partition)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """One number each; none of the interval, which is given."""
        if name == INTERVAL:
            return []
        return [((0,), (0,))] if name == "mean" else [((), "")]

    def normalised(self, parameters: Parameters) -> float:
        """log Z in closed form."""
        return self.law(parameters).log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows."""
        return self.law(parameters).sample(n, rng)[:, None]


def in_words(parameters: Parameters) -> str:
    """The interval, as the formula of F ends."""
    lo, hi = parameters[INTERVAL]
    return f"interval (lo, hi) = ({lo:.9g}, {hi:.9g})"
