"""Observed against predicted shares of the larger value, in groups of rows by predicted share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.models import tails
from symcat.models.conditional.log_odds import LogOdds, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.fit import CheckResult

_TENTHS = 10
_LEAST_EXPECTED = 5.0  # rows of either value that a group must expect (Cochran 1954)


@dataclass(frozen=True)
class Shares:
    """Of each of G tables: rows, those that are +1 and how many of these are expected, in up to ten groups of rows."""

    size: Floats  # (G, 10)
    observed: Floats  # (G, 10)
    expected: Floats  # (G, 10)
    groups: NDArray[np.intp]  # (G,) how many of the ten there are

    def put(self, at: NDArray[np.intp], other: Shares) -> None:
        """Those of some tables."""
        self.size[at], self.observed[at], self.expected[at] = other.size, other.observed, other.expected
        self.groups[at] = other.groups

    @classmethod
    def none(cls, tables: int) -> Shares:
        """Of tables of no rows."""
        size, observed, expected = np.zeros((3, tables, _TENTHS))
        return cls(size, observed, expected, np.zeros(tables, dtype=np.intp))

    def check(self, *, everything: bool = True) -> CheckResult | None:
        """Chi-square with two degrees of freedom fewer than groups; None where no table has three groups or more.

        With as many if the coefficients are of more rows than these, which are not ``everything``.
        """
        made = self.groups >= 3
        if not made.any():
            return None
        degrees = np.where(made, self.groups - 2 if everything else self.groups, 1)
        there = np.arange(_TENTHS) < self.groups[:, None]
        with np.errstate(all="ignore"):
            square = (self.observed - self.expected) ** 2 / (self.expected * (1.0 - self.expected / self.size))
        square = np.where(there & made[:, None], square, 0.0)
        statistic = square.sum(axis=1)
        p_value = np.where(made, tails.gamma(0.5 * statistic, 0.5 * degrees), np.nan)

        def detail(group: int) -> str:
            worst = int(square[group].argmax())
            size, observed, expected = (
                float(values[group, worst]) for values in (self.size, self.observed, self.expected)
            )
            return (
                f"chi-square with {degrees[group]} degrees of freedom over {self.groups[group]} groups by predicted "
                f"share; farthest where it is {expected / size:.3g} on average: {observed / size:.3g} observed"
            )

        return CheckResult(
            "calibration",
            np.where(made, statistic, np.nan),
            p_value,
            detail,
            weight="told",
            made=None if made.all() else made,
        )


def calibration(odds: LogOdds, rows: Rows) -> CheckResult | None:
    """Observed against predicted shares of +1 in the rows of one table. None for fewer than three groups."""
    up = rows.weight * (rows.values[:, odds.target] > 0.0)
    return shares(odds.of(rows.values)[None], rows.weight[None], up[None]).check(everything=rows.everything)


def shares(log_odds: Floats, weight: Floats, up: Floats) -> Shares:
    """Tenths of the rows by predicted share (Hosmer & Lemeshow 1980), joined until enough of either value is expected.

    ``log_odds``, what each row counts, and in how many of it the target is +1, are (G, m).
    """
    tables, m = weight.shape
    p = np.where(weight > 0.0, logistic(log_odds), 2.0)  # what counts nothing comes last
    order = np.argsort(p, axis=1, kind="stable")
    p, weight, up = (np.take_along_axis(values, order, axis=1) for values in (p, weight, up))
    new = np.ones((tables, m), dtype=np.bool_)
    new[:, 1:] = p[:, 1:] != p[:, :-1]
    first = np.flatnonzero(new)  # equal predictions are not torn apart
    of_table = first // m
    before = (np.cumsum(weight, axis=1) - weight).ravel()[first]
    weight, up = (np.add.reduceat(values.ravel(), first) for values in (weight, up))
    due = weight * p.ravel()[first]
    total = np.bincount(of_table, weight, tables)[of_table]
    tenth = np.minimum(((before + 0.5 * weight) / total * _TENTHS).astype(np.intp), _TENTHS - 1)
    size, observed, expected = (_sums(of_table, tenth, values, tables) for values in (weight, up, due))
    cells, groups = _pooled(size, expected)
    rows = np.repeat(np.arange(tables), _TENTHS)
    size, observed, expected = (
        _sums(rows, cells.ravel(), values.ravel(), tables) for values in (size, observed, expected)
    )
    return Shares(size, observed, expected, groups)


def _sums(table: NDArray[np.intp], place: NDArray[np.intp], values: Floats, tables: int) -> Floats:
    """(G, 10) sums of the values in each of the ten places of each table."""
    found = np.bincount(table * _TENTHS + place, values, tables * _TENTHS)
    return np.asarray(found.reshape(tables, _TENTHS), dtype=np.float64)


def _pooled(size: Floats, due: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(G, 10) to which group each tenth of the rows belongs, and (G,) how many groups there are."""
    held = np.cumsum(np.stack([due, size - due]), axis=2)
    cells = np.empty(size.shape, dtype=np.intp)
    closed, before = np.zeros(len(size), dtype=np.intp), np.zeros((2, len(size)))
    for tenth in range(_TENTHS):
        cells[:, tenth] = closed
        enough = (held[:, :, tenth] - before).min(axis=0) >= _LEAST_EXPECTED
        closed += enough
        before = np.where(enough, held[:, :, tenth], before)
    groups = np.maximum(closed, 1)
    return np.minimum(cells, groups[:, None] - 1), groups  # a rest that expects too little joins the group before
