"""The two expansions of ``series`` put into one another: what either says of the other, exactly.

The weak coupling g of ``S = rho^2 / 2 + g rho^4 / 24`` gives mean and kurtosis; in units of ``<rho^2> = N`` the
couplings are ``r = mean / N`` and ``u = g r^2``, which the expansion in ``d = (N+2)/N - kurtosis`` must give back.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import ctx, fmpq, fmpq_series

from builders.base import Level, Row
from builders.quartic.series import ORDER, VERIFIED, edge_series, weak_series
from builders.tools.checks import check
from builders.tools.ratio import Series


def check_composition(label: str, dimensions: Sequence[int], level: Level) -> Row:
    """r, u, entropy and log Z of d(g) against those of g, to order twelve, for each N."""
    differ = sum(found != wanted for n in dimensions for found, wanted in _pairs(n))
    points = 4 * (ORDER + 1) * len(dimensions)
    named = ", ".join(map(str, dimensions))
    method = f"{VERIFIED}, coefficient by coefficient, N in {{{named}}}"
    return check(label, "series", method, level=level, points=points, residual=float(differ), bound=0.0)


def _pairs(n: int) -> list[tuple[list[fmpq], list[fmpq]]]:
    """Coefficients of powers of g."""
    before, ctx.cap = ctx.cap, ORDER + 1
    try:
        weak = {name: _at(series, n) for name, series in weak_series().items()}
        edge = {name: _at(series, n) for name, series in edge_series().items()}
        g = fmpq_series([0, 1])
        mean, kurtosis = weak["mean_weak"], weak["kurtosis_weak"]
        d = fmpq_series([fmpq(n + 2, n)]) - kurtosis
        r = mean / n
        log_z = weak["log_z_weak"] - r.log() * n / 2
        entropy = log_z + (mean - n) / 2 + g * kurtosis * mean * mean / 24
        wanted = {"r": r, "u": g * r * r, "log_z": log_z, "entropy": entropy}
        return [(edge[name](d).coeffs(), series.coeffs()) for name, series in wanted.items()]
    finally:
        ctx.cap = before


def _at(series: Series, n: int) -> fmpq_series:
    return fmpq_series([fmpq(value.numerator, value.denominator) for value in (c.at(n) for c in series)])
