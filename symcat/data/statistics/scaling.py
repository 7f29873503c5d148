"""Where the averages are taken about and in which unit: chosen from a few rows, so that no sum cancels or overflows.

Any origin near the data and any unit near its spread will do, as moving either afterwards is exact algebra. Both are
chosen by medians, which one wild value among the rows cannot move: such a value is then caught when its powers
overflow, rather than silently pushing all others below the smallest number.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp

import numpy as np

from symcat.data.moments import Floats
from symcat.errors import InvalidData

PROBE_ROWS = 1024
# Columns whose spreads differ by more than this cannot share a unit: the fourth powers of one would under- or overflow.
_LARGEST_RATIO = 2.0**200
# Units between these bounds need no scaling of the data while summing: sixth powers stay far from the limits.
_PLAIN = (2.0**-40, 2.0**40)


def probed(rows: int) -> slice:
    """About a thousand rows, evenly spaced over so many."""
    return slice(None, None, max(1, rows // PROBE_ROWS))


def finite_rows(rows: Floats) -> Floats:
    """The complete and finite ones of ``rows`` (m, d)."""
    return rows[np.isfinite(rows).all(axis=1)]


def choose_origin(rows: Floats) -> Floats:
    """(d,) lower median of each column of complete finite rows (m, d): exact for a constant column."""
    middle = (len(rows) - 1) // 2
    return np.array(np.partition(rows, middle, axis=0)[middle])


def choose_unit(rows: Floats, origin: Floats, columns: Sequence[str]) -> float | None:
    """Power of two near the spread of ``rows`` (m, d) about ``origin``; None if every row equals it.

    The spread of a column is the median of its non-zero distances from the origin; that of the table lies in the
    geometric middle of the columns' smallest and largest.

    Raises
    ------
    InvalidData : two columns' spreads are so far apart that no unit serves both.
    """
    # Quartered, as a difference of two values near the largest float would overflow.
    distance = np.abs(rows * 0.25 - origin * 0.25)
    ordered, zeros = np.sort(distance, axis=0), (distance == 0.0).sum(axis=0)
    middle = np.stack([zeros + (len(rows) - zeros - 1) // 2, zeros + (len(rows) - zeros) // 2])
    middle = np.clip(middle, 0, len(rows) - 1)  # of a constant column the last distance, which is zero
    spreads = (np.take_along_axis(ordered, middle, axis=0).mean(axis=0) * 4.0).tolist() if len(rows) else []
    varying = [spread for spread in spreads if spread > 0]
    if not varying:
        return None
    smallest, largest = min(varying), max(varying)
    if largest / _LARGEST_RATIO > smallest:
        narrow, wide = columns[spreads.index(smallest)], columns[spreads.index(largest)]
        raise InvalidData(
            f"Columns {narrow!r} (spread {smallest:.3g}) and {wide!r} (spread {largest:.3g}) are too far apart for "
            "their products to be summed: rescale one of them, for example by changing its unit of measurement."
        )
    exponents = [frexp(s)[1] for s in (smallest, largest)]
    return float(2.0 ** min(max(sum(exponents) // 2, -1000), 1000))


def working_unit(unit: float | None) -> float:
    """The unit to sum in: one where that is safe, as it saves a pass over the data."""
    return 1.0 if unit is None or _PLAIN[0] <= unit <= _PLAIN[1] else unit


def reject_infinity(rows: Floats, columns: Sequence[str], first_row: int) -> None:
    """Raise InvalidData naming column and row if ``rows`` (m, d), numbered from ``first_row``, hold an infinity."""
    infinite = np.isinf(rows)
    if infinite.any():
        row, column = (int(i) for i in np.argwhere(infinite)[0])
        raise InvalidData(
            f"Column {columns[column]!r} holds an infinity in row {first_row + row} (counted from 0): replace it by "
            "NaN (rows with missing values are dropped and counted) or remove the row."
        )


def overflow_error(rows: Floats, origin: Floats, unit: float, columns: Sequence[str], first_row: int) -> InvalidData:
    """The error for finite ``rows`` (m, d) whose powers overflow: names the value farthest out, its column and row."""
    distance = np.abs(rows * 0.25 - origin * 0.25)
    row, column = (int(i) for i in np.unravel_index(np.argmax(distance), distance.shape))
    return InvalidData(
        f"Column {columns[column]!r} holds {float(rows[row, column]):.6g} in row {first_row + row} (counted from 0), "
        f"while the values are typically spread by about {unit:.1g}: its powers overflow. Check for a sentinel value "
        "that stands for 'missing' and replace it by NaN, or rescale the column."
    )
