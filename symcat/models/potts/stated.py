"""Fields and couplings of columns with levels that a user states by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.family import Stated
from symcat.models.ising.stated import dimension_of
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.layout import Floats, Layout

_LARGEST = 64


def couplings(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """The parameters of a class in the zero-sum gauge, from parameters in any.

    All take ``levels`` (d,), how many each column has, which are the numbers 0, 1, ..., L - 1; the independent class
    ``h`` (Q,), the sum of these many; the tree and all pairs ``J`` (Q, Q), symmetric, and optionally ``h``.
    ``potts.curie_weiss`` takes the number ``d`` of columns, ``J`` (L, L) and optionally ``h`` (L,). Raises InvalidData
    for what is missing or of another shape.
    """
    if label == CurieWeiss.label:
        found = averages.numbers(label, given, ("d", "J"), ("h",), averages.FORWARDS)
        averages.check_finite(found)
        d, size = dimension_of(found["d"]), len(np.atleast_1d(found["J"]))
        _checked_size(size)
        layout = Layout((size, size))  # of two of the columns
        h, j = _fields(found, size), _symmetric(found["J"], [str(a) for a in range(size)])
        fields, pairs, _ = layout.zero_sum(
            np.zeros(2 * size), np.asarray(np.kron(1.0 - np.eye(2), j), dtype=np.float64)
        )
        own = h - h.mean() + (d - 1.0) * fields[:size]
        return Stated(_schema(columns, (size,) * d), {"h": own, "J": pairs[:size, size:]})
    pairs_stated = label != Independent.label
    wanted, optional = (("levels", "J"), ("h",)) if pairs_stated else (("levels", "h"), ())
    found = averages.numbers(label, given, wanted, optional, averages.FORWARDS)
    averages.check_finite(found)
    sizes = tuple(_checked_size(one) for one in np.atleast_1d(found["levels"]).tolist())
    layout, schema = Layout(sizes), _schema(columns, sizes)
    h = _fields(found, layout.levels)
    if not pairs_stated:
        return Stated(schema, {"h": h @ layout.centring.T})
    names = [f"{schema.columns[c]} = {a}" for c, size in enumerate(sizes) for a in range(size)]
    j = _symmetric(found["J"], names)
    if (j[~layout.apart] != 0.0).any():
        q, r = np.argwhere((j != 0.0) & ~layout.apart)[0]
        raise InvalidData(
            f"J couples {names[q]} with {names[r]}, of one column ({j[q, r]:g}): pass zeros there, a field as h."
        )
    fields, inner, _ = layout.zero_sum(h, j)
    inner[np.abs(inner) < 1e-15 * np.abs(inner).max(initial=0.0)] = 0.0
    return Stated(schema, {"h": fields, "J": inner})


def _schema(columns: Sequence[str] | None, sizes: Sequence[int]) -> Schema:
    averages.check_size(1, len(sizes))
    return Schema(averages.column_names(columns, len(sizes)), tuple(tuple(range(size)) for size in sizes))


def _checked_size(value: float) -> int:
    if not (2 <= value <= _LARGEST and value == int(value)):
        raise InvalidData(f"A column of {value:g} levels is none: state whole numbers from 2 to {_LARGEST}.")
    return int(value)


def _fields(found: Mapping[str, Floats], size: int) -> Floats:
    h = np.atleast_1d(found.get("h", np.zeros(size)))
    if h.shape != (size,):
        raise InvalidData(f"h has shape {h.shape}: pass one field for each of the {size} levels.")
    return h


def _symmetric(j: Floats, names: Sequence[str]) -> Floats:
    averages.check_symmetric("J", j, names)
    return 0.5 * (j + j.T)
