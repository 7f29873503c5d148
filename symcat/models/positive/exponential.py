"""``exponential.scalar``: ``F = rate x`` over x >= 0, ``log Z = -log(rate)``; the rate is one over the mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.models.base import Center, Facts, Floats, Parameters, counted
from symcat.models.fit import Fit, Moves, Observed
from symcat.models.positive.column import PositiveColumn
from symcat.models.positive.law import ExponentialLaw, GammaLaw

LABEL = "exponential.scalar"


class Exponential(PositiveColumn):
    """The exponential law of one column."""

    label = LABEL
    facts = Facts("Exponential", "none")
    above_zero = False

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """From means alone, of rows that are zero or more."""
        mean, count = moments.mean[:, 0], moments.count
        with np.errstate(divide="ignore", invalid="ignore"):  # groups of zeros alone are refused
            rate, log_z = 1.0 / mean, np.log(mean)
            log_likelihood = -count * (1.0 + log_z)
        return Fit(
            label=self.label,
            count=count,
            parameters={"rate": rate},
            standard_errors={"rate": rate / np.sqrt(count)} if counted(moments) else {},
            log_partition=log_z,
            log_likelihood=log_likelihood,
            n_parameters=1,
            statistics={},
            reason=np.zeros(len(rate), dtype=np.int8),
        )

    def fitted(self, observed: Observed, deviance: Floats) -> Fit:
        found = self.fit(observed.moments)
        if len(found.count) > 1:
            return found
        rate, n = float(found.parameters["rate"][0]), float(found.count[0])
        moves = Moves(lambda rows: {"rate": (1.0 - rate * rows[:, 0]) * rate / n})
        return Fit(**{**vars(found), "moves": moves, "note": "maximum of the likelihood: one over the mean"})

    def scores(self, law: GammaLaw, x: Floats) -> Floats:
        """By the log of the rate."""
        return (1.0 - law.rate * x)[:, None]

    def information(self, law: GammaLaw) -> Floats:
        return np.ones((1, 1))

    def law(self, parameters: Parameters) -> ExponentialLaw:
        return ExponentialLaw(self.label, float(parameters["rate"]))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column, x >= 0."""
        import sympy

        return sympy.Float(float(parameters["rate"])) * sympy.Symbol(columns[0], real=True)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "rate x,   x >= 0"
