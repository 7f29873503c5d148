"""What every builder offers, and the rows it makes."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

Row = dict[str, object]
Tables = dict[str, list[Row]]
"""Name of a table of the catalogue -> its rows of one entry."""
Level = Literal["fast", "full"]


@runtime_checkable
class Builder(Protocol):
    """A module that builds entries of the catalogue; it lies in the folder of its family, and nothing lists it.

    Whatever decides its numbers must be imported by name, from ``builders`` or ``symcat``, at the top or in a function:
    the imports are followed, and an entry is stale when any module among them has changed (``store/closure.py``).
    """

    __name__: str
    VERSION: str  # raised when numbers are meant to change
    SOFTWARE: str  # what computed the numbers, with its version

    def labels(self) -> list[str]:
        """The entries it builds; their order does not matter."""

    def parameters(self, label: str) -> Row:
        """What is asked for and does not show in the rows: degrees, bounds, bits, the seed of random points."""

    def build(self, label: str) -> Tables:
        """All tables of an entry but ``provenance``. Raises CannotCertify rather than return what it cannot prove."""

    def verify(self, label: str, tables: Tables, level: Level) -> list[Row]:
        """Recompute what ``tables`` says; returns rows of ``checks``, failed ones included."""


def number(value: object) -> float:
    """A number of a row. Raises TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def numbers(value: object) -> list[float]:
    """A list of numbers of a row. Raises TypeError for anything else."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list of numbers")
    return [number(part) for part in value]
