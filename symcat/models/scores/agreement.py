"""Whether scores depend on each other as a law of them says, whatever law that is: each two columns, and all together.

Averages of products of Legendre's polynomials of the shares ``Phi(z_j)`` (as in Neyman's smooth tests, 1937) of two
columns, and of three of few columns, over the rows are compared with those over rows drawn from the law. What the fit
has absorbed of them is removed, row by row: by the law's own coordinates, and by the margins (Pierce 1982).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from symcat.models.base import Floats
from symcat.models.fit import CheckResult, Observed
from symcat.models.scores.joint_slopes import JointMoving
from symcat.models.scores.neighbours import neighbourhoods
from symcat.models.tails import smallest_of

AGREEMENT = "dependence of pairs"
DRAWN = 1 << 14
FEWEST = 50
"""Rows from which the check is made."""

Orders = tuple[tuple[int, ...], ...]
"""Of the polynomials of some columns, of one product each."""

_OF_TWO: Orders = ((1, 1), (1, 2), (2, 1), (2, 2))
_OF_THREE: Orders = ((1, 1, 1),)
MOST_OF_THREE = 12
"""Columns of which products of three are looked at."""

_LEFT = 0.05  # of its own variance, which a direction must have left to be tested


def checks(
    moving: JointMoving, drawn: Floats, names: tuple[str, ...], observed: Observed, seed: int
) -> list[CheckResult]:
    """All that scores are tested for against rows (D, d) drawn from their law."""
    found = [of_pairs(moving, drawn, names)]
    if observed.weighted is None:
        found.append(neighbourhoods(moving.margins.sampled, drawn, seed, moving.slope))
    return [one for one in found if one is not None]


def of_pairs(moving: JointMoving, drawn: Floats, names: tuple[str, ...]) -> CheckResult | None:
    """The largest departure among all pairs of columns, and all sets of three of few; None of few rows."""
    margins = moving.margins
    z = margins.sampled
    m, d = z.shape
    if m < FEWEST:
        return None
    p, of_drawn, slopes = _legendre(z), _legendre(drawn), _slopes(z)
    slope = moving.slope(drawn)
    slope -= slope.mean(axis=0)
    moved_margins = margins.moved * moving.count
    moved = moving.sampled * moving.count
    smallest, said, statistic = 1.0, "", 0.0
    sets: list[tuple[tuple[int, ...], Orders]] = [(one, _OF_TWO) for one in combinations(range(d), 2)]
    if d <= MOST_OF_THREE:
        sets.extend((one, _OF_THREE) for one in combinations(range(d), 3))
    for columns, orders in sets:
        values, of_law = _products(p, columns, orders), _products(of_drawn, columns, orders)
        apart = values - of_law.mean(axis=0)
        of_law -= of_law.mean(axis=0)
        by_law = slope.T @ of_law / len(drawn)
        influence = apart + moved_margins @ _by_margins(moving, p, slopes, columns, orders) - moved @ by_law
        value, degrees = departure(apart, influence, of_law)
        found = _p_value(value, degrees, m)
        if found < smallest or not said:
            smallest, statistic = found, value
            which = ", ".join(repr(names[j]) for j in columns[:-1]) + f" and {names[columns[-1]]!r}"
            said = f"{which}: chi-square {value:.3g} with {degrees} degrees of freedom"
    of = f"pairs{' and threes' * (3 <= d <= MOST_OF_THREE)}"
    detail = f"{said}, the least likely of {len(sets)} {of} of columns, from {m} rows"
    return CheckResult.single(AGREEMENT, statistic, float(smallest_of(smallest, len(sets))), detail, rows=m)


def _legendre(z: Floats) -> dict[int, Floats]:
    """(m, d) by order, orthonormal for normal scores."""
    from scipy.special import ndtr

    t = 2.0 * ndtr(z) - 1.0
    return {1: np.sqrt(3.0) * t, 2: np.sqrt(5.0) * (1.5 * t * t - 0.5)}


def _slopes(z: Floats) -> dict[int, Floats]:
    """(m, d) their derivatives by the scores."""
    from scipy.special import ndtr

    density = np.sqrt(2.0 / np.pi) * np.exp(-0.5 * z * z)
    return {1: np.sqrt(3.0) * density, 2: np.sqrt(5.0) * 3.0 * (2.0 * ndtr(z) - 1.0) * density}


def _products(p: dict[int, Floats], columns: tuple[int, ...], orders: Orders) -> Floats:
    """(m, K)."""
    return np.stack(
        [np.prod([p[a][:, j] for a, j in zip(one, columns, strict=True)], axis=0) for one in orders], axis=1
    )


def _by_margins(
    moving: JointMoving,
    p: dict[int, Floats],
    slopes: dict[int, Floats],
    columns: tuple[int, ...],
    orders: Orders,
) -> Floats:
    """(p, K) derivatives of the averages by the free numbers of all columns' classes."""
    of_margins = moving.margins.slopes
    starts = np.concatenate([[0], np.cumsum([one.shape[1] for one in of_margins])])
    out = np.zeros((starts[-1], len(orders)))
    for k, one in enumerate(orders):
        for j in columns:
            factors = [(slopes if i == j else p)[a][:, i] for a, i in zip(one, columns, strict=True)]
            out[starts[j] : starts[j + 1], k] = of_margins[j].T @ np.prod(factors, axis=0) / len(factors[0])
    return out


def departure(apart: Floats, influence: Floats, of_law: Floats) -> tuple[float, int]:
    """Square of the means of rows (m, K) in units of their errors, along directions that the fit has not absorbed.

    The rows' means vary as their influence (m, K) does. Those of drawn rows (D, K), which were subtracted, vary as
    these do: the fit has absorbed nothing of them.
    """
    unit = 1.0 / np.maximum(apart.std(axis=0), np.finfo(float).tiny)
    centred, drawn = (influence - influence.mean(axis=0)) * unit, of_law * unit
    covariance = centred.T @ centred / (len(centred) - 1.0)
    variances, directions = np.linalg.eigh(covariance)
    kept = directions[:, variances > _LEFT]
    along = kept.T @ (apart.mean(axis=0) * unit)
    errors = kept.T @ (covariance / len(centred) + drawn.T @ drawn / len(drawn) ** 2) @ kept
    return float(along @ np.linalg.solve(errors, along)) if kept.size else 0.0, kept.shape[1]


def _p_value(squared: float, k: int, m: int) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(k, m - k, squared * (m - k) / (k * (m - 1.0)))) if k else 1.0
