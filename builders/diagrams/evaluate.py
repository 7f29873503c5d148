"""The value of rows of ``corrections`` for given cumulants, read as anybody reads them: by their text alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builders.base import Row
from symcat.models.contraction import parse

Values = dict[tuple[str, int], NDArray[Any]]
"""(target, order) -> the sum of its rows."""


def summed(rows: Iterable[Row], cumulants: Mapping[int, NDArray[Any]]) -> Values:
    """The sum of each order of each target, for symmetric tensors k3 and k4 by their number of indices.

    Tensors of whole numbers give Fractions. The sum without the last average, over the orders of the indices of the
    output, is of few different texts: it is taken once for all rows of a target and an order.
    """
    exact = all(np.issubdtype(tensor.dtype, np.integer) for tensor in cumulants.values())
    plain: Values = {}
    for row in rows:
        key = str(row["target"]), int(str(row["order"]))
        weight = Fraction(str(row["weight"]))
        value = _contracted(str(row["subscripts"]), cumulants)
        term = value.astype(object) * weight if exact else value * float(weight)
        plain[key] = np.asarray(plain[key] + term if key in plain else term)
    return {key: _symmetric(value) for key, value in plain.items()}


def _contracted(subscripts: str, cumulants: Mapping[int, NDArray[Any]]) -> NDArray[Any]:
    contraction = parse(subscripts)
    if not contraction.operands:
        tensor = cumulants[min(cumulants)]
        return np.eye(len(tensor), dtype=tensor.dtype)
    operands = [cumulants[len(operand)] for operand in contraction.operands]
    return np.asarray(np.einsum(subscripts, *operands, optimize="greedy"))


def _symmetric(tensor: NDArray[Any]) -> NDArray[Any]:
    """The average over all orders of the indices."""
    orders = list(permutations(range(tensor.ndim)))
    total = reduce(np.add, (np.transpose(tensor, order) for order in orders))
    average = Fraction(1, factorial(tensor.ndim)) if tensor.dtype == object else 1.0 / len(orders)
    return np.asarray(total * average)
