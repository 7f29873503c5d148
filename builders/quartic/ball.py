"""Certified values of the radial quartic family in ball arithmetic (python-flint, Arb).

``F = r rho^2 / 2 + u rho^4 / 24`` in N columns. With ``a = r/2``, ``b = u/24``, ``y = sqrt(2 b) rho^2``, ``z = a /
sqrt(2 b)`` and ``n = N/2`` every average follows from ``M_nu(z) = int_0^inf y^(nu - 1) exp(-z y - y^2 / 2) dy`` (DLMF
12.5.1, 13.4.4). The kurtosis ``<rho^4> / <rho^2>^2`` increases strictly with z, so two evaluations on either side
enclose its inverse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from flint import arb, ctx, fmpq

from builders.tools.checks import CannotCertify

PRECISION = 200  # bits of every certified evaluation
_ROOT_STEPS = 100
_WIDENINGS = 6  # tries of an enclosure, each 2^8 times wider


@dataclass(frozen=True)
class State:
    """The standardised fit (``<rho^2> = N``) at one kurtosis: every field is a ball that encloses the true value."""

    z: arb
    mean: arb  # mu = <y>
    kurtosis: arb
    r: arb
    u: arb
    log_z: arb
    entropy: arb


def gamma(q: fmpq) -> arb:
    """Gamma at a positive rational."""
    return arb(q).gamma()


def _moment(nu: fmpq, z: arb) -> arb:
    """``M_nu`` at an exact z: by Tricomi's U for z > 0, else by two 1F1, whose terms are both positive for z < 0."""
    half = arb(nu) / 2
    w = z * z / 2
    if z > 0:
        return gamma(nu) * arb(2) ** (-half) * w.hypgeom_u(half, arb(1) / 2)
    even = gamma(nu / 2) * w.hypgeom_1f1(half, arb(1) / 2)
    odd = arb(2).sqrt() * z * gamma((nu + 1) / 2) * w.hypgeom_1f1(half + arb(1) / 2, arb(3) / 2)
    return arb(2) ** (half - 1) * (even - odd)


def moment(nu: fmpq, z: arb) -> arb:
    """``M_nu(z)`` for a ball z, enclosed through the midpoint and the derivative ``-M_(nu + 1)``, which falls with z.

    A ball put into U directly would lose ``z^2`` bits: between its series and its asymptotic expansion U is a small
    difference of large 1F1.
    """
    between = 0 < z < (2 * ctx.prec) ** 0.5
    with ctx.workprec(2 * ctx.prec if between else ctx.prec + 32):
        middle = _moment(nu, z.mid())
        radius = z.rad()
        if radius == 0:
            return middle
        slope = _moment(nu + 1, z.lower())
        return arb(middle, (slope * radius).abs_upper())


class Averages(NamedTuple):
    """Balls for ``log M_n(z)``, ``mu = <y>`` and the kurtosis ``<y^2> / <y>^2``."""

    log_moment: arb
    mean: arb
    kurtosis: arb


class Method(NamedTuple):
    """A way to the averages in N dimensions at z, and the bits it gives."""

    averages: Callable[[int, arb], Averages]
    bits: int


def closed_form(dimension: int, z: arb) -> Averages:
    """The averages from ``M_n`` and ``M_(n+1)``; ``<y^2> = n - z mu`` is the Schwinger-Dyson equation."""
    n = fmpq(dimension, 2)
    zeroth = moment(n, z)
    mu = moment(n + 1, z) / zeroth
    return Averages(zeroth.log(), mu, (arb(n) - z * mu) / (mu * mu))


CLOSED_FORM = Method(closed_form, PRECISION)


def pure_quartic_kurtosis(dimension: int) -> arb:
    """The kurtosis at r = 0: ``Gamma(N/4) Gamma(N/4 + 1) / Gamma(N/4 + 1/2)^2``."""
    q = fmpq(dimension, 4)
    return gamma(q) * gamma(q + 1) / gamma(q + fmpq(1, 2)) ** 2


def _newton(dimension: int, kurtosis: arb, z: arb, method: Method, bits: int) -> arb:
    """z at a kurtosis by Newton's rule on logit(x) against asinh(z), which is close to a straight line."""
    n = arb(fmpq(dimension, 2))

    def logit(k: arb) -> arb:
        x = (k - 1) * n
        return (x / (1 - x)).log()

    target = logit(kurtosis)
    for _ in range(_ROOT_STEPS):
        _, mu, k = method.averages(dimension, z)
        variance = (k - 1) * mu * mu
        slope = (z * variance - mu) / mu**2 + 2 * k * variance / mu
        x = (k - 1) * n
        logit_slope = slope * n / (x * (1 - x)) * (z * z + 1).sqrt()
        step = ((logit(k) - target) / logit_slope).mid()
        z = (z.asinh() - step).sinh().mid()
        if abs(step) < arb(2) ** (-bits * 2 // 5):  # the next step would be below the precision
            return z
    raise CannotCertify(f"N = {dimension}: no root found at kurtosis {kurtosis.str(20)}")


def _approximate_root(dimension: int, kurtosis: arb, method: Method) -> arb:
    n = arb(fmpq(dimension, 2))
    x = (kurtosis - 1) * n
    b = n * (1 - x) / x  # the limit of large N, a good first guess for every N
    z = ((n - kurtosis * b) / b.sqrt()).mid()
    if method.bits == ctx.prec:
        with ctx.workprec(ctx.prec // 2):
            z = _newton(dimension, kurtosis, z, method, ctx.prec * 4 // 5)
    return _newton(dimension, kurtosis, z, method, method.bits)


def state_at(dimension: int, z: arb, method: Method = CLOSED_FORM) -> State:
    """Everything at a (ball) z."""
    n = arb(fmpq(dimension, 2))
    log_moment, mu, kurtosis = method.averages(dimension, z)
    u = 3 * mu**2 / n**2
    r = z * mu / n
    log_z = n * arb.pi().log() - n.lgamma() - n * (mu / dimension).log() + log_moment
    entropy = log_z + r * n + u * kurtosis * n**2 / 6
    return State(z, mu, kurtosis, r, u, log_z, entropy)


def solve(dimension: int, kurtosis: arb, method: Method = CLOSED_FORM) -> State:
    """The certified fit at a kurtosis in (1, (N+2)/N), at the midpoint of the ball given.

    Raises CannotCertify if the enclosure of z cannot be proven.
    """
    kurtosis = kurtosis.mid()
    z = _approximate_root(dimension, kurtosis, method)
    step = (abs(z) + 1) * arb(2) ** (-method.bits * 3 // 4)
    for _ in range(_WIDENINGS):
        low, high = method.averages(dimension, z - step).kurtosis, method.averages(dimension, z + step).kurtosis
        if low < kurtosis < high:
            # The ball contains the z of exactly this kurtosis, so the kurtosis itself needs no ball.
            return replace(state_at(dimension, arb(z, step.abs_upper()), method), kurtosis=kurtosis)
        step *= 2**8
    raise CannotCertify(f"N = {dimension}: no proven enclosure of the root at kurtosis {kurtosis.str(20)}")
