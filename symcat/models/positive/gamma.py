"""``gamma.scalar``: ``F = rate x - (shape - 1) log x`` over x > 0, from the averages of x and of log x.

The shape solves ``log(shape) - psi(shape) = log <x> - <log x>``, which has one solution wherever the rows vary, and is
read from the catalogue; the rate is ``shape / <x>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import Center, Facts, Floats, Parameters, counted
from symcat.models.batches import blank_refused, refused_fit
from symcat.models.curve import Curve
from symcat.models.fit import Fit, Moves, Observed
from symcat.models.one_column import WithAverages
from symcat.models.positive import exponential
from symcat.models.positive.column import PositiveColumn
from symcat.models.positive.law import GammaLaw
from symcat.models.positive.reduced import SHAPE, argument, half_log, log_z_of, shape_from, stored_of
from symcat.models.positive.shape import above_one, shape_of
from symcat.models.tables import Tables

LABEL = "gamma.scalar"

_CONSTANT = "the values do not vary, and the likelihood grows without bound as the shape does"


LARGEST_SHAPE = 1e8
"""Beyond it log Z has no digits left that tell the law from a Gaussian: it is a difference of numbers of this size."""

_NARROW = (
    "the spread is below a ten-thousandth of the mean, where rounding decides the likelihood and a gamma law is hardly "
    "other than a Gaussian"
)


DEVIANCE = "deviance"
"""``log <x> - <log x>`` beside the means."""


class Gamma(PositiveColumn):
    """The gamma law of one column."""

    label = LABEL
    facts = Facts("Gamma", "none")
    nested = frozenset({exponential.LABEL})
    above_zero = True

    def __init__(self, schema: Schema, tables: Tables) -> None:
        super().__init__(schema)
        self._curve = Curve(tables, LABEL, SHAPE)

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Shape and rate of every group from its averages of x and log x; their names without the latter."""
        if not isinstance(moments, WithAverages):
            return refused_fit(self.label, moments.count, NEEDS_ROWS, {"shape": (), "rate": ()})
        return self._of(moments.mean[:, 0], moments.beside[DEVIANCE], moments.count, counted(moments))

    def fitted(self, observed: Observed, deviance: Floats) -> Fit:
        moments = observed.moments
        found = self._of(moments.mean[:, 0], deviance, moments.count, known=True)
        if len(deviance) > 1 or not found.answered[0]:
            return found
        law = self.law({name: value[0] for name, value in found.parameters.items()})
        inverse = np.linalg.inv(self.information(law)) / float(found.count[0])

        def moved(rows: Floats) -> dict[str, Floats]:
            some = self.scores(law, rows[:, 0]) @ inverse
            return {"shape": some[:, 0] * law.shape, "rate": some[:, 1] * law.rate}

        return replace(found, moves=Moves(moved), note="maximum of the likelihood from the averages of x and log x")

    def _of(self, mean: Floats, deviance: Floats, count: Floats, known: bool) -> Fit:
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            s = np.where(deviance > 0.0, deviance, np.nan)
            read = self._curve.read(argument(s), lambda beyond: stored_of(s[beyond], shape_of(s[beyond])))
            shape = shape_from(s, read.parameter)
            rate = shape / mean
            log_z = log_z_of(s, shape, read.log_z) + shape * np.log(mean)
            errors = {}
            if known:
                spare = above_one(shape)  # shape psi'(shape) - 1
                errors = {
                    "shape": np.sqrt(shape / spare / count),
                    "rate": rate * np.sqrt((1.0 + spare) / (shape * spare) / count),
                }
            # In which what is as large as the shape has cancelled.
            entropy = read.log_z + half_log(s) - s + np.log(mean)
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters={"shape": shape, "rate": rate},
                standard_errors=errors,
                log_partition=log_z,
                log_likelihood=-count * entropy,
                n_parameters=2,
                statistics={},
                reason=np.select([~(np.isfinite(shape) & np.isfinite(rate)), shape > LARGEST_SHAPE], [1, 2], 0).astype(
                    np.int8
                ),
                reasons=("", _CONSTANT, _NARROW),
                source=read.source,
            )
        )

    def scores(self, law: GammaLaw, x: Floats) -> Floats:
        """By the logs of shape and rate."""
        from scipy.special import psi

        along = law.rate * x
        with np.errstate(divide="ignore"):
            of_shape = law.shape * (np.log(along) - psi(law.shape))
        return np.stack([of_shape, law.shape - along], axis=1)

    def information(self, law: GammaLaw) -> Floats:
        a = law.shape
        return np.array([[a * (1.0 + float(above_one(np.array([a]))[0])), -a], [-a, a]])

    def law(self, parameters: Parameters) -> GammaLaw:
        return GammaLaw(self.label, float(parameters["shape"]), float(parameters["rate"]))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column, x > 0."""
        import sympy

        law, x = self.law(parameters), sympy.Symbol(columns[0], real=True)
        return sympy.Float(law.rate) * x - (sympy.Float(law.shape) - 1) * sympy.log(x)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "rate x - (shape - 1) log x,   x > 0"
