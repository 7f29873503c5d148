"""The entries of one catalogue file, read through a connection that lives as long as one call and kept as numpy arrays.

Nothing read from the catalogue is evaluated as code.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import duckdb
import numpy as np

from symcat.catalogue.file import PACKAGED, Row, attached, damaged, records
from symcat.errors import NoEntry
from symcat.models import registry
from symcat.models.patches import Patches
from symcat.models.piecewise import PiecewisePolynomial
from symcat.models.tables import Table, Term

TABLES = (
    *("classes", "solutions", "segments", "corrections", "coverage", "provenance"),
    *("checks", "errata", "aliases", "exponents", "bibliography", "meta"),
)


@dataclass(frozen=True)
class Coverage:
    """The range of the reduced statistic that an entry answers for, and what lies outside."""

    lo: float
    hi: float
    below: str
    above: str
    max_error: float  # of r, u, log Z in standardised units: relative above 1, absolute below; of J relative


class Catalogue:
    """The entries of one catalogue file (the packaged one by default). Raises CatalogueError if it cannot be read."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = PACKAGED if path is None else Path(path)
        self._tables: dict[tuple[str, int | None], Table] = {}
        self._by_entry: dict[str | None, dict[tuple[str, int | None], list[Row]]] = {}
        self._lock = Lock()
        with self._reading() as connection:
            meta = dict(connection.execute("SELECT key, value FROM symcat.meta").fetchall())
            classes = records(connection, "SELECT * FROM symcat.classes")
            coverage = records(connection, "SELECT * FROM symcat.coverage")
        self.version: str = meta["catalogue_version"]
        place = {entry: k for k, entry in enumerate(registry.entries())}
        ordered = sorted(classes, key=lambda row: (place.get(row["label"], len(place)), row["label"]))
        self._classes = {row["label"]: row for row in ordered}
        self._coverage = {(row["label"], row["size"]): row for row in coverage}

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = attached(self.path)
        try:
            yield connection
        except duckdb.Error as error:
            raise damaged(self.path, error) from error
        finally:
            connection.close()

    def labels(self) -> list[str]:
        """Labels of the entries, family by family."""
        return list(self._classes)

    def _entry_label(self, label: str) -> str:
        found = label if label in self._classes else registry.entry_of(label)
        if found not in self._classes:
            near = difflib.get_close_matches(label, self._classes, n=3)
            hint = (
                f"Did you mean {', '.join(near)}?" if near else "symcat.sql('select label, title from help') lists all."
            )
            raise NoEntry(f"The catalogue has no class {label!r}.", label=label, suggestion=hint)
        return found

    def entry(self, label: str) -> Row:
        """The row of ``classes`` that answers for a label. Raises NoEntry for an unknown one."""
        return dict(self._classes[self._entry_label(label)])

    def sizes(self, label: str) -> list[int]:
        """Sizes an entry has a table for, 0 for the infinite one; none where it answers for every size alike."""
        found = self._entry_label(label)
        return sorted(size for known, size in self._coverage if known == found and size is not None)

    def _sized(self, label: str, size: int | None) -> tuple[str, int | None]:
        """The key of one table. Raises NoEntry for an unknown label, or a size it has no table for."""
        found = self._entry_label(label)
        if (found, size) not in self._coverage:
            sizes = self.sizes(found)
            offered = f"sizes {min(s for s in sizes if s)} to {max(sizes)}" if sizes else "one table, without sizes"
            infinite = ", and 0 for the infinite one" if 0 in sizes else ""
            raise NoEntry(
                f"The catalogue has no table of {label!r} with size={size}.",
                label=label,
                statistic="size",
                value=size,
                suggestion=f"There are {offered}{infinite}.",
            )
        return found, size

    def coverage(self, label: str, size: int | None = None) -> Coverage:
        """Where an entry has an answer, in its reduced statistic.

        ``size`` is of the entries that have a table for each size, 0 for the infinite one. Raises NoEntry for an
        unknown label, or a size without a table.
        """
        row = self._coverage[self._sized(label, size)]
        lo = -math.inf if row["lo"] is None else row["lo"]
        hi = math.inf if row["hi"] is None else row["hi"]
        return Coverage(lo, hi, row["below"], row["above"], row["max_error"])

    def table(self, label: str, size: int | None = None) -> Table:
        """The table of an entry, its quantities empty where it answers by a formula or a series.

        The meaning of the quantities is the comment of ``segments``. ``size`` and errors as for ``coverage``.
        """
        key = self._sized(label, size)
        with self._lock:
            if key not in self._tables:
                covered = self.coverage(*key)
                rows = self._segments(None if size is None else key[0]).get(key, [])
                several = [row for row in rows if row["further_lo"]]
                quantities = _piecewise([row for row in rows if not row["further_lo"]])
                patches = _patches(several) if several else None
                self._tables[key] = Table(quantities, covered.lo, covered.hi, covered.below, covered.above, patches)
            return self._tables[key]

    def _segments(self, sized: str | None) -> dict[tuple[str, int | None], list[Row]]:
        """The segments of all entries without sizes, or of every size of one, read at once: opening the file costs more
        than reading them."""
        if sized not in self._by_entry:
            found = self._by_entry[sized] = {}
            chosen, values = ("size IS NULL", None) if sized is None else ("label = ?", [sized])
            for row in self._query(
                f"SELECT * FROM symcat.segments WHERE {chosen} ORDER BY label, quantity, segment", values
            ):
                found.setdefault((row["label"], row["size"]), []).append(row)
        return self._by_entry[sized]

    def terms(self, label: str) -> list[Term]:
        """Terms of the series stored for an entry, in order. Raises NoEntry for an unknown label."""
        rows = self._rows("corrections", self._entry_label(label), 'target, "order", diagram')
        return [
            Term(
                row["target"],
                row["order"],
                row["diagram"],
                row["subscripts"],
                tuple(int(c) for c in row["numerator"]),
                tuple(int(c) for c in row["denominator"]),
            )
            for row in rows
        ]

    def references(self, label: str) -> list[str]:
        """BibTeX of the works an entry rests on. Raises NoEntry for an unknown label."""
        return self.bibliography(self.entry(label)["references"])

    def bibliography(self, keys: Iterable[str]) -> list[str]:
        """BibTeX of the works of the bibliography with these keys. Raises KeyError for an unknown one."""
        with self._reading() as connection:
            found = dict(connection.execute("SELECT key, bibtex FROM symcat.bibliography").fetchall())
        return [found[key] for key in keys]

    def rows(self, table: str, label: str | None = None) -> list[Row]:
        """Rows of a table of the catalogue, those of one label if it is given.

        Raises ValueError for an unknown table or one without labels, NoEntry for an unknown label.
        """
        if table not in TABLES:
            raise ValueError(f"The catalogue has no table {table!r}; it has {', '.join(TABLES)}.")
        if label is None:
            return self._query(f"SELECT * FROM symcat.{table}")
        if table in ("meta", "bibliography", "exponents"):
            raise ValueError(f"The table {table!r} has no labels: leave the label out.")
        return self._rows(table, self._entry_label(label), "ALL")

    def _rows(self, table: str, label: str, order: str) -> list[Row]:
        return self._query(f"SELECT * FROM symcat.{table} WHERE label = ? ORDER BY {order}", [label])

    def _query(self, query: str, values: list[str] | None = None) -> list[Row]:
        with self._reading() as connection:
            return records(connection, query, values)


def _by_quantity(segments: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each quantity, in order."""
    found: dict[str, list[Row]] = {}
    for row in segments:
        found.setdefault(row["quantity"], []).append(row)
    return found


def _piecewise(segments: Iterable[Row]) -> dict[str, PiecewisePolynomial]:
    """The functions of one variable in rows of ``segments``."""
    result = {}
    for quantity, rows in _by_quantity(segments).items():
        breaks = np.array([row["lo"] for row in rows] + [rows[-1]["hi"]])
        result[quantity] = PiecewisePolynomial(breaks, np.array([row["coefficients"] for row in rows]))
    return result


def _patches(segments: Iterable[Row]) -> Patches:
    """The functions of several variables in rows of ``segments``: all on the same patches."""
    found = _by_quantity(segments)
    boxes = next(iter(found.values()))
    lo, hi = ([[row[end], *row[f"further_{end}"]] for row in boxes] for end in ("lo", "hi"))
    return Patches.of(lo, hi, {quantity: [row["coefficients"] for row in rows] for quantity, rows in found.items()})


@cache
def default() -> Catalogue:
    """The packaged catalogue, opened once."""
    return Catalogue()
