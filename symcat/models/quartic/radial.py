"""The radial quartic distribution in standardised units: reading its table, and its moments by quadrature.

``P(x) ~ exp(-r rho^2 / 2 - u rho^4 / 24)``, ``rho = |x|`` in R^N, is an exponential family in ``<rho^2>`` and
``<rho^4>``; with unit variance per column everything depends on the radial kurtosis ``<rho^4> / <rho^2>^2`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.tables import Table

Floats = NDArray[np.float64]


def gaussian_kurtosis(dimension: int) -> float:
    """Radial kurtosis of the Gaussian, (N + 2) / N: the upper limit of every normalisable quartic."""
    return (dimension + 2) / dimension


@dataclass(frozen=True)
class Reading:
    """The table read at radial kurtosis ``kurtosis`` (G,), for unit variance per column."""

    kurtosis: Floats
    r: Floats
    u: Floats
    u_slope: Floats  # du / dkurtosis
    entropy: Floats  # <F> + log Z: minus the mean log-likelihood per row at the fit

    def log_z(self, dimension: int) -> Floats:
        mean_f = 0.5 * dimension * self.r + self.u * self.kurtosis * dimension**2 / 24.0
        out: Floats = self.entropy - mean_f
        return out


def read(table: Table, dimension: int, kurtosis: Floats) -> Reading:
    """Reads the entry of the radial quartic in N columns at (G,) radial kurtosis, clipped to where it is defined.

    The table holds two bounded functions, from which all else is exact algebra: with ``k`` the kurtosis and ``K`` its
    Gaussian limit, ``u = (6/N) P_u(k) (K - k) / (k - 1)``; integration by parts gives ``r = 1 - N k u / 6``; and the
    entropy is ``P_s(k) + log((k - 1) N / 2) / 2``. At and beyond K the reading is the Gaussian one.
    """
    n = float(dimension)
    k = np.clip(kurtosis, 1.0 + 1e-15, gaussian_kurtosis(dimension))
    p, p_slope = table.quantities["u"].evaluate(k)
    smooth, _ = table.quantities["entropy"].evaluate(k)
    w = n * (k - 1.0)  # from 0 to 2: the distances to both ends without cancellation
    ratio = np.maximum(2.0 - w, 0.0) / w
    u = 6.0 / n * p * ratio
    return Reading(
        kurtosis=k,
        r=1.0 - k * u * n / 6.0,
        u=u,
        u_slope=6.0 / n * (p_slope * ratio - p * 2.0 * n / (w * w)),
        entropy=smooth + 0.5 * np.log(0.5 * w),
    )


def entropy_hessian(reading: Reading, dimension: int, m2: Floats) -> tuple[Floats, Floats, Floats]:
    """Second derivatives of the entropy in (m2, m4): the (22), (24) and (44) entries, each (G,).

    The natural parameters (r / 2, u / 24) are the entropy's gradient, so minus this matrix is the inverse Fisher
    matrix: the covariance of their estimates times n (Wainwright & Jordan 2008, section 3.6).
    """
    k = reading.kurtosis
    first = reading.u * dimension**2 / 24.0  # dS / dk
    second = reading.u_slope * dimension**2 / 24.0
    h44 = second / m2**4
    h24 = -2.0 * (first + k * second) / m2**3
    h22 = (-0.5 * dimension + 6.0 * k * first + 4.0 * k * k * second) / m2**2
    return h22, h24, h44


def radial_grid(dimension: int, r: float, u: float, points: int = 2049) -> tuple[Floats, Floats]:
    """Radii and weights (summing to one) of the density's radial law, for quadrature.

    The trapezoidal rule in t = log(rho), where the integrand decays exponentially on the left and faster on the right,
    so that it converges geometrically for every N (Trefethen & Weideman 2014). Weights below e^-80 are left out.
    """

    def log_weight(t: Floats) -> Floats:
        q = np.exp(2.0 * t)
        value: Floats = dimension * t - 0.5 * r * q - u * q * q / 24.0
        return value

    # The peak in q = rho^2 solves N = r q + u q^2 / 6; the form that does not cancel depends on the sign of r.
    root = np.hypot(r, np.sqrt(2.0 * dimension * u / 3.0))
    peak = 0.5 * np.log(2.0 * dimension / (r + root) if r > 0.0 else 3.0 * (root - r) / u)
    coarse = peak + np.linspace(-90.0 / dimension - 1.0, 4.0, 1024)
    top = float(log_weight(np.array(peak)))
    inside = np.flatnonzero(log_weight(coarse) > top - 80.0)
    while inside.size < 64 and coarse[-1] - coarse[0] > 1e-9:  # a shell so thin that few points are in it
        step = coarse[1] - coarse[0]
        lo, hi = (coarse[inside[0]], coarse[inside[-1]]) if inside.size else (peak, peak)
        coarse = np.linspace(lo - 2.0 * step, hi + 2.0 * step, 1024)
        inside = np.flatnonzero(log_weight(coarse) > top - 80.0)
    first, last = (inside[0], inside[-1]) if inside.size else np.searchsorted(coarse, [peak, peak])
    t = np.linspace(coarse[max(first - 1, 0)], coarse[min(last + 1, len(coarse) - 1)], points)
    weight = np.exp(log_weight(t) - top)
    return np.exp(t), weight / weight.sum()


def moments(dimension: int, r: float, u: float, powers: tuple[int, ...]) -> dict[int, float]:
    """``<rho^p>`` for each power, by quadrature, in the units of r and u."""
    rho, weight = radial_grid(dimension, r, u)
    return {p: float(weight @ rho**p) for p in powers}


def log_partition(dimension: int, r: float, u: float) -> float:
    """log of the integral of exp(-r rho^2/2 - u rho^4/24) over R^N, by quadrature independent of the table."""
    from scipy.special import gammaln

    rho, weight = radial_grid(dimension, r, u)
    t = np.log(rho)
    i = int(np.argmax(weight))
    q = rho[i] ** 2
    log_peak = dimension * t[i] - 0.5 * r * q - u * q * q / 24.0
    log_integral = log_peak - np.log(weight[i]) + np.log(t[1] - t[0])
    log_sphere = np.log(2.0) + 0.5 * dimension * np.log(np.pi) - gammaln(0.5 * dimension)
    return float(log_integral + log_sphere)
