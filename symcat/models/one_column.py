"""Averages and parameters of laws of one column that are plain numbers, as a user states them by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Floats
from symcat.models.family import Stated


@dataclass(frozen=True)
class WithAverages(Moments):
    """Means of G groups with, beside them, other averages (G, ...) by name."""

    beside: Mapping[str, Floats] = field(default_factory=dict)

    def groups(self, chosen: slice | NDArray[np.bool_] | NDArray[np.intp]) -> WithAverages:
        """The chosen groups, with what is beside them."""
        found = super().groups(chosen)
        assert isinstance(found, WithAverages)
        return replace(found, beside={name: values[chosen] for name, values in self.beside.items()})


def positive_parameters(
    label: str, names: Sequence[str], given: Mapping[str, Any], columns: Sequence[str] | None
) -> Stated:
    """Positive numbers by the ``names`` of the parameters. Raises InvalidData for anything else."""
    found = averages.numbers(label, given, names, (), averages.FORWARDS)
    averages.check_finite(found)
    check_positive(label, names, found, given)
    values = {name: found[name].reshape((1,) if name == "mean" else ()) for name in names}
    return Stated(Schema.real(averages.column_names(columns, 1)), values)


def check_positive(label: str, names: Sequence[str], found: Mapping[str, Floats], given: Mapping[str, Any]) -> None:
    """Raises InvalidData for what is not one positive number."""
    for name in names:
        if found[name].size != 1 or not found[name].reshape(()) > 0.0:
            raise InvalidData(f"{name}={given[name]!r} is not the {name} of {label}: state one positive number.")


def averages_of_groups(
    label: str, names: Sequence[str], given: Mapping[str, Any]
) -> tuple[dict[str, Floats], bool, averages.Faults]:
    """The averages (G,) by name, whether they were of a batch, and the groups that lack one.

    Raises InvalidData for shapes that do not agree.
    """
    found = averages.numbers(label, given, names)
    try:
        values = np.broadcast_arrays(*(np.atleast_1d(found[name]) for name in names))
    except ValueError as error:
        shapes = " and ".join(str(found[name].shape) for name in names)
        raise InvalidData(f"{' and '.join(names)} have shapes {shapes}: pass alike.") from error
    if values[0].ndim > 1:
        raise InvalidData(f"{names[0]} has shape {values[0].shape}: pass a number, or an array with one per group.")
    stated = dict(zip(names, values, strict=True))
    averages.check_size(len(values[0]), 1)
    faults = averages.Faults()
    faults.add_missing(**stated)
    return stated, any(found[name].ndim > 0 for name in names), faults


def moments_of_means(
    mean: Floats, n: float | Floats | None, columns: Sequence[str] | None, size: Floats | None = None, **beside: Floats
) -> WithAverages:
    """The moments of groups of which the means (G,) are known, and no spread, but what is ``beside`` them.

    ``size`` is what the values are large or small against, the means themselves where it is not given.
    """
    groups = len(mean)
    return WithAverages(
        columns=averages.column_names(columns, 1),
        count=averages.row_counts(n, groups),
        origin=mean[:, None].copy(),
        unit=averages.unit_of(np.abs(mean) if size is None else size),
        first=np.zeros((groups, 1)),
        second=np.zeros((groups, 1, 1)),
        beside=beside,
    )
