"""Does an elliptical quartic describe its whitened rows? Its next radial moment, its odd ones, all directions.

What the fit has absorbed is removed: of radial functions the averages of q and q^2, of vectors the slope of the centre.
The estimated map moves no harmonic of degree three or more, to leading order (``directions``).
"""

from __future__ import annotations

import numpy as np

from symcat.models.fit import CheckResult, Floats
from symcat.models.quartic import radial
from symcat.models.quartic.directions import directions
from symcat.models.quartic.orthogonal import cubic
from symcat.models.tails import chi_square_of, two_sided_of

FEWEST = 50
"""Rows from which the checks are made."""


def run(y: Floats, r: float, u: float) -> list[CheckResult]:
    """Of rows (m, N) in coordinates of unit variance; none of few."""
    m, n = y.shape
    if m < FEWEST:
        return []
    q = (y * y).sum(axis=1)
    rho, weight = radial.radial_grid(n, r, u)
    of_law = rho * rho
    third = cubic(of_law[None], weight[None])
    score = float(third(q[None]).mean() * np.sqrt(m / third.norm[0]))
    found = [
        CheckResult.single(
            "sixth moment",
            score,
            two_sided_of(score),
            f"<q^3> measured {(q**3).mean():.5g}, the model says {float(weight @ of_law**3):.5g}",
            rows=m,
        )
    ]
    w = r + u * of_law / 6.0
    share = float(weight @ (w * of_law**2)) / float(weight @ (w * w * of_law))
    variance = float(weight @ ((of_law - share * w) ** 2 * of_law)) / n
    vector = (y * (q - share * (r + u * q / 6.0))[:, None]).mean(axis=0)
    odd = float(m * (vector @ vector) / variance)
    words = f"chi-square with {n} degrees of freedom; zero by symmetry"
    found.append(CheckResult.single("symmetry (odd moments)", odd, chi_square_of(odd, n), words, rows=m))
    return [*found, *(directions(y, FEWEST) or [])]
