"""The centre of a symmetry as the user gives it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.models.base import Center

GivenCenter = float | Sequence[float] | NDArray[np.float64] | str | None


def parse_center(center: GivenCenter, dimension: int, spins: bool = False) -> Center:
    """The centre as models take it: None, "mean", or the point (d,). Raises InvalidData for anything else."""
    if spins:
        if center is not None:
            raise InvalidData(
                "center= has no meaning for two-valued columns: their fields say how far they are off. Leave it out."
            )
        return None
    if center is None or (isinstance(center, str) and center == "mean"):
        return center  # type: ignore[return-value]
    try:
        point = np.broadcast_to(np.asarray(center, dtype=np.float64), (dimension,))
    except (ValueError, TypeError) as error:
        raise InvalidData(f"center={center!r} is neither None, 'mean', nor {dimension} number(s).") from error
    if not np.isfinite(point).all():
        raise InvalidData(f"center={center!r} is not finite.")
    return point
