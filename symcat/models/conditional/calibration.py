"""Observed against predicted shares of the larger value, in groups of rows by predicted share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.models.conditional.log_odds import LogOdds, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.fit import CheckResult
from symcat.models.tails import chi_square_of

Integers = NDArray[np.intp]

_GROUPS = 10
_LEAST_EXPECTED = 5.0  # rows of either value that a group must expect (Cochran 1954)


def calibration(odds: LogOdds, rows: Rows) -> CheckResult | None:
    """Observed against predicted shares of +1 in tenths of the rows by predicted share (Hosmer & Lemeshow 1980).

    Chi-square with two degrees of freedom fewer than groups, or as many if the coefficients are of more rows than
    these. None for fewer than three groups.
    """
    p = logistic(odds.of(rows.values))
    up = rows.values[:, odds.target] > 0.0
    order = np.argsort(p, kind="stable")
    distinct, place = np.unique(p[order], return_inverse=True)  # equal predictions are not torn apart
    weight, seen = (_sums(place, values[order]) for values in (rows.weight, rows.weight * up))
    due = weight * distinct
    middle = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    cells = _pooled(weight, due, np.minimum((middle * _GROUPS).astype(np.intp), _GROUPS - 1))
    groups = cells[-1] + 1
    if groups < 3:
        return None
    size, observed, expected = (_sums(cells, values) for values in (weight, seen, due))
    statistic = float(((observed - expected) ** 2 / (expected * (1.0 - expected / size))).sum())
    worst = int((np.abs(observed - expected) / np.sqrt(expected * (1.0 - expected / size))).argmax())
    degrees = groups - 2 if rows.everything else groups
    detail = (
        f"chi-square with {degrees} degrees of freedom over {groups} groups by predicted share; farthest where it is "
        f"{expected[worst] / size[worst]:.3g} on average: {observed[worst] / size[worst]:.3g} observed"
    )
    return CheckResult.single("calibration", statistic, chi_square_of(statistic, degrees), detail, weight="told")


def _sums(place: Integers, values: Floats) -> Floats:
    return np.asarray(np.bincount(place, weights=values), dtype=np.float64)


def _pooled(weight: Floats, due: Floats, tenth: Integers) -> Integers:
    """Group of each distinct prediction, ascending from 0: its tenth of the rows, joined until enough is expected."""
    ends = np.flatnonzero(np.append(tenth[1:] != tenth[:-1], True)) + 1
    up, down = np.cumsum(due), np.cumsum(weight - due)
    bounds, before = [0], np.zeros(2)
    for end in ends.tolist():
        held = np.array([up[end - 1], down[end - 1]])
        if (held - before).min() >= _LEAST_EXPECTED:
            bounds.append(end)
            before = held
    if len(bounds) > 1:
        bounds[-1] = len(weight)  # a rest that expects too little joins the group before
    else:
        bounds.append(len(weight))
    return np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
