"""Data that no class can describe: constant, too few or dependent columns. Refused with the column and the cure."""

from __future__ import annotations

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData

SINGULAR = 1e-14
"""Eigenvalue of a correlation matrix, for each column, at and below which it has no inverse to rounding."""

LARGEST_UNIT = 1e70
"""Couplings scale as the fourth power of the unit of the data; beyond this they leave double precision."""


def check_unit(moments: Moments) -> None:
    """Raises InvalidData where the couplings in the units of the data could not be written as doubles."""
    if not 1.0 / LARGEST_UNIT < moments.unit < LARGEST_UNIT:
        names = ", ".join(repr(c) for c in moments.columns)
        raise InvalidData(
            f"The values of {names} spread over about {moments.unit:.0e}; couplings scale as its fourth power, which "
            f"double precision cannot hold. Divide the columns by {moments.unit:.0e}, that is, choose another unit."
        )


def check_columns(moments: Moments, schema: Schema, full_rank: bool) -> None:
    """Raises InvalidData for a batch of one that cannot be fitted.

    With ``full_rank``, fewer rows than real columns, and real columns that depend on each other, are refused too: a
    class that pools columns needs no full rank.
    """
    check_unit(moments)
    if 1.0 < moments.count[0] < 2.0:
        raise InvalidData(
            f"The weighted rows are worth {moments.count[0]:.3g} of equal weight, and averages need at least two: give "
            "more rows, or weights that differ less."
        )
    if moments.count[0] < 2:
        raise InvalidData("There is only one complete row, and averages need at least two: give more rows.")
    if two_valued := schema.at("two-valued"):
        _check_some_vary(moments.part(two_valued), alone=schema.only("two-valued"))
    if real := schema.at("real"):
        part = moments.part(real)
        about = part.about(part.mean)
        _check_spreads(about)
        if full_rank:
            _check_rank(about)


def _check_some_vary(moments: Moments, alone: bool) -> None:
    """Refuses two-valued columns that are all constant."""
    if (np.abs(moments.mean[0]) > 1.0 - 0.5 / float(moments.count[0])).all():
        raise InvalidData(
            f"All {'' if alone else 'two-valued '}columns are constant "
            f"({', '.join(map(repr, moments.columns[:20]))}): there is nothing to fit. Check the filter that chose the "
            "rows, or choose other columns with columns=."
        )


def _check_spreads(about: Moments) -> None:
    """Refuses a real column that is constant, by averages about the mean."""
    mean = about.origin[0]
    # Below this the spread is the rounding of the values themselves.
    rounding = 8.0 * np.finfo(float).eps * np.abs(mean) / about.unit
    for name, spread, floor, value in zip(about.columns, _spreads(about), rounding, mean, strict=True):
        if not spread > floor:
            raise InvalidData(f"Column {name!r} is constant ({value:.6g} in every row): leave it out with columns=.")


def _check_rank(about: Moments) -> None:
    """Refuses real columns whose covariance has no inverse, by averages about the mean."""
    n, d, columns = float(about.count[0]), about.dimension, about.columns
    if n <= d:
        raise InvalidData(
            f"{int(n)} rows cannot determine the covariance of {d} columns: give at least {d + 1} rows, fewer columns, "
            "or ask only for classes that pool them with classes=[...]."
        )
    deviation = _spreads(about)
    eigenvalues, vectors = np.linalg.eigh(about.second[0] / np.outer(deviation, deviation))
    if not eigenvalues[0] > SINGULAR * d:
        weight = np.abs(vectors[:, 0])
        together = ", ".join(repr(columns[i]) for i in np.flatnonzero(weight > 0.05 * weight.max()))
        raise InvalidData(
            f"Columns {together} are linearly dependent: one is a copy or a combination of the others. Leave it out."
        )


def _spreads(about: Moments) -> Floats:
    """(d,) standard deviations, from averages about the mean, in their unit."""
    spreads: Floats = np.sqrt(np.maximum(np.diagonal(about.second[0]), 0.0))
    return spreads
