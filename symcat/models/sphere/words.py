"""Sums over the columns as SymPy writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def inner_product(vector: NDArray[np.float64], columns: Sequence[str]) -> Any:
    """The product of a vector (d,) with the columns."""
    import sympy

    return sum(sympy.Float(float(c)) * sympy.Symbol(name, real=True) for c, name in zip(vector, columns, strict=True))
