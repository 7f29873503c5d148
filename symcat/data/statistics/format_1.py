"""Statistics stored in the first format, restated in the present one.

It told the averages by flags, called two-valued columns spins, and summed the powers of the distance from the origin
over all columns, where the real ones alone are summed now.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symcat.data.statistics.scaling import working_unit
from symcat.data.statistics.storing import Arrays

_COLUMN_POWERS, _RADIAL, _STATES = 2, 4, 8
_LEAST_LEFT = 1e-5  # of the fourth powers, when those of two-valued columns are taken out: fewer keep too few digits


def from_format_1(state: dict[str, Any], arrays: Arrays) -> tuple[dict[str, Any], Arrays]:
    """The record and the arrays as they are stored now. KeyError or ValueError if they are damaged."""
    flags, columns = int(state["needs"]), state["columns"]
    spins = state["kind"] == "spin" or state["levels"] is not None
    state = {**state, "kind": "two-valued" if state["kind"] == "spin" else "real"}
    one = columns is None or len(columns) == 1
    power = 2 if not flags & (_COLUMN_POWERS | _RADIAL * one) else 6 if one else 4
    needs = {"power": power, "radius": 4 if flags & _RADIAL else 2, "states": bool(flags & _STATES)}
    if columns is None:
        usual = flags == (1 | _STATES if spins else 7)
        return {**state, "needs": None if usual else needs}, arrays
    levels = state["levels"] or [None] * len(columns)
    if flags & _RADIAL and not one:
        arrays, needs["radius"] = _of_real_columns(arrays, levels, working_unit(state["unit"]), power)
    return {**state, "levels": levels, "needs": needs}, arrays


def _of_real_columns(arrays: Arrays, levels: list[Any], unit: float, power: int) -> tuple[Arrays, int]:
    """The sums with the powers of the distance over the real columns alone, and the highest of these powers.

    A two-valued column adds to the square of the distance the same in every row, so that it can be taken out.
    """
    d, sums = len(levels), arrays["sums"]
    real = [j for j in range(d) if levels[j] is None]
    if len(real) == d:
        return arrays, 4
    constant = (d - len(real)) / unit**2
    kept = 1 + d + d * d + d * (power - 2)
    count, first = sums[:, :1], sums[:, [1 + j for j in real]]
    square = sums[:, [1 + d + j * (d + 1) for j in real]].sum(axis=1, keepdims=True)
    third, fourth = sums[:, [kept + j for j in real]], sums[:, kept + d : kept + d + 1]
    own = fourth - 2.0 * constant * square - constant**2 * count
    if len(real) < 2:
        return {**arrays, "sums": sums[:, :kept]}, 4 if power >= 4 else 2
    if own.sum() < _LEAST_LEFT * fourth.sum():
        return {**arrays, "sums": sums[:, :kept]}, 2
    return {**arrays, "sums": np.concatenate([sums[:, :kept], third - constant * first, own], axis=1)}, 4
