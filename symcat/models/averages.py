"""Averages that a user states by name: what the families have in common in reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData

Floats = NDArray[np.float64]


def numbers(
    label: str, given: Mapping[str, Any], wanted: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Floats]:
    """The averages ``wanted``, all there and all numbers, and the ``optional`` ones that are.

    Raises InvalidData for missing and for unknown ones, and for what is no number.
    """
    missing = [name for name in wanted if given.get(name) is None]
    unknown = sorted(set(given) - {*wanted, *optional})
    if missing or unknown:
        said = f"missing: {', '.join(missing)}." if missing else f"not understood: {', '.join(unknown)}."
        extra = ", ".join((*optional, "n"))
        raise InvalidData(f"lookup({label!r}) takes {', '.join(wanted)} and optionally {extra}; {said}")
    try:
        return {
            name: np.asarray(given[name], dtype=np.float64)
            for name in (*wanted, *optional)
            if given.get(name) is not None
        }
    except (TypeError, ValueError) as error:
        raise InvalidData(f"The averages must be numbers or arrays of numbers: {error}.") from error


def check_finite(averages: Mapping[str, Floats]) -> None:
    """Raises InvalidData for the averages of one table that are not all finite; a batch tells by group."""
    for name, values in averages.items():
        if not np.isfinite(values).all():
            raise InvalidData(f"The average {name} is missing or infinite: state finite numbers.")


def column_names(columns: Sequence[str] | None, dimension: int) -> tuple[str, ...]:
    """Names of the columns; ``x`` or ``x0, x1, ...`` where none are given. Raises InvalidData for another number."""
    if columns is None:
        return ("x",) if dimension == 1 else tuple(f"x{i}" for i in range(dimension))
    if len(columns) != dimension:
        raise InvalidData(f"{len(columns)} column names were given for {dimension} columns.")
    return tuple(columns)


def row_counts(n: float | None, groups: int) -> Floats:
    """(G,) number of rows, NaN where it was not stated."""
    return np.full(groups, np.nan if n is None else float(n))


def points(mean: Floats | None, groups: int, dimension: int) -> Floats:
    """(G, d) means, zero where none is stated. Raises InvalidData for another shape."""
    if mean is None:
        return np.zeros((groups, dimension))
    if dimension == 1 and mean.shape == (groups,):
        mean = mean[:, None]
    try:
        return np.array(np.broadcast_to(mean, (groups, dimension)))
    except ValueError as error:
        raise InvalidData(f"mean has shape {mean.shape}; {dimension} number(s) are needed.") from error


def unit_of(spread: Floats) -> float:
    """The power of two nearest the typical spread."""
    some = spread.reshape(-1)[:: max(1, spread.size // 1000)]
    positive = some[np.isfinite(some) & (some > 0.0)]
    return float(2.0 ** round(float(np.median(np.log2(positive))))) if positive.size else 1.0
