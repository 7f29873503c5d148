"""Averages of two-valued columns that a user states by name: of -1 and +1, ``m`` of columns and ``q`` of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.averages import column_names, numbers, row_counts
from symcat.models.base import Averages
from symcat.models.ising.curie_weiss import CurieWeiss
from symcat.models.ising.independent import Independent
from symcat.models.ising.lattice.ring import Ring
from symcat.models.ising.lattice.square import SquareLattice

Floats = NDArray[np.float64]


def stated(label: str, given: Mapping[str, Any], n: float | None, columns: Sequence[str] | None) -> Averages:
    """The moments that the averages of a class state.

    ``ising.independent`` takes ``m`` (d,); the tree and all pairs ``m`` and ``q`` (d, d), of the products of two
    columns; the symmetric classes the number ``d`` of columns and ``q``, averaged over the coupled pairs, and those
    with a field ``m``, averaged over the columns: zero, which is no field, where it is left out. Arrays with a leading
    axis are a batch. Raises InvalidData where averages are missing, unknown, of the wrong shape, or no numbers.
    """
    if label == Independent.label:
        m = numbers(label, given, ("m",))["m"]
        batch, m = m.ndim == 2, np.atleast_2d(m)
        q = m[:, :, None] * m[:, None, :]
    elif label in (CurieWeiss.label, Ring.label):
        batch, m, q = _shared(numbers(label, given, ("d", "q"), ("m",)))
    elif label == SquareLattice.label:
        batch, m, q = _shared(numbers(label, given, ("d", "q")))
    else:
        batch, m, q = _by_pair(numbers(label, given, ("m", "q")))
    names = column_names(columns, m.shape[1])
    second = np.array(q, dtype=np.float64)
    second[:, np.arange(len(names)), np.arange(len(names))] = 1.0
    moments = Moments(names, row_counts(n, len(m)), np.zeros(m.shape), 1.0, np.array(m, dtype=np.float64), second)
    return Averages(moments, Schema.two_valued(names), batch)


def _by_pair(given: Mapping[str, Floats]) -> tuple[bool, Floats, Floats]:
    m, q = np.atleast_2d(given["m"]), given["q"]
    q = q if q.ndim == 3 else q[None]
    d = m.shape[1]
    if q.shape != (len(m), d, d) or not np.allclose(q, q.transpose(0, 2, 1), 1e-9, 1e-12, True):
        raise InvalidData(
            f"q has shape {given['q'].shape}; with m of {d} columns a symmetric ({d}, {d}) matrix is needed."
        )
    return given["m"].ndim == 2, m, q


def _shared(given: Mapping[str, Floats]) -> tuple[bool, Floats, Floats]:
    """One average for all columns, and one for all pairs."""
    d = float(given["d"]) if given["d"].ndim == 0 else np.nan
    if not (d >= 2 and d == int(d)):
        raise InvalidData(f"d={given['d']} is not a number of columns: pass a whole number from 2 on.")
    m, q = np.broadcast_arrays(given.get("m", np.zeros(())), given["q"])
    size = (max(m.size, 1), int(d))
    return m.ndim > 0, np.broadcast_to(m.reshape(-1, 1), size), np.broadcast_to(q.reshape(-1, 1, 1), (*size, size[1]))
