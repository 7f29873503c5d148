"""Tables with more columns than rows, judged before any work that grows as the square of the columns."""

from __future__ import annotations

from symcat.errors import InvalidData

MOST_COLUMNS = 4096
"""Columns of a table with fewer rows than that. The products of all pairs of columns are no more than the values of a
longer table; those of a short one are bounded by this: an eighth of a gigabyte."""


def check_shape(rows: int, columns: int, *, wide: bool, array: bool = False) -> None:
    """Raises InvalidData where the columns are more than the rows, or, if ``wide`` tables are meant, too many for that.

    ``array`` says that the data is an array, of which rows and columns are easily taken for each other.
    """
    alone = rows == 1 and not array  # said in words of its own, where averages are known
    if columns <= rows or ((wide or alone) and columns <= MOST_COLUMNS):
        return
    found = f"There are {columns} columns but only {rows} row{'s' * (rows != 1)}"
    if array:
        found += " (one row is one observation: did you mean x.T?)"
    cure = f"choose {'at most ' + str(MOST_COLUMNS) if wide else 'fewer'} of the columns with columns=[...]"
    other = "" if wide else ", or name classes that fewer rows can answer, such as those of independent columns"
    raise InvalidData(f"{found}: give at least {columns + 1} rows, {cure}{other}.")
