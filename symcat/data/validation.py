"""Data that no class can describe: constant, too few or dependent columns. Refused with the column and the cure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Moments
from symcat.errors import InvalidData
from symcat.models.gaussian.gaussian import SINGULAR

NEEDS_FULL_RANK = "gaussian.full"
LARGEST_UNIT = 1e70
"""Couplings scale as the fourth power of the unit of the data; beyond this they leave double precision."""


def validate(moments: Moments, classes: Sequence[str] | None = None) -> None:
    """Raises InvalidData for a batch of one that cannot be fitted.

    With ``classes`` that leave out ``gaussian.full``, fewer rows than columns and dependent columns are let through:
    the symmetric classes pool columns and need no full rank.
    """
    n, d, columns = float(moments.count[0]), moments.dimension, moments.columns
    check_unit(moments)
    if n < 2:
        raise InvalidData("There is only one complete row, and a spread needs at least two: give more rows.")
    about = moments.about(moments.mean)
    deviation = np.sqrt(np.maximum(np.diagonal(about.second[0]), 0.0))
    # Below this the spread is the rounding of the values themselves.
    rounding = 8.0 * np.finfo(float).eps * np.abs(about.origin[0]) / moments.unit
    for name, spread, floor, value in zip(columns, deviation, rounding, moments.mean[0], strict=True):
        if not spread > floor:
            raise InvalidData(f"Column {name!r} is constant ({value:.6g} in every row): leave it out with columns=.")
    if classes is not None and NEEDS_FULL_RANK not in classes:
        return
    if n <= d:
        raise InvalidData(
            f"{int(n)} rows cannot determine the covariance of {d} columns: give at least {d + 1} rows, fewer columns, "
            "or ask only for classes that pool them, such as classes=['gaussian.diagonal']."
        )
    if d == 1:
        return
    eigenvalues, vectors = np.linalg.eigh(about.second[0] / np.outer(deviation, deviation))
    if not eigenvalues[0] > SINGULAR * d:
        weight = np.abs(vectors[:, 0])
        together = ", ".join(repr(columns[i]) for i in np.flatnonzero(weight > 0.05 * weight.max()))
        raise InvalidData(
            f"Columns {together} are linearly dependent: one is a copy or a combination of the others. Leave it out."
        )


def validate_spins(moments: Moments) -> None:
    """Raises InvalidData for a batch of one of two-valued columns that says nothing."""
    n = float(moments.count[0])
    if n < 2:
        raise InvalidData("There is only one complete row, and averages need at least two: give more rows.")
    if (np.abs(moments.mean[0]) > 1.0 - 0.5 / n).all():
        raise InvalidData(
            f"All columns are constant ({', '.join(map(repr, moments.columns[:20]))}): there is nothing to fit. Check "
            "the filter that chose the rows, or choose other columns with columns=."
        )


def check_unit(moments: Moments) -> None:
    """Raises InvalidData where the couplings in the units of the data could not be written as doubles."""
    if not 1.0 / LARGEST_UNIT < moments.unit < LARGEST_UNIT:
        names = ", ".join(repr(c) for c in moments.columns)
        raise InvalidData(
            f"The values of {names} spread over about {moments.unit:.0e}; couplings scale as its fourth power, which "
            f"double precision cannot hold. Divide the columns by {moments.unit:.0e}, that is, choose another unit."
        )
