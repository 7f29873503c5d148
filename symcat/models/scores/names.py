"""Parameters of the classes of single columns among those of the whole: ``COLUMN.PARAMETER``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def outer(column: str, name: str) -> str:
    """What a parameter of a column's class is called among all."""
    return f"{column}.{name}"


def within(column: str, values: Mapping[str, T]) -> dict[str, T]:
    """Those of a column's class, by its own names."""
    begin = f"{column}."
    found = {name[len(begin) :]: value for name, value in values.items() if name.startswith(begin)}
    return {name: value for name, value in found.items() if "." not in name}  # a column's name may have a point in it


def joined(of_columns: Mapping[str, Mapping[str, T]]) -> dict[str, T]:
    """Those of all columns' classes."""
    return {outer(column, name): value for column, own in of_columns.items() for name, value in own.items()}
