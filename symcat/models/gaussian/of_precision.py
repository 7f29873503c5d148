"""What mean and precision say, whichever symmetry they have: density, rows, the law of some columns given others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Class, Entry, Parameters, Rest, symmetric_entries
from symcat.models.gaussian.law import GaussianLaw

Floats = NDArray[np.float64]


class OfPrecision(Class):
    """A Gaussian with the parameters ``mean`` (d,) and ``precision`` (d, d)."""

    schema: Schema
    dimension: int

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, d), per unit volume of the columns."""
        y = x - parameters["mean"]
        out: Floats = -0.5 * np.einsum("mi,ij,mj->m", y, matrix_of(parameters), y) - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows: a standard normal through the Cholesky factor of the precision."""
        factor = np.linalg.cholesky(matrix_of(parameters))
        rows: Floats = parameters["mean"] + np.linalg.solve(factor.T, rng.standard_normal((self.dimension, n))).T
        return rows

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        mean, k = np.atleast_1d(parameters["mean"]), matrix_of(parameters)
        y = [sympy.Symbol(name, real=True) - sympy.Float(float(c)) for name, c in zip(columns, mean, strict=True)]
        d = range(self.dimension)
        return sum(sympy.Float(float(k[i, j])) * y[i] * y[j] for i in d for j in d) / 2

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        one = "1/2 precision (x - mean)^2"
        return one if self.dimension == 1 else "1/2 (x - mean)' precision (x - mean)"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The mean by column, the precision by its upper triangle."""
        d = self.dimension
        return symmetric_entries((d,) if name == "mean" else (d, d), range(d))

    def law(self, parameters: Parameters) -> GaussianLaw:
        """By its covariance."""
        return GaussianLaw(self.label, np.atleast_1d(parameters["mean"]), matrix_of(parameters))

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """A Gaussian again, its mean linear in the values, its precision whatever these are."""
        precision, mean = np.asarray(parameters["precision"]), np.asarray(parameters["mean"])
        at = sorted(known)
        rest = [j for j in range(self.dimension) if j not in known]
        own = precision[np.ix_(rest, rest)]
        away = np.array([known[j] for j in at]) - mean[at]
        moved = mean[rest] - np.linalg.solve(own, precision[np.ix_(rest, at)] @ away)
        return Rest("gaussian.full", {"mean": moved, "precision": own})


def matrix_of(parameters: Parameters) -> Floats:
    """(d, d) the precision, also where it is a number."""
    matrix = np.asarray(parameters["precision"], dtype=np.float64)
    return matrix if matrix.ndim == 2 else matrix.reshape(1, 1)
