"""Columns that are no measurements: counters of the rows, names of the rows, times, constants, copies.

They are left out, each with its reason, unless the columns were named. The first rows raise the suspicion, all rows
must confirm it: looking costs next to nothing where nothing is suspected.

Text of more levels than a category can have, or of which nearly every value is another, names things rather than sorts
them, and is left out too.

A running number counts the rows, 0, 1, ... or 1, 2, ..., in their order, in whole numbers; other whole numbers, and
ranks in another order, are measurements.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.marks import is_number
from symcat.data.levels import ENOUGH_ROWS, MOST_LEVELS, is_absent


@dataclass(frozen=True)
class Reason:
    """Why a column is left out.

    ``label`` says whether it only labels the rows; ``two_valued``, whether it may stay in a table of two-valued columns
    alone, where the classes deal with values that never occur.
    """

    text: str
    label: bool = False
    two_valued: bool = False


TIME = Reason("a time stamp", label=True)
DATES = Reason("dates as text", label=True)
NAMES = Reason("it names the rows: every text occurs once", label=True)
RUNNING = Reason("a running number of the rows", label=True)
EMPTY = Reason("it has no value")

_DATE = re.compile(
    r"\s*(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4}|\d{1,2}/\d{1,2}/\d{2})"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2}|[AaPp][Mm])?)?\s*"
)
"""A day in numbers, the year first or last, and perhaps a time of it."""

_LEAST_NAMES = 3  # two texts are two values
_FEW = 10  # levels that may have a row or two each, as in a table of a dozen rows


def constant(value: Any) -> Reason:
    """The reason for a column of one value only."""
    plain = value.item() if isinstance(value, np.generic) else value
    return Reason(f"constant, {plain!r} in every row", two_valued=not isinstance(plain, str) and plain in (-1, 0, 1))


def copy_of(name: str) -> Reason:
    """The reason for a column that holds what an earlier one does."""
    return Reason(f"a copy of {name!r}", two_valued=True)


def too_many(different: int, known: int) -> Reason | None:
    """The reason for a column of so many different texts in so many rows that have one; None where they are levels."""
    if different > MOST_LEVELS:
        return Reason(f"{different:,} different texts, more than the {MOST_LEVELS} levels of a category", label=True)
    if different > max(_FEW, known // 2):
        return Reason(f"nearly every row has another text: {different} in {known} rows", label=True)
    return None


def may_be_levels(values: NDArray[Any]) -> bool:
    """Whether the first values of a column are texts of which there are more than two."""
    values = _present(values)
    return (
        values.dtype.kind in "OU" and all(isinstance(v, str) for v in values.tolist()) and len({*values.tolist()}) > 2
    )


def reason_of(values: NDArray[Any]) -> Reason | None:
    """Why a column of these values is no measurement; None where it may be one."""
    values = _present(values)
    if not len(values):
        return EMPTY
    if values.dtype.kind == "M" or (values.dtype.kind == "O" and all(map(_is_time, values))):
        return TIME
    if _are_dates(values):
        return DATES
    if not _comparable(values):
        return None
    first = values[0]
    if bool(np.all(values == first)):
        return constant(first) if len(values) > 1 else None
    if values.dtype.kind in "iu":
        counts = len(values) >= ENOUGH_ROWS and first in (0, 1) and bool((np.diff(values) == 1).all())
        return RUNNING if counts else None
    if len(values) >= _LEAST_NAMES and isinstance(first, str):
        texts = values.tolist()
        named = all(isinstance(text, str) for text in texts) and len(set(texts)) == len(texts)
        return NAMES if named and not looks_like_numbers(texts) else None
    return None


def _are_dates(values: NDArray[Any]) -> bool:
    """Whether all are days written as text, three or more different ones: two are two values, whatever they say."""
    if values.dtype.kind not in "OU" or not isinstance(values[0], str) or _DATE.fullmatch(values[0]) is None:
        return False
    texts = {*values.tolist()}
    return len(texts) > 2 and all(isinstance(text, str) and _DATE.fullmatch(text) for text in texts)


def looks_like_numbers(texts: Sequence[str]) -> bool:
    """Whether all of some texts are written numbers, with decimal points, commas, or marks of thousands."""
    return all(map(is_number, texts))


def copies(columns: Mapping[str, NDArray[Any]]) -> dict[str, str]:
    """The columns whose values are those of an earlier one, and which one that is."""
    seen: dict[tuple[str, bytes], str] = {}
    found: dict[str, str] = {}
    for name, values in columns.items():
        key = _fingerprint(values)
        if key is not None:
            original = seen.setdefault(key, name)
            if original != name:
                found[name] = original
    return found


def with_something_left(reasons: Mapping[str, Reason], others: int) -> dict[str, Reason]:
    """The reasons that are followed where ``others`` columns have none: something must be left to describe.

    A running number beside nothing else is what was measured, such as the times of a trend.
    """
    if others:
        return dict(reasons)
    kept = {name: reason for name, reason in reasons.items() if reason is not RUNNING}
    return kept if len(kept) < len(reasons) else {}


def _present(values: NDArray[Any]) -> NDArray[Any]:
    """The values that are not missing."""
    absent = np.ma.getmaskarray(values)
    plain: NDArray[Any] = np.ma.getdata(values)
    if plain.dtype.kind == "f":
        absent = absent | np.isnan(plain)
    elif plain.dtype.kind in "mM":
        absent = absent | np.isnat(plain)
    elif plain.dtype.kind == "O":
        absent = absent | np.array([is_absent(value) for value in plain.tolist()], dtype=np.bool_)
    present: NDArray[Any] = plain[~absent] if absent.any() else plain
    return present


def _is_time(value: Any) -> bool:
    return isinstance(value, datetime.date) or type(value).__name__ == "Period"  # the latter is of pandas


def _comparable(values: NDArray[Any]) -> bool:
    """Whether the values are texts and numbers, each of which is equal to another or not."""
    if values.dtype.kind == "O":
        return all(isinstance(value, str | Number | np.generic) for value in values.tolist())
    return values.dtype.kind in "biufU"


def _fingerprint(values: NDArray[Any]) -> tuple[str, bytes] | None:
    """Equal for equal columns; None of what cannot be compared."""
    if isinstance(values, np.ma.MaskedArray):
        if values.mask.any():
            return None
        values = values.data
    if values.dtype.kind in "biuf":
        return "numbers", np.ascontiguousarray(values, dtype=np.float64).tobytes()
    if values.dtype.kind in "OU" and all(isinstance(v, str) or is_absent(v) for v in values.tolist()):
        return "texts", repr(values.tolist()).encode()
    return None
