"""The polynomial of one column that is even about its centre: with the centre known, an exponential family.

The maximum-likelihood centre solves ``sum F'(x - c) = 0``; the averages about any c are polynomials in c of those about
the mean, so that its search makes no second pass over the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import factorial

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Center, counted, fixed_center, is_estimated
from symcat.models.fit import CheckResult, Fit, Observed, Source
from symcat.models.scalar import center as centers
from symcat.models.scalar import checks, newton, standard
from symcat.models.scalar.labels import NAMES
from symcat.models.scalar.polynomial import GRID, ScalarPolynomial, deviation_of
from symcat.models.scalar.slopes import curvature, slopes_of_even, slopes_of_odd

Floats = NDArray[np.float64]


class EvenPolynomial(ScalarPolynomial):
    """``z2.octic``, and what a table of ``z2.sextic`` is read in place of."""

    takes = frozenset({"center"})

    def __init__(self, label: str, schema: Schema, specials: centers.Specials = ()) -> None:
        super().__init__(label, schema)
        self._specials = specials

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Centre and couplings of every group in the units of the data, with model-based standard errors."""
        point = fixed_center(center, moments)
        if point is None:
            centred = self._centred(moments)
            about, deviation, found = centred.about, centred.deviation, centred.found
        else:
            about = moments.about(point)
            deviation = deviation_of(about)
            found = self._search(self._averages(about, deviation), about.count)
        free = len(self.orders) + is_estimated(center)
        errors = self._errors(found, about, deviation, center) if counted(about) else {}
        fit = self._fit(about, found, about.origin, deviation, errors, free)
        return replace(fit, source=self._source(found))

    def _centred(self, moments: Moments) -> centers.Centred:
        """The maximum about its own centre."""
        return centers.search(moments, self.degree, self._search, self._specials)

    def _search(
        self, averages: Floats, count: Floats, near: newton.Found | None = None, *, anew: bool = True
    ) -> newton.Found:
        """The maximum for averages (G, K + 1) of powers of y^2, that of y^2 being 1, over ``count`` (G,) rows.

        First ``near`` an answer, and where that leads nowhere ``anew``.
        """
        return newton.search(averages, count, even=True, start=near, anew=anew)

    def _source(self, found: newton.Found) -> Source:
        """How it was found."""
        return "exact"

    def _errors(self, found: newton.Found, about: Moments, deviation: Floats, center: Center) -> dict[str, Floats]:
        """Of the couplings from the orthonormal polynomials, whose own are independent; of the centre apart."""
        with np.errstate(all="ignore"):
            top, count, unit = len(self.orders), about.count, deviation * about.unit
            polynomials = newton.orthonormal(found.theta, found.grid, top, even=True)
            error = np.sqrt((polynomials[:, 1:, 1:] ** 2).sum(axis=1) / count[:, None])
            if center is None:
                odd = newton.orthonormal(found.theta, found.grid, top - 1, even=True, odd=True)
                slopes = slopes_of_odd(odd, self._averages(about, deviation))
                of_center = 1.0 / np.sqrt((slopes**2).sum(axis=1) * count)  # <F'^2> = <F''>
            else:
                of_center = (1.0 if isinstance(center, str) else 0.0) / np.sqrt(count)
            couplings = {NAMES[k]: error[:, i] * factorial(k) / unit**k for i, k in enumerate(self.orders)}
            return {"mean": (of_center * unit)[:, None], **couplings}

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows: their scores through the derivative of these (White 1982, eq. 3.3)."""
        mean, top = fit.parameters["mean"][0], len(self.orders)
        every = whole.about(mean)
        deviation = deviation_of(every)
        unit = deviation * whole.unit
        theta = standard.thetas(fit.parameters, self.orders, unit)
        polynomials = newton.orthonormal(theta, fit.statistics[GRID], top, even=True)
        powers = standard.scaled(standard.powers(groups.about(mean), self.degree), unit / groups.unit)
        all_powers = standard.scaled(standard.powers(every, self.degree), deviation)
        weight = (groups.count / whole.count)[:, None]
        score = -weight * (powers[:, ::2] @ polynomials[0].T)[:, 1:]
        slopes = slopes_of_even(polynomials, all_powers)[0]
        along = weight * (powers[:, 1::2] @ (theta[0, 1:] * np.array(self.orders)))[:, None]  # <F'>
        if center is None:
            bread = np.eye(top + 1)
            bread[0, 0] = curvature(theta, all_powers)[0]
            bread[0, 1:] = bread[1:, 0] = -slopes
            moved = np.concatenate([along, score], axis=1) @ np.linalg.inv(bread)
            of_center, score = moved[:, :1], moved[:, 1:]
        elif isinstance(center, str):
            of_center = weight * powers[:, 1:2]
            score = score + of_center * slopes
        else:
            of_center = np.zeros_like(along)
        moved = score @ polynomials[0, 1:, 1:]
        couplings = {NAMES[k]: moved[:, i] * factorial(k) / unit[0] ** k for i, k in enumerate(self.orders)}
        return {"mean": of_center * unit, **couplings}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """What the fit has not met, the odd moments, and whether a second hump is one of rows."""
        moments, humps = observed.moments, checks.second_hump(fit)
        if isinstance(center, str):
            # About the mean, its error alone moves high powers of steep densities far: the class is tested about the
            # likelihood's centre.
            fit = self.fit(moments)
        about = moments.about(fit.parameters["mean"])
        deviation = deviation_of(about)
        theta = standard.thetas(fit.parameters, self.orders, deviation * about.unit)
        powers = standard.scaled(standard.powers(about, self.degree), deviation)
        odd = checks.odd_moments(fit, theta, powers, fit.statistics[GRID], estimated=is_estimated(center))
        found = self._beyond(fit, observed, estimated=is_estimated(center))
        return [*([] if found is None else [found]), odd, *humps]
