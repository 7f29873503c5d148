"""The catalogue's file: attached read-only to an in-memory DuckDB, read by queries, closed again.

So it works from a read-only directory, from many processes and threads at once, and across a fork.
"""

from __future__ import annotations

import glob
import hashlib
import os
from pathlib import Path
from typing import Any

import duckdb

from symcat.catalogue.learned import home
from symcat.errors import CatalogueError, InvalidData

SCHEMA_VERSION = "2"
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

DIGEST_SUFFIX = ".sha256"
_checked: set[tuple[str, int, int]] = set()

# A pivot is of several statements, all of which read.
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI}


def connect(path: Path | str | None = None, *, locked: bool = False) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB connection with the catalogue attached read-only as ``symcat``.

    Its tables, views and macros also resolve without ``symcat.``; what you create goes to memory. The view ``learned``
    shows what the fallback has learned on this machine. The caller closes the connection.

    Parameters
    ----------
    path : a catalogue's file; the packaged one if left out.
    locked : for queries that are not one's own: these can reach no file but those of ``learned``, no network and no
        extension, and can change no setting. The catalogue is a copy in memory then, so that a query may change what
        this connection sees until it is closed, and nothing else. Pass data by ``register`` beforehand.

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
    connection = _copied(path) if locked else attached(path)
    files = str(Path(glob.escape(str(home.directory()))) / f"*{home.SUFFIX}").replace("'", "''")
    connection.execute(_LEARNED.format(files=files, schema=home.SCHEMA))
    if locked:
        learned = str(home.directory()).replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{learned}']; SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    return connection


def _copied(path: Path | str | None) -> duckdb.DuckDBPyConnection:
    """A connection with the catalogue copied to memory. DuckDB lets any query attach a file again, to be written to,
    that was attached before."""
    connection = attached(path, "original")
    try:
        connection.execute("ATTACH ':memory:' AS symcat; COPY FROM DATABASE original TO symcat")
        connection.execute("SET search_path = 'memory.main,symcat.main'")
        connection.execute("DETACH original")
    except duckdb.Error as error:
        connection.close()
        raise damaged(_file(path), error) from error
    return connection


def _file(path: Path | str | None) -> Path:
    """The catalogue's file. Raises CatalogueError where there is none."""
    if not isinstance(path, str | os.PathLike | None):
        raise CatalogueError(
            f"{path!r} is not the path of a catalogue: pass one, or leave it out for the packaged one."
        )
    file = PACKAGED if path is None else Path(path)
    if not file.is_file():
        raise CatalogueError(f"There is no catalogue at {file}. {_CURE}")
    return file


def attached(path: Path | str | None, name: str = "symcat") -> duckdb.DuckDBPyConnection:
    """An in-memory connection with a catalogue attached; errors as for ``connect``."""
    file = _file(path)
    check_digest(file)
    connection = duckdb.connect(":memory:")
    quoted = str(file).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        found = connection.execute(f"SELECT value FROM {name}.meta WHERE key = 'schema_version'").fetchone()
        connection.execute(f"SET search_path = 'memory.main,{name}.main'")
    except duckdb.Error as error:
        connection.close()
        raise damaged(file, error) from error
    if found is None or found[0] != SCHEMA_VERSION:
        connection.close()
        version = "none" if found is None else found[0]
        raise CatalogueError(f"{file} has schema version {version}; this symcat reads {SCHEMA_VERSION}. {_CURE}")
    return connection


def check_digest(file: Path, *, again: bool = False) -> None:
    """Raises CatalogueError where a catalogue's file is not the one that was assembled, by the digest beside it.

    It is read once for each state of the file, or ``again``. A file without a digest, such as a copy, is taken as it
    is.
    """
    digest = file.with_name(file.name + DIGEST_SUFFIX)
    if not digest.is_file():
        return
    state = file.stat()
    key = (str(file), state.st_mtime_ns, state.st_size)
    if again or key not in _checked:
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != digest.read_text(encoding="utf-8").split()[0]:
            raise CatalogueError(f"The catalogue {file} was changed after it was assembled. {_CURE}")
        _checked.add(key)


def sql(query: str, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyRelation:
    """A query on the packaged catalogue.

    It may read local files. It cannot change the catalogue, attach or detach anything, write files, change settings,
    load extensions, or reach a network: pass a ``connection`` of your own for that.

    Parameters
    ----------
    query : one statement of DuckDB's SQL that reads; the catalogue's tables, views and macros resolve by name.
    connection : run it there, as it is, with the catalogue attached as ``symcat``.

    Returns
    -------
    A DuckDB relation, read by ``fetchall()``, ``df()``, ``pl()``, ...

    Raises
    ------
    CatalogueError : the file is missing, damaged or of another schema version.
    InvalidData : the query is no text, or does more than read.
    duckdb.Error : the query is wrong.

    Examples
    --------
    >>> import symcat
    >>> symcat.sql("select domain, parameters from classes where label = 'z2.quartic'").fetchall()
    [('R', 'mean, r, u')]
    """
    if not isinstance(query, str):
        raise InvalidData(f"query={query!r} is not a query: pass a text of SQL.")
    statements = duckdb.extract_statements(query)
    if not statements:
        raise InvalidData("The query is empty: pass one statement, such as select label, title from classes.")
    for statement in statements if connection is None else ():
        if statement.type not in _READING:
            raise InvalidData(
                f"symcat.sql reads only, and this query has a statement of type {statement.type.name}: run it on a "
                "connection of your own, symcat.connect(), or pass that with connection=."
            )
    if len(statements) > 1:
        raise InvalidData(
            f"The query has {len(statements)} statements, of which each would have an answer: pass them one at a time."
        )
    if connection is not None:
        _attach_to(connection)
        return connection.sql(query)
    own = connect()
    own.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    own.execute("SET lock_configuration = true")
    return own.sql(query)


def _attach_to(connection: duckdb.DuckDBPyConnection) -> None:
    """Attach the packaged catalogue to a connection that has none."""
    names = connection.execute("SELECT database_name FROM duckdb_databases()").fetchall()
    if ("symcat",) not in names:
        check_digest(_file(None))
        quoted = str(PACKAGED).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS symcat (READ_ONLY)")


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
