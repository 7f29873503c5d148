"""The values of discrete columns, two of a two-valued one, more of a categorical one: how they are recognised."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from symcat.errors import InvalidData

Level: TypeAlias = bool | int | float | str
Levels: TypeAlias = tuple[Level, ...]
"""Of a discrete column: those of -1 and +1, or three to ``MOST_LEVELS`` in the order of their codes 0, 1, ..."""

ZERO_ONE: Levels = (0, 1)
MINUS_PLUS: Levels = (-1, 1)
FALSE_TRUE: Levels = (False, True)
_TRUTHS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
MOST_LEVELS = 64
"""Of a column; text of more is no category."""
FEW_LEVELS = 10
"""Whole numbers of a column that may be codes of categories, at most."""
ROWS_A_CODE = 10
"""Rows that each of these has on average, at least."""
_PANDAS_MISSING = ("NAType", "NaTType")
_MOST_SHOWN = 8
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


def shown(levels: Levels | None) -> str:
    """The values of a column in words; None: it is real."""
    if levels is None:
        return "of a continuous column"
    first = levels[:_MOST_SHOWN]
    rest = f", ... ({len(levels)} in all)" if len(levels) > len(first) else f" and {levels[-1]!r}"
    return ", ".join(map(repr, first if len(levels) > len(first) else first[:-1])) + rest


def as_written(levels: Levels, seen: Sequence[Level]) -> Levels:
    """The same levels as a column has them whose values are ``seen``: yes and no, true and false are words or truths.

    Readers of files differ in which of these they make booleans. The levels themselves where nothing says otherwise.
    """
    if levels == FALSE_TRUE and isinstance(levels[0], bool) and seen and all(isinstance(value, str) for value in seen):
        for words in _TRUTHS:
            for written in (words, tuple(map(str.capitalize, words)), tuple(map(str.upper, words))):
                if set(seen) <= set(written):
                    return written
    if seen and all(isinstance(value, bool) for value in seen) and tuple(str(v).lower() for v in levels) in _TRUTHS:
        return FALSE_TRUE
    return levels


def in_order(values: Iterable[Any]) -> Levels:
    """Values as levels: plain Python, each once, ascending."""
    return tuple(sorted({plain(value) for value in values}))


def are_levels(levels: object) -> bool:
    """Whether these are two or more different values of one kind, and no more than a column can have."""
    if not isinstance(levels, tuple) or not 2 <= len(levels) <= MOST_LEVELS:
        return False
    texts = all(isinstance(value, str) for value in levels)
    numbers = all(isinstance(value, int | float | np.number | np.bool_) and np.isfinite(value) for value in levels)
    return (texts or numbers) and len(set(levels)) == len(levels)


def are_codes(levels: Levels, rows: int) -> bool:
    """Whether these are all distinct values, 3 to 10 whole numbers, of so many rows, at least 10 each on average."""
    whole = all(isinstance(level, int) and not isinstance(level, bool) for level in levels)
    return whole and 2 < len(levels) <= FEW_LEVELS and rows >= ROWS_A_CODE * len(levels)


def settle(name: str, seen: Sequence[Level], rows: int, *, forced: bool) -> Levels | None:
    """The pair of values of a column in whose ``rows`` the distinct values ``seen`` were found; None: it is real.

    ``seen`` has at most three values, all numbers, or all text in the order of the levels. ``forced`` says that the
    column must have two, as one of text must.

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
    low, high = seen if isinstance(seen[0], str) else sorted(seen)
    return low, high


def third_value(name: str, value: Any, row: int, levels: Levels) -> InvalidData:
    """The error for a value, in a row counted from 0, that is none of the column's levels."""
    found = plain(value) if isinstance(value, str | float | int | np.generic) else value
    what = "is two-valued, with the values" if len(levels) == 2 else "is categorical, with the levels"
    return InvalidData(
        f"Column {name!r} holds {found!r} in row {row} (counted from 0), but {what} "
        f"{shown(levels)}: recode it, replace it by a missing value, or leave the column out with columns=[...]."
    )
