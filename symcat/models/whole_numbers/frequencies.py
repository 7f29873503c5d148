"""How often whole numbers occur against how often a fitted law says, in cells of neighbouring numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcat.models import tails
from symcat.models.base import Floats
from symcat.models.fit import CheckResult
from symcat.models.goodness import FEWEST, remaining
from symcat.models.whole_numbers.histogram import Histogram
from symcat.models.whole_numbers.law import WholeNumbers

NAME = "frequencies"

_MOST_CELLS = 20
_EXPECTED = 5.0  # rows in a cell, at least
_STEP = 1e-5  # relative, of the parameters


def frequencies(
    seen: Histogram, law: Callable[[Floats], WholeNumbers], parameters: Floats, information: Floats
) -> tuple[CheckResult, ...]:
    """The test of Rao & Robson (1974), whose chi-square knows that the parameters (k,) were fitted to the same rows.

    ``information`` (k, k) is that of a row. () where there are too few rows or cells.
    """
    n = seen.n
    if n < FEWEST:
        return ()
    ends = _ends(law(parameters), n)
    if len(ends) < 1:
        return ()
    expected = _shares(law(parameters), ends)
    below = np.searchsorted(ends, seen.values, side="left")
    observed = np.bincount(below, weights=seen.counts, minlength=len(expected)) / n
    slopes = np.empty((len(expected), len(parameters)))
    for k, value in enumerate(parameters):
        up, down = parameters.copy(), parameters.copy()
        up[k], down[k] = value * (1.0 + _STEP), value * (1.0 - _STEP)
        slopes[:, k] = (_shares(law(up), ends) - _shares(law(down), ends)) / (up[k] - down[k])
    size = np.sqrt(expected)
    value, degrees = remaining(
        (observed - expected) / size,
        np.eye(len(size)) - np.outer(size, size),
        slopes / size[:, None],
        information,
        n,
    )
    if not degrees:
        return ()
    words = (
        f"observed against expected rows in {len(expected)} cells: chi-square {value:.3g} with {degrees} degrees of "
        "freedom"
    )
    return (CheckResult.single(NAME, value, tails.chi_square_of(value, degrees), words),)


def _ends(law: WholeNumbers, n: float) -> Floats:
    """The last number of each cell but the uppermost; each cell is expected to have a few rows."""
    cells = int(min(_MOST_CELLS, n // (2.0 * _EXPECTED)))
    candidates = np.unique(law.ppf(np.arange(1, cells) / cells))
    ends: list[float] = []
    before = 0.0
    for end, share in zip(candidates.tolist(), law.cdf(candidates).tolist(), strict=True):
        if n * (share - before) >= _EXPECTED and n * (1.0 - share) >= _EXPECTED:
            ends.append(end)
            before = share
    return np.array(ends)


def _shares(law: WholeNumbers, ends: Floats) -> Floats:
    return np.diff(np.concatenate([[0.0], law.cdf(ends), [1.0]]))
