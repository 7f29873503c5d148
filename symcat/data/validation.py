"""Data that no class can describe: constant, too few or dependent columns. Refused with the column and the cure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.data.states import MOST_STATES, check_sizes
from symcat.errors import InvalidData

SINGULAR = 1e-14
"""Eigenvalue of a correlation matrix, for each column, at and below which it has no inverse to rounding."""

_ROUNDING = 8.0 * float(np.finfo(float).eps)
"""Of a column's values, beneath which their spread is lost."""

_WHOLE = 2.0**53
_RESOLVED = 1.0 / 64.0
"""Of this rounding: beneath, the values are all the same."""

_NOTABLE, _MOST_NAMED = 1e-6, 4
"""Of the largest weight, above which a column is named as part of a combination; and how many are named."""

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


def check_columns(
    moments: Moments, schema: Schema, full_rank: bool, *, about_zero: bool = False, counted: bool = True
) -> None:
    """Raises InvalidData for a batch of one that cannot be fitted.

    With ``full_rank``, fewer rows than real columns, and real columns that depend on each other, are refused too: a
    class that pools columns needs no full rank. A class ``about_zero`` knows no mean: columns may be constant then.
    Whether joint states are ``counted`` matters where a table has categorical columns.
    """
    check_unit(moments)
    if 1.0 < moments.count[0] < 2.0:
        raise InvalidData(
            f"The weighted rows are worth {moments.count[0]:.3g} of equal weight, and averages need at least two: give "
            "more rows, or weights that differ less."
        )
    if moments.count[0] < 2:
        raise InvalidData("There is only one complete row, and averages need at least two: give more rows.")
    if about_zero:
        return
    if (two_valued := schema.at("two-valued")) and not schema.at("categorical"):
        _check_some_vary(moments.part(two_valued), alone=schema.only("two-valued"))
    if counted and schema.at("categorical"):
        _check_counted(moments, schema)
    if real := schema.at("real"):
        part = moments.part(real)
        about = part.centred
        _check_spreads(about)
        if full_rank:
            _check_rank(about)


def dependent_columns(moments: Moments, schema: Schema) -> dict[str, str]:
    """The real columns that are a linear combination of real ones before them, each with that as its reason."""
    real = schema.at("real")
    if len(real) < 2 or moments.count[0] <= len(real):
        return {}
    about = moments.part(real).centred
    if not (_spreads(about) > 0.0).all():
        return {}
    correlation, least = _correlation(about), SINGULAR * len(real)
    try:
        np.linalg.cholesky(correlation - least * np.eye(len(real)))
    except np.linalg.LinAlgError:
        return _combinations(correlation, about.columns, least)
    return {}


def _combinations(correlation: Floats, columns: Sequence[str], least: float) -> dict[str, str]:
    """The columns of which those before them leave less than ``least``, by Cholesky's factor of the others."""
    from scipy.linalg import solve_triangular

    kept, found = list[int](), {}
    factor = np.zeros_like(correlation)
    for j in range(len(correlation)):
        k = len(kept)
        along = solve_triangular(factor[:k, :k], correlation[kept, j], lower=True) if k else np.empty(0)
        left = float(correlation[j, j] - along @ along)
        if left > least:
            factor[k, :k], factor[k, k] = along, np.sqrt(left)
            kept.append(j)
            continue
        weight = np.abs(solve_triangular(factor[:k, :k], along, lower=True, trans="T"))
        others = [repr(columns[kept[i]]) for i in np.flatnonzero(weight > _NOTABLE * weight.max())]
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        found[columns[j]] = f"a linear combination of {', '.join(others[:_MOST_NAMED])}{more}"
    return found


def check_target(moments: Moments, schema: Schema, target: str, *, about_zero: bool = False) -> None:
    """Raises InvalidData for a constant target in a batch of one: there is nothing to predict."""
    j = schema.columns.index(target)
    if schema.kinds[j] == "categorical":  # of three levels or more
        return
    own = moments.part([j])
    about, pair = own.about(own.mean), schema.levels[j]
    mean = float(own.mean[0, 0])
    if pair is None and (about_zero or _spreads(about)[0] > _RESOLVED * _ROUNDING * abs(mean) / about.unit):
        return
    if pair is not None and abs(mean) <= 1.0 - 0.5 / float(moments.count[0]):
        return
    value = f"{mean:.6g}" if pair is None else repr(pair[1 if mean > 0.0 else 0])
    raise InvalidData(
        f"The target {target!r} is constant ({value} in every row), so that there is nothing to predict: check the "
        "filter that chose the rows, or name another target."
    )


def _check_counted(moments: Moments, schema: Schema) -> None:
    """Refuses categorical columns that are all constant, or, beside real ones, of too many joint states to be counted.

    Classes of discrete columns alone read the rows where these are not counted.
    """
    if moments.states is None and len(schema.discrete) == len(schema):
        return
    if moments.states is None:
        check_sizes(schema.sizes)
        raise InvalidData(
            f"The {len(schema.discrete)} discrete columns have more than {MOST_STATES:,} different rows, too many to "
            "be counted: choose fewer columns, or columns of fewer levels, with columns=[...]."
        )
    digits = moments.states.digits
    if len(schema.discrete) == len(schema) and not (digits != digits[:1]).any():
        named = ", ".join(map(repr, schema.columns[:20]))
        several = len(schema) > 1
        raise InvalidData(
            f"Column{'s' * several} {named} {'are' if several else 'is'} constant, and no other is left to describe: "
            "there is nothing to fit. Check the filter that chose the rows, or choose other columns with columns=."
        )


def _check_some_vary(moments: Moments, alone: bool) -> None:
    """Refuses two-valued columns that are all constant."""
    if not (np.abs(moments.mean[0]) > 1.0 - 0.5 / float(moments.count[0])).all():
        return
    several = len(moments.columns) > 1
    named = f"Column{'s' * several} {', '.join(map(repr, moments.columns[:20]))} {'are' if several else 'is'} constant"
    if alone:
        raise InvalidData(
            f"{named}, and no other is left to describe: there is nothing to fit. Check the filter that chose the "
            "rows, or choose other columns with columns=."
        )
    raise InvalidData(
        f"{named}, which says nothing of the others: leave {'them' if several else 'it'} out with columns=, or check "
        "the filter that chose the rows."
    )


def _check_spreads(about: Moments) -> None:
    """Refuses a real column that is constant, by averages about the mean."""
    mean = about.origin[0]
    # Below this the spread is the rounding of the values themselves.
    rounding = _ROUNDING * np.abs(mean) / about.unit
    for name, spread, floor, value in zip(about.columns, _spreads(about), rounding, mean, strict=True):
        if floor >= spread > _RESOLVED * floor:
            raise InvalidData(
                f"Column {name!r} spreads over about {spread * about.unit:.2g} beside an offset of {value:.6g}, which "
                "rounding to double precision has spoilt: subtract the offset where the values are made, in whole "
                "numbers or in text, or leave the column out with columns=."
            )
        if not spread > floor:
            if abs(value) >= _WHOLE:
                raise InvalidData(
                    f"Column {name!r} is constant to double precision ({value:.6g} in every row), which holds whole "
                    "numbers to 2^53: subtract the offset where the values are made, or leave it out with columns=."
                )
            raise InvalidData(f"Column {name!r} is constant ({value:.6g} in every row): leave it out with columns=.")


def _check_rank(about: Moments) -> None:
    """Refuses real columns whose covariance has no inverse, by averages about the mean."""
    n, d, columns = float(about.count[0]), about.dimension, about.columns
    if n <= d:
        raise InvalidData(
            f"{int(n)} rows cannot determine the covariance of {d} columns: give at least {d + 1} rows, fewer columns, "
            "or ask only for classes that pool them with classes=[...]."
        )
    eigenvalues, vectors = np.linalg.eigh(_correlation(about))
    if not eigenvalues[0] > SINGULAR * d:
        weight = np.abs(vectors[:, 0])
        together = ", ".join(repr(columns[i]) for i in np.flatnonzero(weight > 0.05 * weight.max()))
        raise InvalidData(
            f"Columns {together} are linearly dependent: one is a copy or a combination of the others. Leave it out."
        )


def _correlation(about: Moments) -> Floats:
    """(d, d) of columns that vary, from averages about the mean."""
    deviation = _spreads(about)
    out: Floats = about.second[0] / np.outer(deviation, deviation)
    return out


def _spreads(about: Moments) -> Floats:
    """(d,) standard deviations, from averages about the mean, in their unit."""
    spreads: Floats = np.sqrt(np.maximum(np.diagonal(about.second[0]), 0.0))
    return spreads
