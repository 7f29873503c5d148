"""Does a polynomial of one column describe what it was not fitted to? The next moments, and of even ones the odd ones.

Each compares averages of polynomials that are orthonormal under the fitted density with the zero that this says. Those
beyond its degree are, to first order, not moved by the fit, and independent with variance 1 / n: Neyman's smooth test
(Rayner & Best 1989).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models import tails
from symcat.models.fit import CheckResult, Fit
from symcat.models.scalar import newton
from symcat.models.scalar.slopes import slopes_of_odd

Floats = NDArray[np.float64]

FEWEST = 100
"""Rows from which the checks are made. Their laws are those of many rows: of 300 and of 2000 drawn from the class the
next moments reject 0.05 to 0.2 % at the level of 0.1 %, of an even octic and 300 rows more (``docs/mathematics.md``);
of 50 up to 4 %."""
HUMP = "hump"
"""Among the statistics of a fit: the mass of the hump that holds the fewest rows, NaN where there is none."""
FEWEST_IN_A_HUMP = 5.0
"""Expected rows in a hump of its own from which it is taken for one."""
_TOO_FEW = f"made from {FEWEST} rows on"


def next_moments(fit: Fit, theta: Floats, averages: Floats, grid: Floats, *, even: bool) -> CheckResult:
    """The two powers beyond the degree, or the one of an even polynomial.

    ``theta`` (G, K + 1) and ``averages`` (G, .) of powers of s, in standard deviations, to those beyond.
    """
    made = fit.answered & (fit.count >= FEWEST)
    top, last = theta.shape[1] - 1, averages.shape[1] - 1
    polynomials = newton.orthonormal(np.where(made[:, None], theta, np.nan), grid, last, even=even)
    with np.errstate(all="ignore"):
        score = np.sqrt(fit.count)[:, None] * np.einsum("gjk,gk->gj", polynomials[:, top + 1 :], averages)
        value = score[:, 0] if even else (score**2).sum(axis=1)
        p_value = tails.two_sided(value) if even else tails.chi_square(value, 2)
    degree = 2 * top if even else top
    powers = f"power {degree + 2}" if even else f"powers {degree + 1} and {degree + 2}"

    def detail(group: int) -> str:
        if not made[group]:
            return _TOO_FEW
        apart = ", ".join(f"{value:.2g}" for value in score[group])
        return f"{powers}: what lower ones leave of them is {apart} standard errors from the model's"

    return CheckResult("next moments", value, p_value, detail, made=made)


def odd_moments(fit: Fit, theta: Floats, powers: Floats, grid: Floats, *, estimated: bool) -> CheckResult:
    """The odd moments of an even polynomial, below its degree, which vanish by symmetry.

    Where the centre is estimated, without their component along ``F'``, to which its error adds. ``powers`` (G, .) are
    of y.
    """
    made = fit.answered & (fit.count >= FEWEST)
    size = theta.shape[1] - 1
    polynomials = newton.orthonormal(np.where(made[:, None], theta, np.nan), grid, size - 1, even=True, odd=True)
    with np.errstate(all="ignore"):
        z = np.sqrt(fit.count)[:, None] * np.einsum("gjk,gk->gj", polynomials, powers[:, 1 : 2 * size : 2])
        value = (z**2).sum(axis=1)
        if estimated:
            slopes = slopes_of_odd(polynomials, powers[:, ::2])
            value = np.maximum(value - (z * slopes).sum(axis=1) ** 2 / (slopes**2).sum(axis=1), 0.0)
        degrees = size - estimated
        p_value = tails.chi_square(value, degrees)

    def detail(group: int) -> str:
        return f"chi-square with {degrees} degrees of freedom; zero by symmetry" if made[group] else _TOO_FEW

    return CheckResult("symmetry (odd moments)", value, p_value, detail, made=made)


def second_hump(fit: Fit) -> list[CheckResult]:
    """Told where a hump that a high barrier parts off holds fewer rows than can be seen; none without such a hump."""
    rows = fit.count * fit.statistics[HUMP]
    made = fit.answered & (rows < FEWEST_IN_A_HUMP)
    if not made.any():
        return []

    def detail(group: int) -> str:
        return f"{rows[group]:.2g} rows are expected in a hump that a barrier parts off" if made[group] else "no such"

    nothing: NDArray[np.float64] = np.full(len(rows), np.nan)
    return [CheckResult("rows in the second hump", rows, nothing, detail, weight="told", verdict=~made, made=made)]
