"""The SQL macros of the Ising classes: the same numbers as in Python, and a reason where there is no answer."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pytest

from symcat import catalogue
from symcat.catalogue.book import PACKAGED
from symcat.models.ising.lattice.reduced import CURIE_WEISS, INFINITE, RING, SQUARE, read

ATTACH = f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)"
SIZES = {CURIE_WEISS: (2, 3, 10, 64), RING: (INFINITE, 3, 4, 17, 64), SQUARE: (INFINITE, 2, 3, 8, 31, 32)}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(ATTACH)
    return found


@pytest.mark.parametrize("label", [CURIE_WEISS, RING, SQUARE])
def test_macros_agree_with_python(connection: duckdb.DuckDBPyConnection, label: str) -> None:
    """All sizes in one query, so that each row finds its own numbers."""
    dice = np.random.default_rng(7)
    rows, expected = [], []
    for size in SIZES[label]:
        table = catalogue.default().table(label, size)
        q = np.concatenate([dice.uniform(table.lo, table.hi, 100), [table.lo, table.hi, 0.0, 1e-12, -1e-12]])
        found = read(table, label, size, q)
        rows += [(size, float(x)) for x in q]
        expected += list(zip(found.coupling, found.log_z, strict=True))
    name = label.replace(".", "_")
    order = dice.permutation(len(rows))
    values = ", ".join(f"({k}, {rows[k][0]}, {rows[k][1]!r}::DOUBLE)" for k in order)
    source = f"SELECT k, symcat.{name}(n, q) AS a FROM (VALUES {values}) AS t(k, n, q)"
    query = f"SELECT k, a.J, a.log_z, a.reason FROM ({source})"
    for k, j, log_z, reason in connection.execute(query).fetchall():
        assert reason is None, rows[k]
        assert j == pytest.approx(expected[k][0], rel=2e-12, abs=1e-22), rows[k]
        assert log_z == pytest.approx(expected[k][1], rel=1e-12, abs=1e-12), rows[k]


def test_known_values(connection: duckdb.DuckDBPyConnection) -> None:
    def one(call: str) -> dict[str, float]:
        (answer,) = connection.execute(f"SELECT symcat.{call}").fetchone() or ({},)
        return answer

    assert one("ising_ring(0, 0.5)")["J"] == pytest.approx(math.atanh(0.5), rel=1e-10)
    assert one("ising_ring(0, -0.5)")["log_z"] == pytest.approx(math.log(2.0 * math.cosh(math.atanh(0.5))), rel=1e-10)
    assert one("ising_curie_weiss(2, 0.7)")["J"] == pytest.approx(math.atanh(0.7), rel=1e-10)
    critical = 0.5 * math.log(1.0 + math.sqrt(2.0))
    assert one("ising_square(0, sqrt(0.5))")["J"] == pytest.approx(critical, rel=1e-10)
    assert one("ising_square(0, -sqrt(0.5))")["J"] == pytest.approx(-critical, rel=1e-10)
    assert one("ising_square(0, sqrt(0.5))")["log_z"] == pytest.approx(0.929695398341610215, rel=1e-10)
    assert one("ising_square(l := 7, q := 0)") == pytest.approx({"J": 0.0, "log_z": 49 * math.log(2.0), "reason": None})


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("ising_square(NULL, 0.5)", "null"),
        ("ising_square(4, NULL)", "null"),
        ("ising_square(1, 0.5)", "not one of the sizes"),
        ("ising_square(33, 0.5)", "2 to 32, or 0"),
        ("ising_square(-1, 0.5)", "not one of the sizes"),
        ("ising_square(2.5, 0.5)", "not one of the sizes"),
        ("ising_square('nan'::DOUBLE, 0.5)", "not one of the sizes"),
        ("ising_square(1e300, 0.5)", "not one of the sizes"),
        ("ising_curie_weiss(0, 0.5)", "2 to 64"),
        ("ising_ring(2, 0.5)", "3 to 64"),
        ("ising_ring(5, 'nan'::DOUBLE)", "not a finite number"),
        ("ising_ring(5, '-inf'::DOUBLE)", "not a finite number"),
        ("ising_ring(5, 1)", "too close to 1"),
        ("ising_ring(5, 1.001)", "not between -1 and 1"),
        ("ising_ring(5, -0.61)", "below the least average"),
        ("ising_ring(5, -0.6)", "too close to its least"),
        ("ising_ring(4, -1)", "too close to its least"),
        ("ising_curie_weiss(10, -0.2)", "below the least average"),
    ],
)
def test_no_answer_comes_with_its_reason(connection: duckdb.DuckDBPyConnection, call: str, reason: str) -> None:
    (answer,) = connection.execute(f"SELECT symcat.{call}").fetchone() or (None,)
    assert answer["J"] is answer["log_z"] is None
    assert reason in answer["reason"]


def test_groups_of_data(connection: duckdb.DuckDBPyConnection) -> None:
    """A coupling a group from its average, as the documents show; the client's own names do not matter."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE segments AS "
        "SELECT g, 1 - 2 * (i % (g + 5) = 0)::INT AS ss FROM range(3) AS a(g), range(1000) AS b(i)"
    )
    rows = connection.execute(
        "SELECT g, symcat.ising_ring(12, avg(ss)) AS fit FROM segments GROUP BY g ORDER BY g"
    ).fetchall()
    assert len(rows) == 3
    assert all(fit["reason"] is None and fit["J"] > 0.0 for _, fit in rows)
