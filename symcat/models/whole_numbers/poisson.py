"""``counts.poisson``: Poisson's law, ``F = log x! - x log(rate)`` over the whole numbers, ``log Z = rate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.models.base import Center, Facts, Floats, Parameters, counted
from symcat.models.fit import Fit, Moves
from symcat.models.whole_numbers.column import WholeColumn, drawn
from symcat.models.whole_numbers.frequencies import frequencies
from symcat.models.whole_numbers.histogram import Histogram
from symcat.models.whole_numbers.law import WholeNumbers

LABEL = "counts.poisson"


class PoissonLaw(WholeNumbers):
    """Poisson's law."""

    linear, quadratic = 1.0, 0.0

    def __init__(self, rate: float) -> None:
        super().__init__(LABEL)
        self.location = rate

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return {"mean": self.mean}

    def log_probability(self, k: Floats) -> Floats:
        from scipy.special import gammaln, xlogy

        return np.asarray(xlogy(k, self.location) - self.location - gammaln(k + 1.0))

    def below(self, k: Floats) -> Floats:
        from scipy.special import pdtr

        return np.asarray(pdtr(k, self.location))


class Poisson(WholeColumn):
    """Poisson's law of one column of counts."""

    label = LABEL
    facts = Facts("Poisson", "none")

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """From the mean; the likelihood needs the average of log x! too, which rows alone tell."""
        rate = moments.mean[:, 0]
        errors = {"rate": np.sqrt(rate / moments.count)} if counted(moments) else {}
        return Fit(
            label=self.label,
            count=moments.count,
            parameters={"rate": rate},
            standard_errors=errors,
            log_partition=rate,
            log_likelihood=np.full(len(rate), np.nan),
            n_parameters=1,
            statistics={},
            reason=np.zeros(len(rate), dtype=np.int8),
            likelihood_told=False,
        )

    def fitted(self, seen: Histogram, count: Floats) -> Fit:
        rate, n = seen.mean, seen.n
        log = PoissonLaw(rate).log_probability(seen.values)
        return Fit(
            label=self.label,
            count=count,
            parameters={"rate": np.array([rate])},
            standard_errors={"rate": np.sqrt(np.array([rate / n]))},
            log_partition=np.array([rate]),
            log_likelihood=np.array([float(seen.counts @ log)]),
            n_parameters=1,
            statistics={"variance over mean": np.array([seen.variance / rate])},
            reason=np.zeros(1, dtype=np.int8),
            note="maximum of the likelihood over the rows",
            checks=frequencies(seen, lambda at: PoissonLaw(float(at[0])), np.array([rate]), np.array([[1.0 / rate]])),
            moves=Moves(lambda rows: {"rate": (rows[:, 0] - rate) / n}),
        )

    def law(self, parameters: Parameters) -> PoissonLaw:
        return PoissonLaw(float(parameters["rate"]))

    def normalised(self, parameters: Parameters) -> float:
        """The rate."""
        return float(parameters["rate"])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows."""
        return drawn(rng.poisson(float(parameters["rate"]), size=n))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column, whole numbers of zero or more."""
        import sympy

        x = sympy.Symbol(columns[0], real=True)
        return sympy.loggamma(x + 1) - x * sympy.log(sympy.Float(float(parameters["rate"])))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "log(x!) - x log(rate),   x = 0, 1, 2, ..."
