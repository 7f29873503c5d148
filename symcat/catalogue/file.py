"""The catalogue's file: attached read-only to an in-memory DuckDB, read by queries, closed again.

So it works from a read-only directory, from many processes and threads at once, and across a fork.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

import duckdb

from symcat.catalogue.learned import home
from symcat.errors import CatalogueError

SCHEMA_VERSION = "1"
PACKAGED = Path(__file__).parents[1] / "symcat.duckdb"
_CURE = "Reinstall symcat (pip install --force-reinstall symcat); in a checkout, run: python -m builders assemble"

# Read anew by every query, and whole entries only (symcat/catalogue/learned/store.py): a damaged file has no row.
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


def connect(path: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB connection with the catalogue attached read-only as ``symcat``.

    Its tables, views and macros also resolve without ``symcat.``; what you create goes to memory. The view ``learned``
    shows what the fallback has learned on this machine. The caller closes the connection.

    Parameters
    ----------
    path : a catalogue's file; the packaged one if left out.

    Returns
    -------
    A DuckDB connection.

    Raises
    ------
    CatalogueError : the file is missing, damaged or of another schema version.

    Examples
    --------
    >>> import symcat
    >>> with symcat.connect() as connection:
    ...     connection.execute("select round(z2_quartic(1.0, 2.5).u, 6)").fetchall()
    [(1.037402,)]
    """
    connection = attached(path)
    files = str(Path(glob.escape(str(home.directory()))) / f"*{home.SUFFIX}").replace("'", "''")
    connection.execute(_LEARNED.format(files=files, schema=home.SCHEMA))
    return connection


def attached(path: Path | str | None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection with a catalogue attached; errors as for ``connect``."""
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
        raise damaged(file, error) from error
    if found is None or found[0] != SCHEMA_VERSION:
        connection.close()
        version = "none" if found is None else found[0]
        raise CatalogueError(f"{file} has schema version {version}; this symcat reads {SCHEMA_VERSION}. {_CURE}")
    return connection


def sql(query: str) -> duckdb.DuckDBPyRelation:
    """A query on the packaged catalogue.

    Parameters
    ----------
    query : one statement of DuckDB's SQL; the catalogue's tables, views and macros resolve by name.

    Returns
    -------
    A DuckDB relation, read by ``fetchall()``, ``df()``, ``pl()``, ...

    Raises
    ------
    CatalogueError : the file is missing, damaged or of another schema version.
    duckdb.Error : the query is wrong.

    Examples
    --------
    >>> import symcat
    >>> symcat.sql("select domain, parameters from classes where label = 'z2.quartic'").fetchall()
    [('R', 'mean, r, u')]
    """
    return connect().sql(query)


def records(connection: duckdb.DuckDBPyConnection, query: str, values: list[str] | None = None) -> list[Row]:
    """The rows of a query, each as a record."""
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def damaged(path: Path, error: Exception) -> CatalogueError:
    """The error for a file that DuckDB cannot read as a catalogue."""
    reason = str(error).strip().splitlines()[0]
    return CatalogueError(
        f"The catalogue {path} cannot be read: it is damaged or not a symcat catalogue ({reason}). {_CURE}"
    )
