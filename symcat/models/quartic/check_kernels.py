"""Statistics of the radial quartic's checks: loops over groups and numbers.

Run through ``symcat.loops``: as they are for a few groups, compiled for many. Averages are about any origin near the
data, from which ``shift`` (G, N) is the fitted centre; groups where a check is not made stay as they are.
"""

from __future__ import annotations

import math
from typing import Any

ESTIMATED, MEAN, KNOWN = 0, 1, 2
"""Whether the centre is that of the likelihood, the sample mean, or known."""


def sixth_moment(kurtosis: float, u: float, n: float) -> float:
    """``<rho^6> / <rho^2>^3`` of the model; ``u`` for unit variance per column.

    Integration by parts gives ``(N + 2) <rho^2> = r <rho^4> + u <rho^6> / 6`` and ``r = 1 - N kurtosis u / 6``. Written
    with the distance of the kurtosis from the Gaussian's, to which u is proportional, it cancels at neither end.
    """
    return kurtosis * kurtosis + 6.0 * ((n + 2.0) / n - kurtosis) / (n * u)


def eighth_moment(m4: float, m6: float, r: float, u: float, n: float) -> float:
    """``<rho^8>`` of the model, by integration by parts: ``(N + 4) <rho^4> = r <rho^6> + u <rho^8> / 6``.

    Near the Gaussian, where the difference has no digits left, that of the Gaussian.
    """
    per_column = math.sqrt(m4 / (n * (n + 2.0)))
    if u * per_column * per_column < 1e-6:
        return m4 * (n + 4.0) * (n + 6.0) * per_column * per_column
    return 6.0 * ((n + 4.0) * m4 - r * m6) / u


def axes(
    made: Any,
    count: Any,
    first: Any,
    second: Any,
    powers: Any,
    shift: Any,
    r: Any,
    u: Any,
    kurtosis: Any,
    measured: Any,
    score: Any,
) -> None:
    """``sum <y_j^4> (N + 2) / (3 <|y|^4>)``, one under rotations, and the standard normal score of what it differs.

    The sum less its average over rotations is a harmonic polynomial of degree four, which no centre, r or u changes; on
    the unit sphere its variance follows from the moments of the directions (Folland 2001).
    """
    groups, n = first.shape
    on_sphere = (9.0 * n + 96.0) / ((n + 2.0) * (n + 4.0) * (n + 6.0)) - 9.0 / ((n + 2.0) * (n + 2.0))
    for g in range(groups):
        if not made[g]:
            continue
        m2, fourth = 0.0, 0.0
        for j in range(n):
            s, p1, p2, p3, p4 = shift[g, j], first[g, j], second[g, j, j], powers[g, j, 0], powers[g, j, 1]
            m2 += p2 - s * (2.0 * p1 - s)
            fourth += p4 - s * (4.0 * p3 - s * (6.0 * p2 - s * (4.0 * p1 - s)))
        m4 = kurtosis[g] * m2 * m2
        m6 = sixth_moment(kurtosis[g], u[g] * (m2 / n) ** 2, n) * m2 * m2 * m2
        m8 = eighth_moment(m4, m6, r[g], u[g], n)
        measured[g] = fourth * (n + 2.0) / (3.0 * m4)
        score[g] = (fourth - 3.0 * m4 / (n + 2.0)) * math.sqrt(count[g] / (m8 * on_sphere))


def symmetries(
    made: Any,
    count: Any,
    first: Any,
    second: Any,
    third: Any,
    shift: Any,
    r: Any,
    u: Any,
    kurtosis: Any,
    center: int,
    odd: Any,
    directions: Any,
) -> None:
    """The chi-square statistics of the odd moments, and of the covariance being a multiple of the identity.

    The third moment ``<y |y|^2>`` is zero by symmetry, about a known centre also the first. Elsewhere its variance is
    less what the centre has absorbed: ``drift = <d(y_i |y|^2)/dy_i>`` is how the third moment moves with the centre.
    The other is Bingham's test with the model's fourth moment (Mardia & Jupp 2000, section 10.7).
    """
    groups, n = first.shape
    for g in range(groups):
        if not made[g]:
            continue
        trace, along, square = 0.0, 0.0, 0.0
        for i in range(n):
            trace += second[g, i, i]
            along += shift[g, i] * first[g, i]
            square += shift[g, i] * shift[g, i]
        m2 = trace - 2.0 * along + square
        m4 = kurtosis[g] * m2 * m2
        m6 = sixth_moment(kurtosis[g], u[g] * (m2 / n) ** 2, n) * m2 * m2 * m2
        traceless, ff, ft, tt = 0.0, 0.0, 0.0, 0.0
        for i in range(n):
            a, b, carried = first[g, i], shift[g, i], 0.0
            for j in range(n):
                carried += second[g, i, j] * shift[g, j]
                moved = second[g, i, j] - a * shift[g, j] - b * first[g, j] + b * shift[g, j]
                if i == j:
                    moved -= m2 / n
                traceless += moved * moved
            cube = third[g, i] - 2.0 * carried + square * a - b * m2
            ff += (a - b) * (a - b)
            ft += (a - b) * cube
            tt += cube * cube
        drift = m2 * (1.0 + 2.0 / n)
        if center == ESTIMATED:
            odd[g] = count[g] * tt / (m6 / n - drift * drift / (r[g] + u[g] * drift / 6.0))
        elif center == MEAN:
            odd[g] = count[g] * tt / ((m6 - 2.0 * drift * m4 + drift * drift * m2) / n)
        else:
            odd[g] = count[g] * n * (m6 * ff - 2.0 * m4 * ft + m2 * tt) / (m2 * m6 - m4 * m4)
        directions[g] = count[g] * n * (n + 2.0) / (2.0 * m4) * traceless


def sixth_moments(
    made: Any,
    count: Any,
    first: Any,
    second: Any,
    powers: Any,
    shift: Any,
    u: Any,
    kurtosis: Any,
    norms: Any,
    measured: Any,
    score: Any,
) -> None:
    """Of one column: ``<y^6> / <y^2>^3``, and the standard normal score of what it differs from the model's.

    ``norms`` are the variances of y^6, in the same units, that the fit leaves.
    """
    for g in range(first.shape[0]):
        if not made[g]:
            continue
        s, p1, p2 = shift[g, 0], first[g, 0], second[g, 0, 0]
        p3, p4, p5, p6 = powers[g, 0, 0], powers[g, 0, 1], powers[g, 0, 2], powers[g, 0, 3]
        m2 = p2 - s * (2.0 * p1 - s)
        m6 = p6 - s * (6.0 * p5 - s * (15.0 * p4 - s * (20.0 * p3 - s * (15.0 * p2 - s * (6.0 * p1 - s)))))
        measured[g] = m6 / (m2 * m2 * m2)
        expected = sixth_moment(kurtosis[g], u[g] * m2 * m2, 1.0)
        score[g] = (measured[g] - expected) * math.sqrt(count[g] / norms[g])
