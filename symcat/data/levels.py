"""The two values of a two-valued column: how they are recognised, and the errors where there are more or fewer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from symcat.errors import InvalidData

Level: TypeAlias = bool | int | float | str
Levels: TypeAlias = tuple[Level, Level]

ZERO_ONE: Levels = (0, 1)
MINUS_PLUS: Levels = (-1, 1)
FALSE_TRUE: Levels = (False, True)
_PANDAS_MISSING = ("NAType", "NaTType")
ENOUGH_ROWS = 20
"""Rows in which a column of numbers other than 0, 1 and -1 must show two values only to be taken for two-valued."""


def is_absent(value: object) -> bool:
    """Whether a Python value stands for a missing one: None, NaN, or what pandas has for them."""
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    return value is None or type(value).__name__ in _PANDAS_MISSING


def plain(value: Any) -> Level:
    """A value as plain Python: whole numbers as int, whichever type they were stored in."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    number = float(value)
    return int(value) if math.isfinite(number) and number == int(number) else number


def shown(pair: Levels | None) -> str:
    """The values of a column in words; None: it is real."""
    return "of a continuous column" if pair is None else f"{pair[0]!r} and {pair[1]!r}"


def settle(name: str, seen: Sequence[Level], rows: int, *, forced: bool) -> Levels | None:
    """The pair of values of a column in whose ``rows`` the distinct values ``seen`` were found; None: it is real.

    ``seen`` has at most three values, all text or all numbers. ``forced`` says that the column must have two, as one of
    text must.

    Raises
    ------
    InvalidData : it is forced and has one value, or more than two.
    """
    if not any(isinstance(value, str) for value in seen):
        if all(isinstance(value, bool) for value in seen) and seen:
            return FALSE_TRUE
        for standard in (ZERO_ONE, MINUS_PLUS):
            if set(seen) <= set(standard) and (seen or forced):
                return standard
        infinite = [value for value in seen if not math.isfinite(value)]  # type: ignore[arg-type]
        if infinite and forced:
            raise InvalidData(f"Column {name!r} holds an infinity: replace it by NaN or remove the row.")
        if not forced and (len(seen) != 2 or rows < ENOUGH_ROWS or infinite):
            return None
    if len(seen) == 1:
        raise InvalidData(
            f"Column {name!r} holds one value only, {seen[0]!r}, which does not tell the other one: leave it out with "
            "columns=[...], or code it as 0 and 1."
        )
    if len(seen) > 2:
        values = ", ".join(repr(value) for value in sorted(seen))
        counts = ", for example by data > 0," if min(seen) == 0 else ","
        raise InvalidData(
            f"Column {name!r} holds more than two values ({values}, ...), but must be two-valued. Recode it{counts} "
            "leave it out with columns=[...]" + ("." if isinstance(seen[0], str) else ", or let it be continuous.")
        )
    low, high = sorted(seen)
    return low, high


def third_value(name: str, value: Any, row: int, pair: Levels) -> InvalidData:
    """The error for a value, in a row counted from 0, that is not one of the column's two."""
    found = plain(value) if isinstance(value, str | float | int | np.generic) else value
    return InvalidData(
        f"Column {name!r} holds {found!r} in row {row} (counted from 0), but is two-valued, with the values "
        f"{shown(pair)}: recode it, replace it by a missing value, or leave the column out with columns=[...]."
    )
