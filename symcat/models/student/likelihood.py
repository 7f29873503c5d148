"""The log-likelihood of Student's law with its first two derivatives in centre m, log of the scale s and degrees of
freedom nu, in one pass.

With ``q = ((x - m) / s)^2``, ``a = 1 / (nu + q)`` and ``t = q a`` a row has ``c(nu) - log s - (nu + 1) / 2
log(1 + q / nu)``, and all derivatives are sums of t, a and their products (Lange, Little & Taylor 1989, J. Am. Stat.
Assoc. 84:881).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from symcat.models.base import Floats
from symcat.models.student.normalisation import constant


@dataclass(frozen=True)
class Point:
    """Centre, scale and degrees of freedom."""

    m: float
    s: float
    nu: float

    def moved(self, step: Floats) -> Point:
        """By steps of centre over scale, log of the scale, and 1 / nu times nu."""
        return Point(self.m + self.s * float(step[0]), self.s * math.exp(step[1]), self.nu / (1.0 + float(step[2])))


@dataclass(frozen=True)
class Slope:
    """Value, gradient (3,) and Hessian (3, 3) in ``(m / s, log s, nu / nu_0)``: the coordinates of ``Point.moved``.

    The third one is 1 / nu in units of its own value, in which the likelihood is nearly a parabola down to the
    Gaussian.
    """

    value: float
    gradient: Floats
    hessian: Floats
    count: float


def slope_at(point: Point, pieces: Iterable[tuple[Floats, Floats | None]]) -> Slope:
    """Of the rows in pieces: values, and what each counts."""
    nu = point.nu
    sums = np.zeros(7)
    for values, weight in pieces:
        z = values - point.m
        z /= point.s
        q = z * z
        a = q + nu
        np.divide(1.0, a, out=a)
        t = q * a
        q /= nu
        log = np.log1p(q, out=q)
        za = z * a
        if weight is None:
            found = (len(values), log.sum(), t.sum(), a.sum(), t @ a, za.sum(), za @ t)
        else:
            found = (weight.sum(), *(weight @ one for one in (log, t, a, t * a, za, za * t)))
        sums += np.array(found)
    n, logs, of_t, of_a, of_ta, of_za, of_zta = map(float, sums)
    c, c1, c2 = constant(nu)
    k = nu + 1.0
    by_nu = n * c1 - 0.5 * logs + 0.5 * k / nu * of_t
    by_nu_2 = n * c2 + 0.5 * of_t / nu * (1.0 - 1.0 / nu) - 0.5 * k / nu * of_ta
    gradient = np.array([k * of_za, k * of_t - n, -nu * by_nu])
    hessian = np.empty((3, 3))
    hessian[0, 0] = k * (2.0 * of_ta - of_a)
    hessian[0, 1] = 2.0 * k * (of_zta - of_za)
    hessian[0, 2] = -nu * of_za + k * (of_za - of_zta)  # the sum of z a^2, as nu a = 1 - t
    hessian[1, 1] = -2.0 * k * nu * of_ta
    hessian[1, 2] = -nu * (of_t - k * of_ta)
    hessian[2, 2] = nu * nu * by_nu_2 + 2.0 * nu * by_nu
    hessian[1, 0], hessian[2, 0], hessian[2, 1] = hessian[0, 1], hessian[0, 2], hessian[1, 2]
    return Slope(n * (c - math.log(point.s)) - 0.5 * k * logs, gradient, hessian, n)


def fisher(nu: float) -> Floats:
    """(3, 3) Fisher's information of a row in the same coordinates (Lange, Little & Taylor 1989, appendix B)."""
    _, _, c2 = constant(nu)
    both = (nu + 1.0) * (nu + 3.0)
    of_nu = -c2 + (3.0 - nu) / (2.0 * nu * nu * both)
    across = 2.0 * nu / both
    return np.array(
        [[(nu + 1.0) / (nu + 3.0), 0.0, 0.0], [0.0, 2.0 * nu / (nu + 3.0), across], [0.0, across, nu * nu * of_nu]]
    )


def scores(point: Point, values: Floats) -> Floats:
    """(m, 3) the gradient of each row's log density in the same coordinates."""
    nu, k = point.nu, point.nu + 1.0
    z = (values - point.m) / point.s
    q = z * z
    a = 1.0 / (nu + q)
    t = q * a
    _, c1, _ = constant(nu)
    by_nu = c1 - 0.5 * np.log1p(q / nu) + 0.5 * k / nu * t
    return np.stack([k * z * a, k * t - 1.0, -nu * by_nu], axis=1)
