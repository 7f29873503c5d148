"""Averages of two-valued columns that a user states by name: ``m`` of columns and ``q`` of products of two.

They are of -1 and +1 or, with ``averages="binary"``, of 0 and 1. What is stated twice, such as the diagonal of q, must
agree, and averages that no table has are told apart with the columns at fault and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import MINUS_PLUS, ZERO_ONE
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.averages import Faults, check_size, column_names, numbers, row_counts
from symcat.models.family import Averages
from symcat.models.fit import Fault
from symcat.models.ising import existence
from symcat.models.ising.convention import mean_in_spins, pair_in_binary, pair_in_spins
from symcat.models.ising.curie_weiss import CurieWeiss
from symcat.models.ising.independent import Independent
from symcat.models.ising.lattice.ring import Ring
from symcat.models.ising.lattice.square import SquareLattice
from symcat.models.ising.spins import IMPOSSIBLE, REASONS
from symcat.models.ising.stated import dimension_of
from symcat.models.ising.sums import PIECE

Floats = NDArray[np.float64]

_ROUNDING = 1e-12
"""A share of rows so far below zero is zero: the rounding of sums in double precision."""
_DIGITS_LOST = 1e-6  # below zero, a share that few digits explain
_SAME = 1e-9  # numbers that are stated twice

_MOST_IN_TRIPLES = 256
"""Columns whose triples are looked at: a third of a second."""

_NO_TABLE = REASONS[IMPOSSIBLE]


def stated(label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None) -> Averages:
    """The moments that the averages of a class state.

    ``ising.independent`` takes ``m`` (d,); the tree and all pairs ``m`` and ``q`` (d, d), of the products of two
    columns, its diagonal left zero or right; the symmetric classes the number ``d`` of columns and ``q``, averaged over
    the coupled pairs, and those with a field ``m``, averaged over the columns: that of no field, where it is left out.
    Arrays with a leading axis are a batch. Raises InvalidData where averages are missing, unknown, of the wrong shape,
    or no numbers.
    """
    given = dict(given)
    binary = given.pop("averages", "spin") == "binary"
    faults = Faults()
    if label == Independent.label:
        m = numbers(label, given, ("m",))["m"]
        batch, m = m.ndim == 2, np.atleast_2d(m)
        check_size(*_size(m))
        names = column_names(columns, m.shape[1])
        faults.add_missing(m=m)
        m = _means(faults.cleared(m), names, binary, faults)
        q = m[:, :, None] * m[:, None, :]
    elif label in (CurieWeiss.label, Ring.label, SquareLattice.label):
        batch, m, q, names = _shared(label, given, columns, binary, faults)
    else:
        batch, m, q, names = _by_pair(numbers(label, given, ("m", "q")), columns, binary, faults)
    faults.check(batch)
    m, second = faults.cleared(m), faults.cleared(q)
    second[:, np.arange(len(names)), np.arange(len(names))] = 1.0
    moments = Moments(names, row_counts(n, len(m)), np.zeros(m.shape), 1.0, m, second)
    return Averages(moments, Schema.two_valued(names, ZERO_ONE if binary else MINUS_PLUS), batch, faults=faults)


def _by_pair(
    given: Mapping[str, Floats], columns: Sequence[str] | None, binary: bool, faults: Faults
) -> tuple[bool, Floats, Floats, tuple[str, ...]]:
    m, q = np.atleast_2d(given["m"]), given["q"]
    q = q if q.ndim == 3 else q[None]
    groups, d = _size(m)
    if q.shape != (groups, d, d):
        raise InvalidData(
            f"q has shape {given['q'].shape}; with m of {d} columns a symmetric ({d}, {d}) matrix is needed."
        )
    check_size(groups, d)
    names = column_names(columns, d)
    place = np.arange(d)
    q = np.array(q, dtype=np.float64)
    diagonal = q[:, place, place]
    left_out = (np.isnan(diagonal) | (diagonal == 0.0)).all(axis=1)
    q[left_out[:, None, None] & np.eye(d, dtype=bool)[None]] = 0.0
    faults.add_missing(m=m, q=q)
    m, q, diagonal = faults.cleared(m), faults.cleared(q), faults.cleared(diagonal)
    faults.add_asymmetric("q", q, names)
    _check_diagonal(m, diagonal, left_out, names, binary, faults)
    spins = _means(m, names, binary, faults)
    if binary:
        q = pair_in_spins(m, q)
    q[:, place, place] = 1.0
    spins, q = faults.cleared(spins), faults.cleared(q)
    step = max(1, PIECE // d**2)
    for start in range(0, groups, step):
        part = slice(start, start + step)
        _add_impossible_pairs(spins[part], q[part], names, binary, faults, start)
        if d <= _MOST_IN_TRIPLES:
            _add_impossible_triples(q[part], names, faults, start)
    return given["m"].ndim == 2, spins, q, names


def _check_diagonal(
    m: Floats, diagonal: Floats, left_out: NDArray[np.bool_], names: Sequence[str], binary: bool, faults: Faults
) -> None:
    """A column with itself: 1 of -1 and +1, the mean of 0 and 1."""
    due = m if binary else np.ones_like(m)
    apart = np.where(left_out[:, None], 0.0, np.abs(diagonal - due))

    def said(group: int) -> str:
        j = int(apart[group].argmax())
        other = np.abs(diagonal[group] - (1.0 if binary else m[group])).max() < _SAME
        convention, instead = ("binary", "spin") if binary else ("spin", "binary")
        values = "0 and 1" if binary else "-1 and +1"
        hint = f"it is that of averages='{instead}'" if other else "state it so, or leave the diagonal zero"
        return Fault(
            f"The diagonal of q is {diagonal[group, j]:.9g} at {names[j]!r}, where averages of {values} "
            f"(averages='{convention}') have {due[group, j]:.9g}: {hint}."
        )

    faults.add(apart.max(axis=1) > _SAME, said)


def _means(m: Floats, names: Sequence[str], binary: bool, faults: Faults) -> Floats:
    """(G, d) means of -1 and +1, those that cannot be told apart."""
    lo, hi, values = (0.0, 1.0, "0 and 1") if binary else (-1.0, 1.0, "-1 and +1")
    outside = np.maximum(lo - m, m - hi)

    def said(group: int) -> str:
        j = int(outside[group].argmax())
        hint = ""
        if binary and m[group, j] > -1.0 - _SAME:
            hint = ", unless they are of -1 and +1 (averages='spin')"
        return f"{_NO_TABLE}: the mean of {names[j]!r} is {m[group, j]:.9g}, and lies between {values}{hint}"

    faults.add(outside.max(axis=1) > _ROUNDING, said)
    spins = mean_in_spins(m) if binary else m
    return np.clip(spins, -1.0, 1.0)


def _add_impossible_pairs(m: Floats, q: Floats, names: Sequence[str], binary: bool, faults: Faults, start: int) -> None:
    """A share of rows of one of the four combinations of a pair that is negative, in groups from ``start`` on."""
    cells = [(a, b) for a in (-1, 1) for b in (-1, 1)]
    shares = np.stack([existence.shares(m, q, a, b) for a, b in cells], axis=1)  # (G, 4, d, d)
    shares[:, :, np.arange(len(names)), np.arange(len(names))] = 0.0

    def said(group: int) -> str:
        cell, i, j = map(int, np.unravel_index(int(shares[group].argmin()), shares[group].shape))
        share = float(shares[group, cell, i, j])
        a, b = (f"{(v + 1) // 2}" if binary else f"{v:+d}" for v in cells[cell])
        asked = float((pair_in_binary(m[group], q[group]) if binary else q[group])[i, j])
        sign = cells[cell][0] * cells[cell][1]
        end = round(asked - sign * share * (1.0 if binary else 4.0), 12) + 0.0
        rounding = ", as rounding of the averages leaves it" if share > -_DIGITS_LOST else ""
        return (
            f"{_NO_TABLE}: {names[i]}={a} with {names[j]}={b} would be a share of {share:.3g} of the rows, "
            f"{-share:.3g} below zero{rounding}; q of ({names[i]}, {names[j]}) is {asked:.9g} and must be "
            f"{'at least' if sign > 0 else 'at most'} {end:.9g}"
        )

    faults.add(shares.min(axis=(1, 2, 3)) < -_ROUNDING, said, start)


def _add_impossible_triples(q: Floats, names: Sequence[str], faults: Faults, start: int) -> None:
    """The triangle inequalities: of three columns, at least one pair is alike, whichever of them are turned.

    They hold ``1 + a q_ij + b q_ik + a b q_jk >= 0`` for all signs (Deza & Laurent, Geometry of
    Cuts and Metrics, section 27.1).
    """
    groups, d = _size(q)
    lowest, worst = np.zeros(groups), np.zeros((groups, 3), dtype=np.intp)
    for i in range(d - 2):
        rest = np.arange(i + 1, d)
        one, other = q[:, i, rest][:, :, None], q[:, i, rest][:, None, :]
        between = q[:, rest][:, :, rest]
        slack = 1.0 - np.maximum(
            np.abs(one + other) - between, np.abs(one - other) + between
        )  # the least over the signs
        flat = slack.reshape(groups, -1)
        found = flat.argmin(axis=1)
        value = flat[np.arange(groups), found]
        j, k = np.unravel_index(found, (len(rest), len(rest)))
        lower = (value < lowest) & (j != k)
        lowest = np.where(lower, value, lowest)
        worst[lower] = np.stack([np.full(groups, i), rest[j], rest[k]], axis=1)[lower]

    def said(group: int) -> str:
        i, j, k = sorted(worst[group].tolist())
        pairs = ", ".join(f"({names[a]}, {names[b]}) {q[group, a, b]:.6g}" for a, b in combinations((i, j, k), 2))
        return (
            f"{_NO_TABLE}: the products of {names[i]}, {names[j]} and {names[k]} as -1 and +1, {pairs}, break the "
            f"triangle inequality by {-lowest[group]:.3g}"
        )

    faults.add(lowest < -4.0 * _ROUNDING, said, start)


def _shared(
    label: str, raw: Mapping[str, Any], columns: Sequence[str] | None, binary: bool, faults: Faults
) -> tuple[bool, Floats, Floats, tuple[str, ...]]:
    """One average for all columns, and one for all pairs."""
    given = numbers(label, raw, ("d", "q"), () if label == SquareLattice.label else ("m",))
    d = dimension_of(given["d"])
    try:
        m, q = np.broadcast_arrays(given.get("m", np.asarray(0.5 if binary else 0.0)), given["q"])
    except ValueError as error:
        raise InvalidData(f"m and q have shapes {given['m'].shape} and {given['q'].shape}: pass alike.") from error
    if m.ndim > 1:
        raise InvalidData(f"m and q have shape {m.shape}: pass numbers, or arrays with one number per group.")
    batch = m.ndim > 0
    m, q = np.atleast_1d(m).astype(np.float64), np.atleast_1d(q).astype(np.float64)
    check_size(len(m), d)
    names = column_names(columns, d)
    faults.add_missing(m=m, q=q)
    m, q = faults.cleared(m), faults.cleared(q)
    spins = _means(m[:, None], ("the columns",), binary, faults)[:, 0]
    if binary:
        q = np.array([float(pair_in_spins(a, b)) for a, b in zip(m, q, strict=True)])
    lowest = _LEAST[label](spins, d)
    for low, side in ((lowest, "at least"), (None, "at most")):
        wrong = q < low - _SAME if low is not None else q > 1.0 + _SAME

        def said(group: int, low: Floats | None = low, side: str = side) -> str:
            end = 1.0 if low is None else float(low[group])
            asked = float(q[group])
            if binary:
                asked, end = (float(pair_in_binary(spins[group], np.asarray(v))) for v in (asked, end))
            return (
                f"{_NO_TABLE}: q is {asked:.9g}, and of {d} columns with the mean {m[group]:.6g} it is {side} {end:.9g}"
            )

        faults.add(wrong, said)
    size = (len(m), d)
    return batch, np.broadcast_to(spins[:, None], size), np.broadcast_to(q[:, None, None], (*size, d)), names


def _least_of_all_pairs(m: Floats, d: int) -> Floats:
    """Of d columns whose sum is as near to its average as whole numbers can be."""
    up = 0.5 * d * (1.0 + m)
    low = np.floor(np.minimum(up, d - 1))
    square = low * low + (2.0 * low + 1.0) * (up - low)  # least average of the squared number of +1
    found: Floats = (4.0 * square - 4.0 * d * up + d * d - d) / (d * (d - 1.0))
    return found


def _least_of_neighbours(m: Floats, d: int) -> Floats:
    """Of a ring: every +1 between two -1, as far as there are that many, and one pair alike in odd rings."""
    up = 0.5 * d * (1.0 + m)
    walls = np.minimum(2.0 * np.minimum(up, d - up), d - d % 2)
    found: Floats = 1.0 - 2.0 * walls / d
    return found


_LEAST: dict[str, Callable[[Floats, int], Floats]] = {
    CurieWeiss.label: _least_of_all_pairs,
    Ring.label: _least_of_neighbours,
    SquareLattice.label: lambda m, d: np.full_like(m, -1.0),  # the end of its table says more
}
"""The least average of the coupled pairs, by the mean of the columns."""


def _size(values: Floats) -> tuple[int, int]:
    return len(values), values.shape[1]
