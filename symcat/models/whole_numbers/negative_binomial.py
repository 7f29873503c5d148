"""``counts.negative_binomial``: counts that vary more than Poisson's, the variance being ``mean + dispersion mean^2``.

``F = log x! - sum_(j < x) log(1 + dispersion j) - x log(mean / (1 + dispersion mean))``, ``log Z = log(1 + dispersion
mean) / dispersion``. The maximum-likelihood mean is the sample mean, and there is one dispersion exactly where the
variance is above it (Levin & Reeds 1977): the slope of the log-likelihood at dispersion 0 is n (variance - mean) / 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from symcat.models.base import Facts, Floats, Parameters
from symcat.models.batches import refused_fit
from symcat.models.fit import Coverage, Fit, Moves
from symcat.models.whole_numbers import poisson
from symcat.models.whole_numbers.column import WholeColumn, drawn
from symcat.models.whole_numbers.frequencies import frequencies
from symcat.models.whole_numbers.histogram import Histogram
from symcat.models.whole_numbers.law import WholeNumbers
from symcat.models.whole_numbers.rising import Rising, averages, ratio

LABEL = "counts.negative_binomial"

_INDEX = "variance over mean"
_POISSON = (
    "the variance is not above the mean, where the likelihood does not grow with dispersion: its maximum is Poisson's "
    f"law, {poisson.LABEL}"
)
_LOST = "the counts are so large, and vary so nearly as Poisson's law says, that rounding decides the dispersion"
_DIGITS = 1e-14  # of the terms whose difference the curvature is
_STEPS = 200
_WITHIN = 1e-14  # of a step in the log of the dispersion
_ROUNDING = 1e-6  # of steps that no longer get smaller


class NegativeBinomialLaw(WholeNumbers):
    """The negative binomial law."""

    linear = 1.0

    def __init__(self, mean: float, dispersion: float) -> None:
        super().__init__(LABEL)
        self.location, self.quadratic = mean, dispersion

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """The mean and the variance: the class is not looked up by averages."""
        return {"mean": self.mean, "variance": self.central(2)}

    @property
    def log_partition(self) -> float:
        return math.log1p(self.quadratic * self.location) / self.quadratic

    def log_probability(self, k: Floats) -> Floats:
        from scipy.special import gammaln

        along = math.log(self.location) - math.log1p(self.quadratic * self.location)
        return np.asarray(Rising(k, self.quadratic).log + k * along - gammaln(k + 1.0) - self.log_partition)

    def below(self, k: Floats) -> Floats:
        from scipy.special import betainc

        size = 1.0 / self.quadratic
        return np.asarray(betainc(size, k + 1.0, 1.0 / (1.0 + self.quadratic * self.location)))


class NegativeBinomial(WholeColumn):
    """The negative binomial law of one column of counts."""

    label = LABEL
    facts = Facts("Negative binomial", "none")
    nested = frozenset({poisson.LABEL})
    shapes: ClassVar[Mapping[str, tuple[int, ...]]] = {"mean": (1,), "dispersion": ()}

    def fitted(self, seen: Histogram, count: Floats) -> Fit:
        m, n = seen.mean, seen.n
        statistics = {_INDEX: np.array([seen.variance / m])}
        if not seen.variance > m:
            refused = refused_fit(self.label, count, _POISSON)
            return replace(refused, statistics=statistics, coverage=Coverage(_INDEX, 1.0, np.inf))
        dispersion = _maximum(seen)
        if dispersion is None:
            return refused_fit(self.label, count, "the search for the dispersion came to no end")
        law = NegativeBinomialLaw(m, dispersion)
        _, curvature = _slope(seen, dispersion)
        if not curvature < -_DIGITS * m**3 * _h(dispersion * m)[1]:
            return refused_fit(self.label, count, _LOST)
        information = np.diag([1.0 / (m * (1.0 + dispersion * m)), -curvature])
        errors = np.sqrt(1.0 / np.diagonal(information) / n)

        def moved(rows: Floats) -> dict[str, Floats]:
            x = rows[:, 0]
            score = Rising(x, dispersion).first - x * m / (1.0 + dispersion * m)
            score += m * m * (_h(dispersion * m)[0] + 1.0 / (1.0 + dispersion * m))
            return {"mean": (rows - m) / n, "dispersion": score / (-curvature * n)}

        return Fit(
            label=self.label,
            count=count,
            parameters={"mean": np.array([[m]]), "dispersion": np.array([dispersion])},
            standard_errors={"mean": errors[None, :1], "dispersion": errors[1:]},
            log_partition=np.array([law.log_partition]),
            log_likelihood=np.array([float(seen.counts @ law.log_probability(seen.values))]),
            n_parameters=2,
            statistics=statistics,
            reason=np.zeros(1, dtype=np.int8),
            note="maximum of the likelihood over the rows",
            checks=frequencies(
                seen,
                lambda at: NegativeBinomialLaw(float(at[0]), float(at[1])),
                np.array([m, dispersion]),
                information,
            ),
            moves=Moves(moved),
        )

    def law(self, parameters: Parameters) -> NegativeBinomialLaw:
        return NegativeBinomialLaw(float(np.reshape(parameters["mean"], -1)[0]), float(parameters["dispersion"]))

    def normalised(self, parameters: Parameters) -> float:
        """In closed form."""
        return self.law(parameters).log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows: Poisson's law with a rate that is drawn from a gamma law."""
        law = self.law(parameters)
        return drawn(rng.poisson(rng.gamma(1.0 / law.quadratic, law.quadratic * law.location, size=n)))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column, whole numbers of zero or more."""
        import sympy

        law = self.law(parameters)
        x, k, m = sympy.Symbol(columns[0], real=True), 1 / sympy.Float(law.quadratic), sympy.Float(law.location)
        return sympy.loggamma(x + 1) + sympy.loggamma(k) - sympy.loggamma(x + k) - x * sympy.log(m / (m + k))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "log(x!) - sum_(j < x) log(1 + dispersion j) - x log(mean/(1 + dispersion mean)),   x = 0, 1, 2, ..."


def _maximum(seen: Histogram) -> float | None:
    """The dispersion: Newton's method in its logarithm, halving where that leaves the bracket."""
    low, high = -math.inf, math.inf
    at, last = math.log((seen.variance - seen.mean) / seen.mean**2), math.inf
    for _ in range(_STEPS):
        dispersion = math.exp(at)
        slope, curvature = _slope(seen, dispersion)
        if slope == 0.0:
            return dispersion
        low, high = (at, high) if slope > 0.0 else (low, at)
        bend = dispersion * (slope + dispersion * curvature)
        step = -dispersion * slope / bend if bend < 0.0 else math.copysign(1.0, slope)
        new = at + max(-2.0, min(2.0, step))
        if not low < new < high:
            new = 0.5 * (low + high) if math.isfinite(low) and math.isfinite(high) else at + math.copysign(1.0, slope)
        moved = abs(new - at)
        if moved <= _WITHIN * (1.0 + abs(at)) or new in (low, high) or last <= moved < _ROUNDING:
            return math.exp(new)
        at, last = new, moved
    return None


def _slope(seen: Histogram, dispersion: float) -> tuple[float, float]:
    """First and second derivative by the dispersion of the log-likelihood of a row, the mean being the sample's."""
    m = seen.mean
    value, slope = _h(dispersion * m)
    first, second = averages(seen, dispersion)
    return first + m * m * value, m**3 * slope - second


def _h(y: float) -> tuple[float, float]:
    """``(log(1 + y) - y) / y^2`` and its derivative at one number."""
    value, slope = ratio(np.array([y]))
    return float(value[0]), float(slope[0])
