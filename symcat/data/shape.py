"""Tables with more columns than rows, judged before any work that grows as the square of the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symcat.errors import InvalidData

MOST_COLUMNS = 4096
"""Columns of a table with fewer rows than that. The products of all pairs of columns are no more than the values of a
longer table; those of a short one are bounded by this: an eighth of a gigabyte."""

_NAMED = 3  # columns with gaps

Missing = Callable[[], Mapping[str, int]]
"""In how many rows each column has no value."""


def check_shape(
    rows: int, columns: int, *, wide: bool, array: bool = False, left_out: int = 0, missing: Missing | None = None
) -> None:
    """Raises InvalidData where the columns are more than the rows, or, if ``wide`` tables are meant, too many for that.

    ``array`` says that the data is an array, of which rows and columns are easily taken for each other. The ``rows``
    are those that have all values, beside so many that were ``left_out``, and ``missing`` tells why.
    """
    alone = rows == 1 and not array  # said in words of its own, where averages are known
    if columns <= rows or ((wide or alone) and columns <= MOST_COLUMNS):
        return
    found = f"There are {columns} columns but only {rows} row{'s' * (rows != 1)}"
    if left_out and missing is not None:
        most = sorted(missing().items(), key=lambda one: -one[1])[:_NAMED]
        named = ", ".join(f"{name!r} in {times:,}" for name, times in most if times)
        raise InvalidData(
            f"{found} with a value in each, of {rows + left_out:,}; missing are most often {named}: leave out columns "
            "with many gaps with columns=[...], or fill these."
        )
    if array:
        found += " (one row is one observation: did you mean x.T?)"
    cure = f"choose {'at most ' + str(MOST_COLUMNS) if wide else 'fewer'} of the columns with columns=[...]"
    other = "" if wide else ", or name classes that fewer rows can answer, such as those of independent columns"
    raise InvalidData(f"{found}: give at least {columns + 1} rows, {cure}{other}.")
