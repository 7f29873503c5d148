"""The groups that have names: the one place that says what each leaves unchanged."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import factorial
from typing import TypeAlias

from symcat.errors import InvalidData
from symcat.symmetry import images, invariants, projectors
from symcat.symmetry.group import EITHER, REAL, Group
from symcat.symmetry.projectors import Projectors

Symmetry: TypeAlias = str
"""The name of a group that acts on the columns by matrices."""

_FEW = 32
"""Columns up to which projectors are kept for the next table: at most 8 KB for each group."""

_FORMER = {"reflections": "z2_each", "exchangeable": "permutation", "orthogonal": "rotation"}
"""Names under which terms of free energies are written down."""

_RECORDS = (
    Group(
        name="none",
        words="no symmetry",
        size=lambda d: 1,
        every=images.same,
        kinds=EITHER,
        orbit=invariants.alone,
        share=invariants.whole,
        projectors=projectors.unconstrained,
    ),
    Group(
        name="z2",
        words="even about the centre",
        size=lambda d: 2,
        every=images.opposite,
        kinds=EITHER,
        orbit=invariants.even,
        share=invariants.whole,
        projectors=projectors.unconstrained,
        centered=True,
    ),
    Group(
        name="z2_each",
        words="even in every column",
        size=lambda d: 2.0**d,
        every=images.all_signs,
        draw=images.signs,
        kinds=EITHER,
        orbit=invariants.each_even,
        share=invariants.whole,
        projectors=projectors.columns,
        centered=True,
    ),
    Group(
        name="permutation",
        words="columns alike",
        size=factorial,
        every=images.all_orders,
        draw=images.orders,
        kinds=EITHER,
        orbit=invariants.permuted,
        share=invariants.one_order,
        projectors=projectors.common_part_and_rest,
        mixes=True,
        common_center=True,
    ),
    Group(
        name="cyclic",
        words="columns alike, shifted in their order",
        size=lambda d: d,
        every=images.all_shifts,
        draw=images.shifts,
        kinds=EITHER,
        orbit=invariants.shifted,
        share=invariants.one_shift,
        projectors=projectors.frequencies,
        mixes=True,
        common_center=True,
    ),
    Group(
        name="rotation",
        words="all directions alike",
        draw=images.directions,
        kinds=REAL,
        orbit=invariants.power_of_the_radius,
        share=invariants.on_the_sphere,
        projectors=projectors.identity,
        mixes=True,
        centered=True,
    ),
    Group(
        name="hyperoctahedral",
        words="columns alike, each with either sign",
        draw=images.signed_orders,
        kinds=EITHER,
        orbit=invariants.evenly_permuted,
        share=invariants.one_order,
        projectors=projectors.identity,
        mixes=True,
        centered=True,
    ),
)

GROUPS: dict[str, Group] = {record.name: record for record in _RECORDS}
"""By name, those that act on the columns by matrices."""

_OF_WINDOWS = Group(
    name="shift",
    words="the same law in every window along the columns",
    size=lambda d: 2,
    every=images.windows,
    mixes=True,
    common_center=True,
    why_not_exact="two windows that overlap are exchanged, which stationarity allows on average only",
)
_OF_RATIOS = replace(
    GROUPS["z2"], name="scale", words="ratios to the centre as likely as their inverses", ratios=True, kinds=REAL
)
TESTED: dict[str, Group] = {record.name: record for record in (*_RECORDS[1:], _OF_RATIOS, _OF_WINDOWS)}
"""By name, those under which a law may be unchanged: of ratios and of windows too."""


def group(name: str) -> Group:
    """The group of this name that acts on the columns by matrices. Raises InvalidData for an unknown one."""
    found = GROUPS.get(_FORMER.get(name, name))
    if found is None:
        raise InvalidData(f"There is no symmetry {name!r}: choose one of {', '.join(GROUPS)}.")
    return found


def written(name: str) -> str:
    """The name that stands in labels of terms, which are permanent."""
    return next((former for former, own in _FORMER.items() if own == name), name)


def named(name: str, dimension: int) -> Group:
    """The group of this name, to be tested on columns. Raises InvalidData for an unknown name, or too few columns."""
    found = TESTED.get(name)
    if found is None:
        raise InvalidData(f"There is no group {name!r}: choose one of {', '.join(TESTED)}, or pass matrices.")
    if found.mixes and dimension < 2:
        raise InvalidData(f"{name!r} acts on two columns or more, and there is one: for one column ask for 'z2'.")
    return found


def projectors_of(name: Symmetry, d: int) -> Projectors | None:
    """Those of a group in d columns; of few columns they are kept."""
    return _few(name, d) if d <= _FEW else group(name).projectors(d)


@lru_cache(maxsize=4 * _FEW)
def _few(name: Symmetry, d: int) -> Projectors | None:
    return group(name).projectors(d)
