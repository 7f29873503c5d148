"""Reading the catalogue at run time: the only module of symcat that speaks SQL.

The catalogue is ``symcat.duckdb`` beside this module. It is attached read-only to an in-memory DuckDB, read through a
connection that lives as long as one call, and kept as numpy arrays; so it works from a read-only directory, from many
processes and threads at once, and across a fork. Nothing read from it is evaluated as code.
"""

from __future__ import annotations

import difflib
import glob
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import numpy as np

from symcat import labels
from symcat.catalogue.learned import home
from symcat.errors import CatalogueError, NoEntry
from symcat.models.piecewise import PiecewisePolynomial

SCHEMA_VERSION = "1"
PACKAGED = Path(__file__).parents[1] / "symcat.duckdb"
TABLES = (
    *("classes", "solutions", "segments", "corrections", "coverage", "provenance"),
    *("checks", "errata", "aliases", "exponents", "bibliography", "meta"),
)
_CURE = "Reinstall symcat (pip install --force-reinstall symcat); in a checkout, run: python -m builders assemble"

# Read anew by every query, and whole entries only (symcat/learned/store.py): a damaged file has no row.
_LEARNED = """
CREATE SCHEMA memory.learned;
CREATE VIEW memory.learned.learned AS
SELECT entry.*, make_timestamp(epoch_us(last_modified)) AS learned_at, filename AS file
FROM (
    SELECT TRY(from_json(split_part(decode(content), chr(10), 1), '{{
        "schema": "INTEGER", "label": "VARCHAR", "rigor": "VARCHAR", "family": "VARCHAR", "exponents": [["INTEGER"]],
        "spins": ["INTEGER"], "symmetry": "VARCHAR", "count": "DOUBLE", "statistics": ["DOUBLE"],
        "couplings": ["DOUBLE"], "standard_errors": ["DOUBLE"], "noise": ["DOUBLE"],
        "fisher": ["DOUBLE"], "third": ["DOUBLE"],
        "n_samples": "DOUBLE", "log_partition": "DOUBLE", "log_partition_error": "DOUBLE", "provenance": "JSON"
    }}')) AS entry, last_modified, filename
    FROM read_blob('{files}')
    WHERE TRY(split_part(decode(content), chr(10), 2) = '"' || sha256(split_part(decode(content), chr(10), 1)) || '"')
)
WHERE entry.schema = {schema};
COMMENT ON VIEW memory.learned.learned IS 'problems that the fallback has solved on this machine, in canonical units';
SET search_path = 'memory.main,symcat.main,memory.learned';
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Coverage:
    """The range of the reduced statistic that an entry answers for, and what lies outside."""

    lo: float
    hi: float
    below: str
    above: str
    max_error: float  # of r, u, log Z in standardised units: relative above 1, absolute below; of J relative


@dataclass(frozen=True)
class Correction:
    """One term of a series: ``weight(N)`` times the monomial ``diagram``."""

    target: str
    order: int
    diagram: str
    subscripts: str | None
    numerator: tuple[int, ...]  # ascending powers of N
    denominator: tuple[int, ...]

    def weight(self, dimension: int = 1) -> Fraction:
        """The exact coefficient in N dimensions."""
        top, bottom = (
            sum(c * dimension**k for k, c in enumerate(powers)) for powers in (self.numerator, self.denominator)
        )
        return Fraction(top, bottom)


def collapse(terms: Iterable[tuple[int, int, Fraction]], quantity: str, dimension: int) -> PiecewisePolynomial:
    """The expansion in 2/N at one N, as a single polynomial in the kurtosis on (1, (N+2)/N).

    ``terms`` are (order in 2/N, power of x, weight) with x = (kurtosis - 1) N / 2. The sums are exact, so the only
    errors are the truncation of the expansion and the last rounding.
    """
    powers: dict[int, Fraction] = {}
    for order, power, weight in terms:
        powers[power] = powers.get(power, Fraction(0)) + weight * Fraction(2, dimension) ** order
    shifted = [Fraction(0)] * (max(powers) + 1)  # in t = 2 x - 1
    for power, weight in powers.items():
        for k in range(power + 1):
            shifted[k] += weight * math.comb(power, k) / 2**power
    coefficients = [float(c) for c in shifted]
    if quantity == "entropy":
        coefficients[0] += 0.5 * dimension * math.log(2.0 * math.pi * math.e)
    return PiecewisePolynomial(np.array([1.0, float(Fraction(dimension + 2, dimension))]), np.array([coefficients]))


class Catalogue:
    """The entries of one catalogue file (the packaged one by default). Raises CatalogueError if it cannot be read."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = PACKAGED if path is None else Path(path)
        self._tables: dict[tuple[str, int | None], dict[str, PiecewisePolynomial]] = {}
        self._by_family: dict[str | None, dict[tuple[str, int | None], list[Row]]] = {}
        self._lock = Lock()
        with self._reading() as connection:
            meta = dict(connection.execute("SELECT key, value FROM symcat.meta").fetchall())
            classes = _records(connection, "SELECT * FROM symcat.classes")
            coverage = _records(connection, "SELECT * FROM symcat.coverage")
        self.version: str = meta["catalogue_version"]
        self._classes = {row["label"]: row for row in sorted(classes, key=lambda row: _natural(row["label"]))}
        self._coverage = {(row["label"], row["size"]): row for row in coverage}

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = _attached(self.path)
        try:
            yield connection
        except duckdb.Error as error:
            raise _damaged(self.path, error) from error
        finally:
            connection.close()

    def labels(self) -> list[str]:
        """Labels of the entries: the Gaussian family, the Ising family, then the quartic ones by dimension."""
        return list(self._classes)

    def _entry_label(self, label: str) -> str:
        found = labels.entry(labels.canonical(label) or label)
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
        """Where a class is answered: in radial kurtosis, or for the Ising classes in the average of coupled pairs.

        ``size`` is the number of spins, of one side for ``ising.square``, 0 for the infinite ring or lattice. Raises
        NoEntry for an unknown label, or a size without a table.
        """
        found, size = self._sized(label, size)
        row = self._coverage[found, size]
        lo = -math.inf if row["lo"] is None else row["lo"]
        hi = math.inf if row["hi"] is None else row["hi"]
        dimension = labels.quartic_dimension(label)
        if found == labels.LARGE_N and dimension is not None:
            lo, hi = (float(1 + 2 * Fraction(x) / dimension) for x in (lo, hi))
        return Coverage(lo, hi, row["below"], row["above"], row["max_error"])

    def table(self, label: str, size: int | None = None) -> dict[str, PiecewisePolynomial]:
        """Quantity -> polynomial; empty for a closed form and for ``on.quartic``.

        Quartic classes have ``u`` and ``entropy`` in the kurtosis, the Ising classes with a table ``J`` and ``entropy``
        in the reduced variable of ``models.ising.lattice.reduced``, for every size (as in ``coverage``). Raises NoEntry
        for an unknown label, or a size without a table. The meaning of the quantities is the comment of ``segments``.
        """
        with self._lock:
            if (label, size) not in self._tables:
                self._tables[label, size] = self._read_table(label, size)
            return self._tables[label, size]

    def _read_table(self, label: str, size: int | None) -> dict[str, PiecewisePolynomial]:
        found, size = self._sized(label, size)
        if found == labels.LARGE_N:
            dimension = labels.quartic_dimension(label)
            return {} if dimension is None else self._collapsed(dimension)
        segments = self._segments(None if size is None else found).get((found, size), [])
        result = {}
        for quantity in sorted({row["quantity"] for row in segments}):
            rows = [row for row in segments if row["quantity"] == quantity]
            breaks = np.array([row["lo"] for row in rows] + [rows[-1]["hi"]])
            result[quantity] = PiecewisePolynomial(breaks, np.array([row["coefficients"] for row in rows]))
        return result

    def _segments(self, sized: str | None) -> dict[tuple[str, int | None], list[Row]]:
        """The segments of all entries without sizes, or of every size of one, read at once: opening the file costs more
        than reading them."""
        if sized not in self._by_family:
            found = self._by_family[sized] = {}
            chosen, values = ("size IS NULL", None) if sized is None else ("label = ?", [sized])
            for row in self._query(
                f"SELECT * FROM symcat.segments WHERE {chosen} ORDER BY label, quantity, segment", values
            ):
                found.setdefault((row["label"], row["size"]), []).append(row)
        return self._by_family[sized]

    def _collapsed(self, dimension: int) -> dict[str, PiecewisePolynomial]:
        corrections = self.corrections(labels.LARGE_N)
        return {
            quantity: collapse(
                [(c.order, int(c.diagram.removeprefix("x^")), c.weight()) for c in corrections if c.target == quantity],
                quantity,
                dimension,
            )
            for quantity in ("entropy", "u")
        }

    def corrections(self, label: str) -> list[Correction]:
        """Terms of the series stored for a class, in order. Raises NoEntry for an unknown label."""
        rows = self._rows("corrections", self._entry_label(label), 'target, "order", diagram')
        return [
            Correction(
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
            return _records(connection, query, values)


def connect(path: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB connection with the catalogue attached read-only as ``symcat``.

    Its tables, views and macros also resolve without ``symcat.``; what you create goes to memory. The view ``learned``
    shows what the fallback has learned on this machine. The caller closes the connection. Raises CatalogueError if the
    file is missing, damaged or of another schema version.
    """
    connection = _attached(path)
    files = str(Path(glob.escape(str(home.directory()))) / f"*{home.SUFFIX}").replace("'", "''")
    connection.execute(_LEARNED.format(files=files, schema=home.SCHEMA))
    return connection


def _attached(path: Path | str | None) -> duckdb.DuckDBPyConnection:
    file = PACKAGED if path is None else Path(path)
    if not file.is_file():
        raise CatalogueError(f"There is no catalogue at {file}. {_CURE}")
    connection = duckdb.connect(":memory:")
    quoted = str(file).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS symcat (READ_ONLY)")
        found = connection.execute("SELECT value FROM symcat.meta WHERE key = 'schema_version'").fetchone()
        connection.execute("SET search_path = 'memory.main,symcat.main'")
    except duckdb.Error as error:
        connection.close()
        raise _damaged(file, error) from error
    if found is None or found[0] != SCHEMA_VERSION:
        connection.close()
        version = "none" if found is None else found[0]
        raise CatalogueError(f"{file} has schema version {version}; this symcat reads {SCHEMA_VERSION}. {_CURE}")
    return connection


def sql(query: str) -> duckdb.DuckDBPyRelation:
    """A query on the packaged catalogue, as a DuckDB relation: ``sql("select label, title from help").fetchall()``."""
    return connect().sql(query)


@cache
def default() -> Catalogue:
    """The packaged catalogue, opened once."""
    return Catalogue()


def _records(connection: duckdb.DuckDBPyConnection, query: str, values: list[str] | None = None) -> list[Row]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _natural(label: str) -> tuple[int, int, str]:
    dimension = labels.quartic_dimension(label)
    return (2 if label == labels.LARGE_N else 0 if dimension is None else 1, dimension or 0, label)


def _damaged(path: Path, error: Exception) -> CatalogueError:
    reason = str(error).strip().splitlines()[0]
    return CatalogueError(
        f"The catalogue {path} cannot be read: it is damaged or not a symcat catalogue ({reason}). {_CURE}"
    )
