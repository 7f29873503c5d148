"""Does a polynomial describe what it was not fitted to? Waves along each two axes, the rows' against the model's.

These are the real and imaginary parts of the characteristic function at a few points (Feuerverger & Mureika 1977, Ann.
Stat. 5:88): bounded, so that their averages soon are normal, where those of the next powers are not. What the fit has
absorbed of them is taken out (``goodness``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

import numpy as np

from symcat.models import tails
from symcat.models.base import Floats
from symcat.models.fit import CheckResult

SHAPE = "shape"
"""Among the statistics of a fit: (1, P, 2) chi-square and its degrees of freedom for each two of its axes."""

ROWS = "shape_rows"
"""And (1,) the rows that these are worth, where they are not all."""

_FREQUENCY = 2.0  # radians a standard deviation: lower waves are nearly sums of the powers that were fitted
_LEFT = 0.1  # of the largest variance, which a direction must have left to be tested
_TURNS = np.array([(1, 0), (0, 1), (2, 0), (0, 2), (1, 1), (1, -1)], dtype=np.float64)
COUNT = 2 * len(_TURNS)
"""Of two axes."""


def pairs(dimension: int, two_valued: Collection[int] = ()) -> list[tuple[int, int]]:
    """Each two axes once, but those of two columns of two values, whose joint law is fitted."""
    return [pair for pair in combinations(range(dimension), 2) if not set(pair) <= set(two_valued)]


def values(first: Floats, second: Floats) -> Floats:
    """(W, ...) cosines, then sines, at standardised coordinates along two axes."""
    along = _FREQUENCY * np.tensordot(_TURNS, np.stack(np.broadcast_arrays(first, second)), axes=1)
    return np.concatenate([np.cos(along), np.sin(along)])


def slopes(means: Floats) -> Floats:
    """(W, 2) averages of the derivatives by the two coordinates, from those of the waves (W,)."""
    cosines, sines = means[: len(_TURNS), None], means[len(_TURNS) :, None]
    return _FREQUENCY * np.concatenate([-_TURNS * sines, _TURNS * cosines])


def against_drawn(
    rows: Floats, drawn: Floats, of_rows: Floats, of_drawn: Floats, two_valued: Collection[int], *, even: bool
) -> Floats:
    """(P, 2) chi-square and degrees of freedom for each two columns, of rows (n, d) against rows of the model (D, d).

    What their statistics (n, K) and (D, K) tell of the waves is taken out, by a regression over half of the rows of the
    model, which the other half is not a part of: to first order what is left does not move with the couplings.
    ``even`` leaves out the sines, which an estimated centre of the symmetry moves.
    """
    half = len(drawn) // 2
    middle = of_drawn[:half].mean(axis=0)
    unit = np.maximum(of_drawn[:half].std(axis=0), np.finfo(float).tiny)
    of_seen, of_fit, of_law = ((one - middle) / unit for one in (of_rows, of_drawn[:half], of_drawn[half:]))
    inverse = np.linalg.pinv(of_fit.T @ of_fit, rcond=1e-10, hermitian=True) @ of_fit.T
    found = []
    for i, j in pairs(rows.shape[1], two_valued):
        count = COUNT // 2 if even else COUNT
        wave, fitted, law = (values(y[:, i], y[:, j])[:count].T for y in (rows, drawn[:half], drawn[half:]))
        told = inverse @ fitted  # the statistics are centred
        seen, left = wave - of_seen @ told, law - of_law @ told
        errors = np.cov(seen.T) / len(seen) + np.cov(left.T) / len(left)
        variances, directions = np.linalg.eigh(errors)
        kept = variances > _LEFT * float(fitted.var(axis=0).max()) * (1.0 / len(seen) + 1.0 / len(left))
        along = directions[:, kept].T @ (seen.mean(axis=0) - left.mean(axis=0))
        found.append((float((along**2 / variances[kept]).sum()), int(kept.sum())))
    return np.array(found, dtype=np.float64)


def check(
    found: Floats, names: Sequence[str], two_valued: Collection[int] = (), rows: float | None = None
) -> CheckResult:
    """From the statistics (P, 2) of a fit; ``names`` are those of its axes. The smallest of the p-values decides."""
    p_values = [tails.chi_square_of(value, int(degrees)) if degrees else 1.0 for value, degrees in found]
    worst = int(np.argmin(p_values))
    one, other = pairs(len(names), two_valued)[worst]
    value, degrees = found[worst]
    detail = (
        f"waves along {names[one]} and {names[other]}, the rows' against the answer's: chi-square {value:.3g} with "
        f"{int(degrees)} degrees of freedom" + (f", the worst of {len(found)} such pairs" if len(found) > 1 else "")
    )
    p = float(tails.smallest_of(p_values[worst], len(found)))
    return CheckResult.single("shape", float(value), p, detail, rows=rows)
