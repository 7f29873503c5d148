"""The polynomial of one column without symmetry: an exponential family in its averages of powers.

``mean`` is the sample mean, which is that of the fitted density: it is no further free parameter, F about any other
point being of the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from math import factorial

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center, counted
from symcat.models.fit import CheckResult, Fit, Observed, Source
from symcat.models.scalar import checks, newton, standard
from symcat.models.scalar.labels import NAMES
from symcat.models.scalar.newton import Found
from symcat.models.scalar.polynomial import GRID, ScalarPolynomial, deviation_of

Floats = NDArray[np.float64]

_FIRST = 6
"""The degree whose search begins from a Gaussian: the quartic has a table."""


class GeneralPolynomial(ScalarPolynomial):
    """``scalar.quartic``, ``scalar.sextic``, ``scalar.octic``."""

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The couplings of every group in the units of the data, with model-based standard errors."""
        about = moments.centred
        deviation = deviation_of(about)
        found, source = self._found(about)
        errors = {}
        if counted(about):
            with np.errstate(all="ignore"):
                error = self._errors(found) / np.sqrt(about.count)[:, None]
                unit = deviation * about.unit
                errors = {"mean": (unit * error[:, 0])[:, None]} | {
                    NAMES[k]: error[:, k] / unit**k for k in self.orders
                }
        return replace(self._fit(about, found, about.origin, deviation, errors, self.degree), source=source)

    def _found(self, about: Moments) -> tuple[Found, Source]:
        """The maximum for averages about the mean, and how it was found."""
        return about.once(_maximum(self.degree)), "exact"

    def _errors(self, found: Found) -> Floats:
        """(G, K + 1) errors of the mean and the couplings for one row, in standard deviations."""
        moved = _moved(found.theta, newton.orthonormal(found.theta, found.grid, self.degree, even=False))
        out: Floats = np.sqrt((moved**2).sum(axis=1))
        return out

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows: minus their averages of the orthonormal polynomials, through the couplings of these."""
        mean = fit.parameters["mean"][0]
        deviation = deviation_of(whole.about(mean))
        unit = deviation * whole.unit
        theta = standard.thetas(fit.parameters, self.orders, unit)
        polynomials = newton.orthonormal(theta, fit.statistics[GRID], self.degree, even=False)
        averages = standard.scaled(standard.powers(groups.about(mean), self.degree), unit / groups.unit)
        score = -(groups.count / whole.count)[:, None] * (averages @ polynomials[0].T)[:, 1:]
        moved = score @ _moved(theta, polynomials)[0]
        return {"mean": moved[:, :1] * unit} | {NAMES[k]: moved[:, k] / unit[0] ** k for k in self.orders}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """What the fit has not met, and whether a second hump is one of rows."""
        found = self._beyond(fit, observed)
        return [*([] if found is None else [found]), *checks.second_hump(fit)]


@cache
def _maximum(degree: int) -> Callable[[Moments], Found]:
    """The search for the maximum of a degree, for averages about the mean: from that of the degree below."""

    def found(about: Moments) -> Found:
        start = about.once(_maximum(degree - 2)) if degree > _FIRST else None
        averages = standard.scaled(standard.powers(about, degree), deviation_of(about))
        return newton.search(averages, about.count, even=False, start=start)

    return found


def _moved(theta: Floats, polynomials: Floats) -> Floats:
    """(G, K, K + 1) how far the mean, and the couplings about it, move with what multiplies each polynomial in F.

    In standard deviations. What multiplies the first one moves the mean by minus one, and F is then written about that.
    """
    top = theta.shape[1] - 1
    factorials = np.array([float(factorial(k)) for k in range(top + 1)])
    out: Floats = polynomials[:, 1:, :] * factorials
    out[:, 0, 1:top] -= (theta * factorials)[:, 2:]
    out[:, :, 0] = 0.0
    out[:, 0, 0] = -1.0
    return out
