"""Fields and couplings that a user states by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import MINUS_PLUS, ZERO_ONE
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Options
from symcat.models.family import Stated
from symcat.models.ising.curie_weiss import CurieWeiss
from symcat.models.ising.independent import Independent
from symcat.models.ising.lattice.ring import Ring
from symcat.models.ising.lattice.square import SquareLattice

Floats = NDArray[np.float64]


def couplings(label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
    """The parameters of a class, in the basis asked for.

    ``ising.independent`` takes ``h`` (d,); the tree and all pairs ``J`` (d, d), symmetric with zero diagonal, and
    optionally ``h`` (d,); the symmetric classes the number ``d`` of columns, ``J`` and, but for the lattice, ``h``.
    """
    levels = ZERO_ONE if options.basis == "binary" else MINUS_PLUS
    if label in (CurieWeiss.label, Ring.label, SquareLattice.label):
        field = () if label == SquareLattice.label else ("h",)
        found = averages.numbers(label, given, ("d", "J"), field, averages.FORWARDS)
        averages.check_finite(found)
        d = dimension_of(found["d"])
        values = {name: _one(name, found.get(name, np.zeros(()))) for name in ("h", "J")}
        if label == SquareLattice.label and options.basis == "binary":
            values["h"] = -2.0 * values["J"]  # the field that leaves the spin basis without one
        return Stated(Schema.two_valued(averages.column_names(columns, d), levels), values)
    pairs = label != Independent.label
    found = averages.numbers(label, given, ("J",) if pairs else ("h",), ("h",) if pairs else (), averages.FORWARDS)
    averages.check_finite(found)
    d = len(np.atleast_1d(found["J" if pairs else "h"]))
    averages.check_size(1, d)
    names = averages.column_names(columns, d)
    h = np.atleast_1d(found.get("h", np.zeros(d)))
    if h.shape != (d,):
        raise InvalidData(f"h has shape {h.shape}: pass one field for each of the {d} columns.")
    return Stated(Schema.two_valued(names, levels), {"h": h} | ({"J": _symmetric(found["J"], names)} if pairs else {}))


def dimension_of(d: Floats) -> int:
    """A number of columns. Raises InvalidData for what is none, or so many that their pairs cannot be held."""
    value = float(d) if d.ndim == 0 else np.nan
    if not (value >= 2 and value == int(value)):
        raise InvalidData(f"d={d} is not a number of columns: pass a whole number from 2 on.")
    averages.check_size(1, int(value))
    return int(value)


def _one(name: str, value: Floats) -> Floats:
    if value.size != 1:
        raise InvalidData(f"{name} has shape {value.shape}: pass one number, which all columns share.")
    return value.reshape(())


def _symmetric(j: Floats, names: Sequence[str]) -> Floats:
    d = len(names)
    averages.check_symmetric("J", j, names)
    if np.diagonal(j).any():
        i = int(np.flatnonzero(np.diagonal(j))[0])
        raise InvalidData(
            f"J couples {names[i]!r} with itself ({j[i, i]:g}): pass zeros on the diagonal, a field as h."
        )
    return 0.5 * (j + j.T) * (1.0 - np.eye(d))
