"""The averages by which a radial quartic is looked up: of rho^2 and rho^4 about the centre."""

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
from symcat.models.quartic.labels import dimension_of

Floats = NDArray[np.float64]


def read(label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None) -> Averages:
    """``m2`` and ``m4``, numbers or for a batch arrays (G,), and optionally ``mean``, (N,) or (G, N).

    Raises InvalidData for shapes that do not agree. Groups whose averages no rows have are told apart.
    """
    dimension = dimension_of(label)
    assert dimension is not None
    found = averages.numbers(label, given, ("m2", "m4"), ("mean",))
    batch = found["m2"].ndim + found["m4"].ndim > 0
    try:
        m2, m4 = np.broadcast_arrays(*np.atleast_1d(found["m2"], found["m4"]))
    except ValueError as error:
        raise InvalidData(f"m2 and m4 have shapes {found['m2'].shape} and {found['m4'].shape}: pass alike.") from error
    if m2.ndim > 1:
        raise InvalidData(f"m2 and m4 have shape {m2.shape}: pass numbers, or arrays with one number per group.")
    groups = len(m2)
    averages.check_size(groups, dimension)
    names = averages.column_names(columns, dimension)
    mean = averages.points(found.get("mean"), groups, dimension)
    faults = _faults(m2, m4, mean)
    faults.check(batch)
    m2, m4 = faults.cleared(m2), faults.cleared(m4)
    unit = averages.unit_of(np.sqrt(np.abs(m2)))
    zero, fourth = np.zeros((groups, dimension)), m4 / unit / unit / unit / unit
    one = dimension == 1
    moments = Moments(
        columns=names,
        count=averages.row_counts(n, groups),
        origin=faults.cleared(mean),
        unit=unit,
        first=zero,
        second=np.eye(dimension) * (m2 / unit / unit / dimension)[:, None, None],
        column_powers=np.stack([np.zeros_like(fourth), fourth], axis=-1)[:, None, :] if one else None,
        radial_third=None if one else zero,
        radial_fourth=None if one else fourth,
    )
    center: Center = "mean" if "mean" in found else moments.origin[0]
    return Averages(moments, Schema.real(names), batch, center, faults)


def _faults(m2: Floats, m4: Floats, mean: Floats) -> averages.Faults:
    """The groups whose averages no rows have; to rounding, a kurtosis of 1 is possible."""
    faults = averages.Faults()
    faults.add_missing(m2=m2, m4=m4, mean=mean)
    faults.add(
        ~(m2 > 0.0),
        lambda g: Fault(f"m2={m2[g]:.9g} is not the average of squares of rows that vary: it must be positive."),
    )
    with np.errstate(all="ignore"):
        square = m2 * m2
    faults.add(
        m4 < square * (1.0 - 1e-9),
        lambda g: Fault(
            f"m4={m4[g]:.9g} is smaller than m2**2={square[g]:.9g}, which no rows have: look at both again."
        ),
    )
    return faults
