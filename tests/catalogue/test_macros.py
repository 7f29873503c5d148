"""The SQL macros: the same numbers as in Python, from any client, and a reason where there is no answer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from symcat import catalogue
from symcat.catalogue.book import Catalogue
from symcat.catalogue.file import PACKAGED

ATTACH = f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(ATTACH)
    return found


def python_answer(book: Catalogue, label: str, n: int, m2: float, kurtosis: np.ndarray) -> np.ndarray:
    table = book.table(label).quantities
    w = n * (kurtosis - 1)
    u = 6 / n * table["u"](kurtosis) * (2 - w) / w
    r = 1 - n / 6 * kurtosis * u
    log_z = table["entropy"](kurtosis) + 0.5 * np.log(w / 2) - n / 2 + n**2 / 24 * kurtosis * u
    s = m2 / n
    return np.array([r / s, u / s**2, log_z + n / 2 * np.log(s)])


@pytest.mark.parametrize("n", [1, 2, 3, 7, 33, 64])
def test_macros_agree_with_python(connection: duckdb.DuckDBPyConnection, n: int) -> None:
    label = "z2.quartic" if n == 1 else f"o{n}.quartic"
    covered = catalogue.default().coverage(label)
    dice = np.random.default_rng(n)
    edges = 2 / n * 10.0 ** -dice.uniform(0.5, 5.9, 300)
    kurtosis = np.concatenate([1 + edges, (n + 2) / n - edges, dice.uniform(covered.lo, covered.hi, 300)])
    m2 = 4.0  # a power of two: m4 / m2 / m2 is the kurtosis exactly
    values = ", ".join(f"({k * m2 * m2!r}::DOUBLE)" for k in map(float, kurtosis))
    call = "z2_quartic(4.0, m4)" if n == 1 else f"on_quartic({n}, 4.0, m4)"
    query = f"SELECT a.r, a.u, a.log_z FROM (SELECT symcat.{call} AS a FROM (VALUES {values}) AS t(m4))"
    found = np.array(connection.execute(query).fetchall()).T
    expected = python_answer(catalogue.default(), label, n, m2, kurtosis)
    scale = np.maximum(1.0, np.abs(expected))
    assert np.max(np.abs(found - expected) / scale) < 1e-12


@pytest.mark.parametrize(
    ("m2", "m4", "reason"),
    [
        ("NULL", "1", "null"),
        ("1", "NULL", "null"),
        ("'nan'::DOUBLE", "1", "not a finite number"),
        ("1", "'nan'::DOUBLE", "not a finite number"),
        ("'inf'::DOUBLE", "1", "not a finite number"),
        ("0", "0", "do not vary"),
        ("-1", "2", "not positive"),
        ("1", "3", "no normalisable"),
        ("1", "11", "no normalisable"),
        ("1", "2.9999999", "too close to 3"),
        ("1", "1", "too close to 1"),
        ("1", "0.5", "below 1"),
        ("1e-200", "0", "below 1"),
    ],
)
def test_no_answer_comes_with_its_reason(connection: duckdb.DuckDBPyConnection, m2: str, m4: str, reason: str) -> None:
    (answer,) = connection.execute(f"SELECT symcat.z2_quartic({m2}, {m4})").fetchone() or (None,)
    assert answer["r"] is answer["u"] is answer["log_z"] is None
    assert reason in answer["reason"]


@pytest.mark.parametrize("dimension", ["NULL", "'nan'::DOUBLE", "1", "65", "2.5"])
def test_a_dimension_without_a_table_is_told(connection: duckdb.DuckDBPyConnection, dimension: str) -> None:
    (answer,) = connection.execute(f"SELECT symcat.on_quartic({dimension}, 1, 1.2)").fetchone() or (None,)
    assert answer["r"] is None
    assert answer["reason"].startswith("the dimension is n")


@pytest.mark.parametrize("m2", ["1e-150", "1e150", "2", "2.5::DECIMAL(5, 2)", "3::TINYINT"])
def test_any_scale_and_type_is_answered(connection: duckdb.DuckDBPyConnection, m2: str) -> None:
    query = f"SELECT a.r * {m2}, a.reason FROM (SELECT symcat.z2_quartic({m2}, 2.0::DOUBLE * {m2} * {m2}) AS a)"
    (r, reason) = connection.execute(query).fetchone() or (None, None)
    if m2 in ("1e-150", "1e150"):  # u is out of the range of doubles there, the rest is not
        assert reason is None
    else:
        assert r == pytest.approx(1 - 2 / 6 * 4.67043966608036, rel=1e-12)


def test_groups_of_data(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE readings AS "
        "SELECT i % 10 AS sensor, sin(i) * (1 + 0.1 * (i % 10)) AS y FROM range(10000) AS t(i)"
    )
    rows = connection.execute(
        "SELECT sensor, symcat.z2_quartic(avg(y*y), avg(y*y*y*y)) AS fit FROM readings GROUP BY sensor ORDER BY sensor"
    ).fetchall()
    assert len(rows) == 10
    assert all(fit["reason"] is None and fit["u"] > 0 for _, fit in rows)


def hostile() -> duckdb.DuckDBPyConnection:
    """A client whose own tables and schema bear the catalogue's names."""
    client = duckdb.connect()
    client.execute("CREATE SCHEMA symcat_like; USE symcat_like")
    for name in ("segments", "classes", "coverage", "solutions", "meta", "v", "m2", "m4"):
        client.execute(f"CREATE TABLE {name} (label VARCHAR, k DOUBLE)")
    return client


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(path, read_only=True)


@pytest.mark.parametrize("case", ["attached", "attached and used", "opened", "own names"])
def test_views_and_macros_work_for_any_client(case: str) -> None:
    client = opened(PACKAGED) if case == "opened" else hostile() if case == "own names" else duckdb.connect()
    with client:
        if case != "opened":
            client.execute(ATTACH)
        if case == "attached and used":
            client.execute("USE symcat")
        (u,) = client.execute("SELECT symcat.z2_quartic(1, 2).u").fetchone() or (None,)
        assert u == pytest.approx(4.67043966608036, rel=1e-12)
        for view in ("completeness", "help"):
            (rows,) = client.execute(f"SELECT count(*) FROM symcat.{view}").fetchone() or (0,)
            assert rows == len(catalogue.default().labels())
