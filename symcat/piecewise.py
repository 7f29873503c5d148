"""Piecewise polynomials: the form in which the catalogue stores a function of one reduced statistic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PiecewisePolynomial:
    """A function on ``[breaks[0], breaks[-1]]``, a polynomial on each segment.

    ``coefficients[s]`` are ascending powers of the local variable ``t = (2 x - lo - hi) / (hi - lo)`` in [-1, 1], for
    which Horner's rule is stable at the degrees used (about ten).
    """

    breaks: Floats  # (S + 1,)
    coefficients: Floats  # (S, degree + 1)

    def evaluate(self, x: Floats, derivatives: int = 0) -> tuple[Floats, ...]:
        """Value and derivatives at ``x`` (any shape): a tuple of ``derivatives + 1`` arrays of that shape.

        Points outside the breaks are extrapolated from the end segments; the caller checks coverage.
        """
        x = np.asarray(x, dtype=np.float64)
        segment = np.searchsorted(self.breaks[1:-1], x, side="right")
        lo, hi = self.breaks[segment], self.breaks[segment + 1]
        slope = 2.0 / (hi - lo)
        t = (x - lo) * slope - 1.0
        by_power = np.ascontiguousarray(self.coefficients.T)
        # Horner's rule carried to the derivatives: results[k] holds the k-th derivative over k!.
        results = [np.zeros_like(t) for _ in range(derivatives + 1)]
        for coefficient in by_power[::-1]:
            for k in range(derivatives, 0, -1):
                results[k] *= t
                results[k] += results[k - 1]
            results[0] *= t
            results[0] += coefficient[segment]
        factor = np.ones_like(t)
        for k in range(1, derivatives + 1):
            factor = factor * (slope * k)
            results[k] = results[k] * factor
        return tuple(results)

    def __call__(self, x: Floats) -> Floats:
        return self.evaluate(x)[0]
