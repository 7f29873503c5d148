"""What a query may do: it reads; the catalogue's file cannot be changed by any, nor used once it was."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest

import symcat
from symcat.catalogue import Catalogue
from symcat.catalogue.file import DIGEST_SUFFIX, PACKAGED, check_digest

WRITES = [
    "DETACH symcat",
    "SET search_path = 'memory.main'",
    "RESET memory_limit",
    "USE memory",
    "ATTACH ':memory:' AS w",
    "COPY (SELECT 1) TO 'out.csv'",
    "EXPORT DATABASE 'out'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA version",
    "CALL pragma_version()",
    "CREATE TABLE t AS SELECT 1",
    "UPDATE symcat.classes SET title = 'x'",
    "SELECT 1; DETACH symcat",
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A catalogue of one's own, which may be written to."""
    return Path(shutil.copy(PACKAGED, tmp_path / "book.duckdb"))


@pytest.mark.parametrize("query", WRITES)
def test_a_query_reads_and_does_nothing_else(query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(symcat.InvalidData, match=r"symcat\.sql reads only.*connection="):
        symcat.sql(query)
    assert list(tmp_path.iterdir()) == []


def test_the_rewriting_of_the_catalogue_is_refused(book: Path) -> None:
    """Detached and attached again, a file could be written to."""
    attack = (
        f"SET search_path = 'memory.main'; DETACH symcat; ATTACH '{book}' AS w; UPDATE w.segments SET max_error = 0"
    )
    with pytest.raises(symcat.InvalidData, match="statement of type SET"):
        symcat.sql(attack)
    with symcat.connect(book, locked=True) as locked, pytest.raises(duckdb.PermissionException):
        locked.execute(attack)


@pytest.mark.parametrize(
    "query",
    ["SELECT count(*) FROM classes", "FROM help LIMIT 1", "DESCRIBE classes", "EXPLAIN SELECT 1", "SHOW TABLES"],
)
def test_what_reads_is_answered(query: str) -> None:
    assert symcat.sql(query).fetchall()
    assert symcat.sql("PIVOT classes ON family USING count(*)").fetchall()


def test_a_query_reads_local_files_and_no_network(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert symcat.sql(f"SELECT * FROM '{tmp_path}/a.csv'").fetchall() == [(1, 2)]
    with pytest.raises(duckdb.Error, match="httpfs"):
        symcat.sql("SELECT * FROM read_csv('https://localhost:9/a.csv')")


def test_a_connection_of_ones_own_may_do_all() -> None:
    own = duckdb.connect()
    symcat.sql("CREATE TABLE t AS SELECT 1 AS a", connection=own)
    assert symcat.sql("SELECT a, symcat.z2_quartic(1.0, 2.5).u > 1 FROM t", connection=own).fetchall() == [(1, True)]


def test_a_locked_connection(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with symcat.connect(locked=True) as locked:
        assert locked.execute("SELECT round(z2_quartic(1.0, 2.5).u, 6)").fetchall() == [(1.037402,)]
        assert locked.execute("SELECT count(*) FROM symcat.classes").fetchall() == [
            (len(symcat.catalogue.default().labels()),)
        ]
        assert locked.execute("SELECT count(*) >= 0 FROM learned").fetchall() == [(True,)]
        locked.execute("CREATE TABLE mine AS SELECT 1")
        for query in (
            f"SELECT * FROM '{tmp_path}/a.csv'",
            f"COPY (SELECT 1) TO '{tmp_path}/b.csv'",
            f"ATTACH '{tmp_path}/c.duckdb' AS c",
            f"ATTACH '{PACKAGED}' AS w",
            "SELECT * FROM read_csv('https://localhost:9/a.csv')",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "SET memory_limit = '1GB'",
            "LOAD httpfs",
        ):
            with pytest.raises(duckdb.Error):
                locked.execute(query)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv"]


def test_a_changed_file_is_refused_when_it_is_opened(book: Path) -> None:
    digest = book.with_name(book.name + DIGEST_SUFFIX)
    digest.write_text(f"{hashlib.sha256(book.read_bytes()).hexdigest()}  {book.name}\n")
    assert Catalogue(book).version
    with duckdb.connect(book) as own:
        own.execute("UPDATE segments SET max_error = 2 * max_error WHERE label = 'z2.quartic'")
    for use in (lambda: Catalogue(book), lambda: symcat.connect(book), lambda: check_digest(book, again=True)):
        with pytest.raises(symcat.CatalogueError, match=r"book\.duckdb was changed after it was assembled.*Reinstall"):
            use()


def test_a_query_is_one_statement() -> None:
    """Of several, DuckDB runs all and answers with the last."""
    for connection in (None, symcat.connect()):
        with pytest.raises(symcat.InvalidData, match=r"has 2 statements.*one at a time"):
            symcat.sql("select 1; select 2", connection)
        for empty in ("", " ; ", "-- nothing"):
            with pytest.raises(symcat.InvalidData, match="query is empty"):
                symcat.sql(empty, connection)
        assert symcat.sql("select 1;", connection).fetchall() == [(1,)]
