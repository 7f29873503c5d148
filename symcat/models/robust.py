"""Robust standard errors: the squares of what rows, or groups of rows, move the parameters, summed.

This is the sandwich (Huber 1967; White 1982): right when the class is not. Which groups may be taken as independent of
each other is the user's to say: single rows (White 1980), blocks of rows in time order (``symcat.models.long_run``), or
clusters (Liang & Zeger 1986).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.data.weights import pieces
from symcat.models.base import Center, Masses, Model
from symcat.models.fit import Fit

Leverage = Literal["HC0", "HC1", "HC2", "HC3"]
"""How the rows of a least-squares regression make up for what they have in their own fitted values."""

SMALL_SAMPLE: Leverage = "HC3"
"""What is taken where nothing is said: of the four the one whose intervals cover in small samples (Long & Ervin 2000).
"""

ErrorsOf = Literal["rows", "HC0", "HC1", "HC2", "HC3", "blocks", "cluster"]
"""What robust errors are of: single rows, which are of a regression one of the kinds of its leverage; or groups."""

Variances = dict[str, Floats]

_AT_ONCE = 1 << 17  # numbers of the influences held at a time
_FEWEST_AT_ONCE = 16
_SUMMED_AT_ONCE = 64  # times as many rows, whose influences are not held one by one
_SMALL = 1e-120  # of squares
_ONE_WAY = 1e-2  # of the squares of what rows move, in their average: they work against a prior
_CERTAIN = 1e-9  # one less the leverage of a row that alone decides a coefficient


@dataclass(frozen=True)
class RowVariances:
    """Variances of the parameters of a batch of one from single rows, and how well so many rows tell them."""

    variance: Variances
    plain: Variances  # the same with no row's leverage made up for, about the average of the rows
    relative: Variances  # the squared standard errors of those, by their own squares; 0 where nothing moves, infinite
    # where the rows move a number mostly one way, against a prior


def rows_at_once(fit: Fit) -> int:
    """How many rows' influences to hold at a time."""
    return max(_FEWEST_AT_ONCE, _AT_ONCE // max(1, sum(value.size for value in fit.parameters.values())))


def from_rows(
    model: Model,
    fit: Fit,
    rows: Floats,
    counts: Floats,
    whole: Moments,
    center: Center = None,
    *,
    weights: Floats | None = None,
    n_rows: float | None = None,
    leverage: Leverage = "HC0",
) -> RowVariances:
    """Variances from the encoded ``rows`` (m, d), of which each occurred ``counts`` (m,) times; {} if unknown.

    ``weights`` (m,) are of weighted rows, in units in which those of all add up to the count of ``whole``; what a row
    moves is as large as its weight, and its square as the square of that. Rows that are a random sample of all
    ``n_rows``, the count of the fit if left out, stand for all. ``leverage`` matters for least-squares regressions;
    where a row alone decides a coefficient, HC2 and HC3 do not exist and there is no ``variance``.
    """
    weighed: Variances = {}
    square: Variances = {}
    fourth: Variances = {}
    total: Variances = {}
    unit: dict[str, Floats | None] = {}  # of what rows move, where their fourth powers have no number
    known = True
    powers = model.row_powers(fit, rows, counts, whole) if weights is None else None
    if powers is not None:
        total, square, fourth = (
            {name: value.reshape(-1) for name, value in of.items()}
            for of in (powers.total, powers.square, powers.fourth)
        )
        unit = dict.fromkeys(total)
    step = rows_at_once(fit)
    for start in range(0, len(rows) if powers is None else 0, step):
        some, times = rows[start : start + step], counts[start : start + step]
        own = model.leverage(fit, some, whole) if leverage in ("HC2", "HC3") else None
        if own is not None and weights is not None:
            own = own * weights[start : start + step]
        factor = None if own is None else _factor(own, leverage)
        known = known and (factor is None or bool(np.isfinite(factor).all()))
        for name, moved in model.row_influence(fit, some, whole, center).items():
            flat = moved.reshape(len(some), -1)
            if name not in unit:
                unit[name] = _unit_of(flat)
            own_unit = unit[name]
            flat = flat if own_unit is None else flat / own_unit
            if weights is not None:
                flat = flat * weights[start : start + step, None]
            _add(total, name, times @ flat)
            squared = np.square(flat)
            _add(square, name, times @ squared)
            if factor is not None and known:
                _add(weighed, name, (times * factor) @ squared)
            _add(fourth, name, times @ np.square(squared, out=squared))
    n, m = float(fit.count[0]) if n_rows is None else n_rows, float(counts.sum())
    scale = {name: n / m * (1.0 if value is None else value**2) for name, value in unit.items()}
    # Without a prior they add up to nothing.
    one_way = {name: np.square(value) > _ONE_WAY * m * square[name] for name, value in total.items()}
    of_all = {name: scale[name] * value for name, value in square.items()}
    plain = {
        name: np.where(one_way[name], np.maximum(value - scale[name] * np.square(total[name]) / m, 0.0), value)
        for name, value in of_all.items()
    }
    found = {name: scale[name] * value for name, value in weighed.items()} or of_all
    if leverage == "HC1" and fit.regression is not None and np.isfinite(fit.regression.degrees_of_freedom[0]):
        coefficients = float(fit.count[0] - fit.regression.degrees_of_freedom[0])
        found = {name: value * (n / (n - coefficients)) for name, value in of_all.items()}
    relative = {
        name: np.where(
            one_way[name], np.inf, np.maximum(fourth[name] / np.where(value > 0.0, value, 1.0) ** 2 - 1.0 / m, 0.0)
        )
        for name, value in square.items()
    }
    shapes = {name: fit.parameters[name].shape[1:] for name in square}
    variance, plain, relative = (
        {name: np.reshape(value, shapes[name]) for name, value in part.items()} for part in (found, plain, relative)
    )
    return RowVariances(variance if known else {}, plain, relative)


def _unit_of(moved: Floats) -> Floats | None:
    """(K,) by which what rows move (m, K) is divided; None where fourth powers are well within double precision."""
    with np.errstate(over="ignore", under="ignore"):
        square = np.einsum("mk,mk->k", moved, moved)
    if ((square > _SMALL) & (square < 1.0 / _SMALL)).all():
        return None
    largest = np.abs(moved).max(axis=0, initial=0.0)
    return np.where(largest > 0.0, largest, 1.0)


def _add(sums: Variances, name: str, value: Floats) -> None:
    sums[name] = sums[name] + value if name in sums else value


def from_clusters(moved: Iterable[dict[str, Floats]]) -> Variances:
    """Variances from what clusters (B, ...) move, some of the G at a time, with the factor G / (G - 1) for few of them.

    Liang & Zeger 1986; Cameron & Miller 2015, J. Human Resources 50:317, section VI.
    """
    found: Variances = {}
    clusters = 0
    for some in moved:
        for name, value in some.items():
            found[name] = found.get(name, 0.0) + (value**2).sum(axis=0)
        clusters += max((len(value) for value in some.values()), default=0)
    return {name: value * (clusters / (clusters - 1.0)) for name, value in found.items()}


def summed_influence(
    model: Model, fit: Fit, groups: Masses, whole: Moments, center: Center = None
) -> dict[str, Floats]:
    """(B, ...) what each of B groups moves, from their rows (m, d), and what each counts: for a class that is fitted to
    rows."""
    found: dict[str, list[Floats]] = {}  # of each parameter, (B',) numbers of some groups
    begun = -1  # the last group of which some rows are summed
    of_groups = None if fit.moves is None else fit.moves.of_groups
    for rows, counts, group in _at_once(groups, rows_at_once(fit) * (1 if of_groups is None else _SUMMED_AT_ONCE)):
        new = np.diff(group, prepend=-1) > 0
        starts = np.flatnonzero(new)
        if of_groups is None:
            each = {
                name: np.add.reduceat(counts[:, None] * moved.reshape(len(rows), -1), starts)
                for name, moved in model.row_influence(fit, rows, whole, center).items()
            }
        else:
            every = of_groups(rows, counts, np.cumsum(new) - 1)
            each = {name: moved.reshape(len(starts), -1) for name, moved in every.items()}
        for name, sums in each.items():
            held = found.setdefault(name, [])
            if group[0] == begun:
                held[-1][-1] += sums[0]
                sums = sums[1:]
            if len(sums):
                held.append(sums)
        begun = int(group[-1])
    return {name: np.concatenate(values).reshape(-1, *fit.parameters[name].shape[1:]) for name, values in found.items()}


def _at_once(groups: Masses, most: int) -> Iterator[tuple[Floats, Floats, NDArray[np.intp]]]:
    """The rows of consecutive groups, what each counts and the number of its group, no more than ``most`` at a time."""
    held: list[tuple[Floats, Floats, NDArray[np.intp]]] = []
    room = most
    for number, (rows, counts) in enumerate(groups):
        start = 0
        while start < len(rows):
            stop = min(start + room, len(rows))
            held.append((rows[start:stop], counts[start:stop], np.full(stop - start, number)))
            room -= stop - start
            start = stop
            if not room:
                yield _stacked(held)
                held, room = [], most
    if held:
        yield _stacked(held)


def _stacked(held: list[tuple[Floats, Floats, NDArray[np.intp]]]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    rows, counts, group = zip(*held, strict=True)
    return np.concatenate(rows), np.concatenate(counts), np.concatenate(group)


def runs(batches: Masses, length: int) -> Iterator[tuple[Floats, Floats]]:
    """The rows of batches, each of which occurred several times, in consecutive runs of ``length``; the last one may be
    shorter. A row whose repetitions do not end with a run goes on in the next."""
    held: list[tuple[Floats, Floats]] = []
    room = 0
    for rows, counts in batches:
        if not len(rows):
            continue
        cut = pieces(counts, room, length)
        for first, end in pairwise([*cut.starts.tolist(), len(cut.row)]):
            if not room:
                yield from _together(held)
                held, room = [], length
            held.append((rows[cut.row[first] : cut.row[end - 1] + 1], cut.length[first:end]))
            room -= int(cut.length[first:end].sum())
    yield from _together(held)


def _together(parts: list[tuple[Floats, Floats]]) -> Iterator[tuple[Floats, Floats]]:
    if parts:
        rows, counts = zip(*parts, strict=True)
        yield np.concatenate(rows), np.concatenate(counts)


def errors_of(variances: Variances, besides: dict[str, Floats]) -> dict[str, Floats]:
    """(1, ...) standard errors, with what the fit was given ``besides`` the rows (A, ...); {} if one is not a number.

    Where a prior decides a coupling the rows show no spread, and their sandwich alone would say that it is certain.
    """
    found = {
        name: np.sqrt(value + (besides[name] ** 2).sum(axis=0) if name in besides else value)[None]
        for name, value in variances.items()
    }
    return found if all(np.isfinite(value).all() for value in found.values()) else {}


def _factor(leverage: Floats, kind: Leverage) -> Floats:
    """By what the squares of the influence are multiplied; infinite for a row that alone decides a coefficient."""
    left = np.where(leverage > 1.0 - _CERTAIN, 0.0, 1.0 - leverage)
    with np.errstate(divide="ignore"):
        return np.asarray(left ** (-1.0 if kind == "HC2" else -2.0))
