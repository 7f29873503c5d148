"""The averages by which a polynomial of one column is looked up: of powers about its mean, or about its centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Center
from symcat.models.family import Averages
from symcat.models.fit import Fault
from symcat.models.scalar.labels import degree_of, is_even

Floats = NDArray[np.float64]

_SHAPE = ("variance", "skewness", "kurtosis")
_ROUNDING = 1e-9


def read(label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None) -> Averages:
    """``m2``, ``m3``, ... to the degree, numbers or for a batch arrays (G,), and optionally ``mean``.

    Those of even powers alone where F is even. ``variance``, ``skewness`` and ``kurtosis`` may stand for m2, m3 and m4.
    Raises InvalidData for shapes that do not agree. Groups whose averages no rows have are told apart.
    """
    orders = range(2, degree_of(label) + 1, 2 if is_even(label) else 1)
    names = [f"m{k}" for k in orders]
    try:
        given = _in_powers(given)
    except InvalidData:
        raise
    except ValueError as error:
        raise InvalidData(
            f"The averages {', '.join(given)} are of unlike lengths: pass as many numbers of each."
        ) from error
    found = averages.numbers(label, given, names, ("mean",))
    batch = any(found[name].ndim for name in names)
    try:
        m = dict(zip(orders, np.broadcast_arrays(*np.atleast_1d(*(found[name] for name in names))), strict=True))
    except ValueError as error:
        shapes = ", ".join(f"{name} {found[name].shape}" for name in names)
        raise InvalidData(f"The averages have the shapes {shapes}: pass alike.") from error
    if m[2].ndim > 1:
        raise InvalidData(f"m2 has shape {m[2].shape}: pass numbers, or arrays with one number per group.")
    groups = len(m[2])
    mean = averages.points(found.get("mean"), groups, 1)
    unit = averages.unit_of(np.sqrt(np.abs(m[2])))
    with np.errstate(all="ignore"):
        scaled = {k: _over(values, unit, k) for k, values in m.items()}
        faults = _faults(m, scaled, mean)
    faults.check(batch)
    scaled = {k: faults.cleared(values) for k, values in scaled.items()}
    zero = np.zeros(groups)
    powers = [scaled.get(k, zero) for k in range(3, degree_of(label) + 1)]
    columns = averages.column_names(columns, 1)
    moments = Moments(
        columns=tuple(columns),
        count=averages.row_counts(n, groups),
        origin=faults.cleared(mean),
        unit=unit,
        first=np.zeros((groups, 1)),
        second=scaled[2][:, None, None],
        column_powers=np.stack(powers, axis=-1)[:, None, :],
    )
    center: Center = "mean" if "mean" in found else moments.origin[0]
    return Averages(moments, Schema.real(columns), batch, center if is_even(label) else None, faults)


def _in_powers(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, the shape as averages of powers; the variance is 1 where none is stated."""
    out = {name: value for name, value in given.items() if name not in _SHAPE}
    try:
        shape = {name: np.asarray(given[name], dtype=np.float64) for name in _SHAPE if given.get(name) is not None}
    except (TypeError, ValueError) as error:
        raise InvalidData(f"The averages must be numbers or arrays of numbers: {error}.") from error
    if not shape:
        return out
    variance = shape.get("variance", np.asarray(given.get("m2", 1.0), dtype=np.float64))
    with np.errstate(all="ignore"):
        read = {"m2": variance}
        if "skewness" in shape:
            read["m3"] = shape["skewness"] * variance**1.5
        if "kurtosis" in shape:
            read["m4"] = shape["kurtosis"] * variance**2
    twice = sorted(name for name in set(read) & set(out) if not (name == "m2" and "variance" not in shape))
    if twice:
        raise InvalidData(f"{', '.join(twice)} and {', '.join(shape)} say the same twice: state one of each.")
    return out | read


def _over(values: Floats, unit: float, power: int) -> Floats:
    """``values / unit^power``, in steps that do not leave double precision."""
    for _ in range(power):
        values = values / unit
    return values


def _faults(m: Mapping[int, Floats], scaled: Mapping[int, Floats], mean: Floats) -> averages.Faults:
    """The groups whose averages no rows have."""
    faults = averages.Faults()
    # The variance first: of a negative one other averages are not numbers where they are stated by shape.
    faults.add_missing(m2=m[2])
    faults.add(
        ~(m[2] > 0.0),
        lambda g: Fault(f"m2={m[2][g]:.9g} is not the average of squares of rows that vary: it must be positive."),
    )
    faults.add_missing(**{f"m{k}": values for k, values in m.items()}, mean=mean)
    half, width = max(m) // 2, np.sqrt(np.abs(scaled[2]))
    hankel = np.zeros((len(width), half + 1, half + 1))
    for i in range(half + 1):
        for j in range(half + 1):
            power = i + j
            values = np.ones_like(width) if power == 0 else scaled.get(power, np.zeros_like(width)) / width**power
            hankel[:, i, j] = np.nan_to_num(values, nan=float(i == j), posinf=float(i == j), neginf=0.0)
    size = np.sqrt(np.abs(np.diagonal(hankel, axis1=1, axis2=2))) + 1e-300
    lowest = np.linalg.eigvalsh(hankel / (size[:, :, None] * size[:, None, :]))[:, 0]
    said = Fault(
        f"No rows have these averages, with which that of the square of some polynomial of degree {half} would be "
        "negative: look at them again."
    )
    faults.add(lowest < -_ROUNDING, lambda g: said)
    return faults
