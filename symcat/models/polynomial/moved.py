"""A quartic about another point, and what is left of it where some columns have known values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def about(couplings: Mapping[str, Floats], point: Floats) -> dict[str, Floats]:
    """The couplings h, K, g, u of ``F(point + y)`` in y, from those of F; ``point`` is (d,).

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.models.polynomial.moved import about
    >>> square = {"h": np.zeros(1), "K": np.eye(1), "g": np.zeros((1, 1, 1)), "u": np.zeros((1, 1, 1, 1))}
    >>> about(square, np.array([2.0]))["h"]
    array([2.])
    """
    h, k, g, u = (np.asarray(couplings[name], dtype=np.float64) for name in ("h", "K", "g", "u"))
    u1 = u @ point
    u2, g1 = u1 @ point, g @ point
    return {
        "h": h + k @ point + 0.5 * g1 @ point + u2 @ point / 6.0,
        "K": k + g1 + 0.5 * u2,
        "g": g + u1,
        "u": u,
    }


def given(couplings: Mapping[str, Floats], known: Mapping[int, float]) -> dict[str, Floats]:
    """Likewise of the other columns, in order, where those at some positions have ``known`` values; but for a constant.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.models.polynomial.moved import given
    >>> two = {"h": np.zeros(2), "K": np.array([[1.0, 0.5], [0.5, 1.0]])}
    >>> given(two | {"g": np.zeros((2,) * 3), "u": np.zeros((2,) * 4)}, {1: 2.0})["h"]
    array([1.])
    """
    d = len(couplings["h"])
    point = np.zeros(d)
    point[list(known)] = list(known.values())
    rest = [j for j in range(d) if j not in known]
    return {name: value[np.ix_(*[rest] * value.ndim)] for name, value in about(couplings, point).items()}
