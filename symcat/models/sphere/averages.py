"""Averages and parameters of directions, as a user states them by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.family import Averages
from symcat.models.family import Stated as Couplings
from symcat.models.fit import Fault
from symcat.models.sphere import bingham, uniform, von_mises_fisher
from symcat.models.sphere.seen import Stated

Floats = NDArray[np.float64]

_SAME = 1e-6  # of a trace or a length: more digits than these are rarely written


def read(label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None) -> Averages:
    """``mean`` (d,) of von Mises and Fisher's law, ``second`` (d, d), the averages of x x', of those of squares, the
    number ``d`` of columns of uniform directions; arrays with a leading axis are of groups. Raises InvalidData."""
    if label == uniform.LABEL:
        d = _dimension(label, given, averages.LOOKUP)
        return _averages(np.zeros((1, d)), np.tile(np.eye(d) / d, (1, 1, 1)), n, columns, False, averages.Faults())
    if label == von_mises_fisher.LABEL:
        mean = averages.numbers(label, given, ("mean",))["mean"]
        batch = mean.ndim == 2
        mean = np.atleast_2d(mean)
        if mean.ndim != 2 or mean.shape[1] < 2:
            raise InvalidData(f"mean has shape {mean.shape}: pass the average of unit vectors, of two numbers or more.")
        faults = averages.Faults()
        faults.add_missing(mean=mean)
        length = np.sqrt((mean * mean).sum(axis=1))
        faults.add(
            ~(length < 1.0),
            lambda g: Fault(
                f"The mean has length {length[g]:.9g}, which no unit vectors that vary have: it must be below one."
            ),
        )
        faults.check(batch)
        mean = faults.cleared(mean)
        return _averages(mean, np.full((*mean.shape, mean.shape[1]), np.nan), n, columns, batch, faults)
    second = averages.numbers(label, given, ("second",))["second"]
    batch = second.ndim == 3
    second = second if batch else second[None]
    if second.ndim != 3 or second.shape[1] != second.shape[2] or second.shape[1] < 2:
        raise InvalidData(f"second has shape {second.shape[1:]}: pass the symmetric (d, d) matrix of averages of x x'.")
    faults = averages.Faults()
    faults.add_missing(second=second)
    faults.add_asymmetric("second", second, averages.column_names(columns, second.shape[1]))
    trace = np.einsum("gii->g", second)
    faults.add(
        ~(np.abs(trace - 1.0) < _SAME),
        lambda g: Fault(f"The squares add up to {trace[g]:.9g}, and those of unit vectors to one: divide by that."),
    )
    second = faults.cleared(second)
    least = np.linalg.eigvalsh(second)[:, 0]
    faults.add(
        least < 0.0,
        lambda g: Fault(f"second has the eigenvalue {least[g]:.6g}, which that of no rows has: look at it again."),
    )
    faults.check(batch)
    return _averages(np.full(second.shape[:2], np.nan), second, n, columns, batch, faults)


def _averages(
    mean: Floats,
    second: Floats,
    n: float | Floats | None,
    columns: Sequence[str] | None,
    batch: bool,
    faults: averages.Faults,
) -> Averages:
    groups, d = mean.shape
    averages.check_size(groups, d)
    moments = Stated(
        columns=averages.column_names(columns, d),
        count=averages.row_counts(n, groups),
        origin=np.zeros((groups, d)),
        unit=1.0,
        first=mean,
        second=second,
    )
    return Averages(moments, Schema.real(moments.columns), batch, faults=faults)


def stated(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Couplings:
    """The parameters by their names; directions are taken to length one, and of A the trace is taken away.

    Raises InvalidData for what is none.
    """
    if label == uniform.LABEL:
        d = _dimension(label, given, averages.FORWARDS)
        return Couplings(Schema.real(averages.column_names(columns, d)), {})
    if label == bingham.LABEL:
        a = np.atleast_2d(averages.numbers(label, given, ("A",), (), averages.FORWARDS)["A"])
        averages.check_finite({"A": a})
        names = averages.column_names(columns, len(a))
        averages.check_symmetric("A", a, names)
        a = 0.5 * (a + a.T) - np.eye(len(a)) * np.trace(a) / len(a)
        return Couplings(Schema.real(_several(names)), {"A": a})
    direction = "mean_direction" if label == von_mises_fisher.LABEL else "axis"
    found = averages.numbers(label, given, (direction, "concentration"), (), averages.FORWARDS)
    averages.check_finite(found)
    k, axis = found["concentration"], found[direction]
    if k.ndim or (direction == "mean_direction" and not k >= 0.0):
        what = "one number of zero or more" if direction == "mean_direction" else "one number"
        raise InvalidData(f"concentration={given['concentration']!r} is not {what}: state such a one.")
    length = float(np.sqrt((axis * axis).sum()))
    if axis.ndim != 1 or not length > 0.0:
        raise InvalidData(f"{direction} is not a vector with a direction: state one number for each column.")
    names = averages.column_names(columns, len(axis))
    return Couplings(Schema.real(_several(names)), {direction: axis / length, "concentration": k})


def _several(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) < 2:
        raise InvalidData("Directions have two columns or more: state as many numbers.")
    return names


def _dimension(label: str, given: Mapping[str, Any], call: averages.Call) -> int:
    found = averages.numbers(label, given, ("d",), (), call)["d"]
    if found.ndim or not found >= 2.0 or found != np.floor(found):
        raise InvalidData(f"d={given['d']!r} is not a number of columns: state a whole number of two or more.")
    return int(found)
