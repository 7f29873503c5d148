"""Averages that a user states by name: what the families have in common in reading them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.models.fit import Fault

Floats = NDArray[np.float64]


class Call(NamedTuple):
    """A verb that takes numbers by name: what they are, and what it takes besides."""

    verb: str
    what: str
    others: tuple[str, ...]


LOOKUP = Call("lookup", "average", ("n",))
FORWARDS = Call("model", "coupling", ("columns",))

LARGEST_TABLE = 1 << 27
"""Averages of pairs of columns that are held at once: one gigabyte."""


_SAME = 1e-9  # of the largest entry: a difference that is rounding


def numbers(
    label: str,
    given: Mapping[str, Any],
    wanted: Sequence[str],
    optional: Sequence[str] = (),
    call: Call = LOOKUP,
) -> dict[str, Floats]:
    """The averages ``wanted``, all there and all numbers, and the ``optional`` ones that are.

    Raises InvalidData for missing and for unknown ones, and for what is no number.
    """
    missing = [name for name in wanted if given.get(name) is None]
    unknown = sorted(set(given) - {*wanted, *optional})
    if missing or unknown:
        cases = (("missing", missing), ("not understood", unknown))
        said = "; ".join(f"{what}: {', '.join(names)}" for what, names in cases if names)
        extra = ", ".join((*optional, *call.others))
        raise InvalidData(f"{call.verb}({label!r}) takes {', '.join(wanted)} and optionally {extra}; {said}.")
    found: dict[str, Floats] = {}
    for name in (*wanted, *optional):
        if given.get(name) is None:
            continue
        try:
            found[name] = np.asarray(given[name], dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InvalidData(
                f"The {call.what}s must be numbers or arrays of numbers, and {name} is not: {error}."
            ) from error
    return found


def check_finite(stated: Mapping[str, Floats]) -> None:
    """Raises InvalidData for couplings, or averages of one table, that are not all finite; a batch tells by group."""
    for name, values in stated.items():
        if not np.isfinite(values).all():
            raise InvalidData(f"{name} is missing or infinite: state finite numbers.")


def check_symmetric(name: str, matrix: Floats, names: Sequence[str]) -> None:
    """Raises InvalidData for what is no symmetric matrix of these columns, naming the entries that differ most."""
    d = len(names)
    if matrix.shape != (d, d):
        raise InvalidData(f"{name} has shape {matrix.shape}: pass a symmetric ({d}, {d}) matrix.")
    apart = np.abs(matrix - matrix.T)
    i, j = map(int, np.unravel_index(int(apart.argmax()), apart.shape))
    if apart[i, j] > _SAME * np.abs(matrix).max():
        raise InvalidData(
            f"{name} is not symmetric: at ({names[i]}, {names[j]}) it is {matrix[i, j]:.6g}, at ({names[j]}, "
            f"{names[i]}) {matrix[j, i]:.6g}; pass the same number at both."
        )


def column_names(columns: Sequence[str] | None, dimension: int) -> tuple[str, ...]:
    """Names of the columns; ``x`` or ``x0, x1, ...`` where none are given. Raises InvalidData for another number."""
    if columns is None:
        return ("x",) if dimension == 1 else tuple(f"x{i}" for i in range(dimension))
    if len(columns) != dimension:
        raise InvalidData(f"{len(columns)} column names were given for {dimension} columns.")
    return tuple(columns)


def check_size(groups: int, dimension: int) -> None:
    """Raises InvalidData before anything is made that holds a number for every pair of too many columns."""
    if groups * dimension**2 > LARGEST_TABLE:
        most = math.isqrt(LARGEST_TABLE // max(groups, 1))
        raise InvalidData(
            f"Averages of all pairs of {dimension} columns{f' in {groups} groups' * (groups > 1)} would take "
            f"{8.0 * groups * dimension**2 / 2**30:,.0f} GB: ask for at most {most} columns at once."
        )


class Faults(dict[int, str]):
    """Why groups of averages cannot be used: the first reason that was found for each, by its place.

    A ``Fault`` is a sentence of its own, with cause and cure; other reasons follow the label of the class.
    """

    def add(self, wrong: NDArray[np.bool_], said: Callable[[int], str], start: int = 0) -> None:
        """Marks the groups that are ``wrong`` (G,), counted from ``start``, and were not marked before."""
        for group in np.flatnonzero(wrong).tolist():
            if start + group not in self:
                self[start + group] = said(group)

    def add_missing(self, **given: Floats) -> None:
        """Marks the groups that lack a number of the averages (G, ...)."""
        for name, values in given.items():
            said = Fault(f"The average {name} is missing or infinite: state finite numbers.")
            lacking = ~np.isfinite(values.reshape(len(values), -1))
            self.add(np.asarray(lacking.any(axis=1), dtype=np.bool_), partial(_constant, said))

    def add_asymmetric(self, name: str, matrices: Floats, columns: Sequence[str]) -> None:
        """Marks the groups whose matrix (G, d, d) differs from its transpose by more than rounding."""
        apart = np.abs(matrices - matrices.transpose(0, 2, 1))
        most = np.abs(matrices).max(axis=(1, 2))

        def said(group: int) -> str:
            i, j = map(int, np.unravel_index(int(apart[group].argmax()), apart[group].shape))
            one, other = matrices[group, i, j], matrices[group, j, i]
            return Fault(
                f"{name} is not symmetric: it is {one:.9g} at ({columns[i]}, {columns[j]}) and {other:.9g} at "
                f"({columns[j]}, {columns[i]}); state the same number at both."
            )

        self.add(apart.max(axis=(1, 2)) > _SAME * most, said)

    def check(self, batch: bool) -> None:
        """Raises InvalidData for averages of a single table that are at fault; a batch tells by group."""
        if not batch and isinstance(self.get(0), Fault):
            raise InvalidData(self[0])

    def cleared(self, values: Floats) -> Floats:
        """The averages (G, ...) with zeros in the groups that cannot be used."""
        out = np.array(values, dtype=np.float64)
        out[list(self)] = 0.0
        return out


def _constant(said: str, group: int) -> str:
    return said


def row_counts(n: float | Floats | None, groups: int) -> Floats:
    """(G,) number of rows, NaN where it was not stated. Raises InvalidData for numbers of other groups."""
    if isinstance(n, np.ndarray) and n.shape != (groups,):
        raise InvalidData(
            f"n= has a count of rows for each of {len(n)} groups, and averages are of {groups}: pass as many, or one."
        )
    return np.full(groups, np.nan if n is None else n, dtype=np.float64)


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
