"""The SQL macro of the even sextic of one column: the numbers of Python, in the data's units, and its reasons."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from symcat import catalogue
from symcat.catalogue.file import PACKAGED
from symcat.models.scalar import sextic_reduced as reduced
from symcat.models.scalar import sextic_table

NAMES = ("r", "u", "w", "log_z")


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)")
    return found


def test_the_macro_agrees_with_python(connection: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> None:
    import polars

    edges = np.array([[a, b] for a in (1.1, 2.2, 3.3, 5.4999) for b in (0.0201, 0.265, 0.51, 0.9999)])
    drawn = np.concatenate([edges, rng.uniform((1.1, 0.0201), (5.5, 0.999), (1000, 2))])
    k = drawn[:, 0]
    m = reduced.sixth_at(k, drawn[:, 1])
    patches = catalogue.default().table("z2.sextic").patches
    assert patches is not None
    found = sextic_table.read(patches, k, m)
    assert found.inside.all()
    points = polars.DataFrame({"i": np.arange(len(k)), "k": k, "m": m})
    connection.register("points", points)
    # A standard deviation of two: powers of it are exact.
    rows = connection.execute(
        "SELECT fit.r, fit.u, fit.w, fit.log_z, fit.reason FROM "
        "(SELECT i, symcat.z2_sextic(4, 16 * k, 64 * m) AS fit FROM points) ORDER BY i"
    ).fetchall()
    assert all(row[4] is None for row in rows)
    computed = np.array([row[:4] for row in rows]).T
    for name, values, power in zip(NAMES, computed, (2, 4, 6, 0), strict=True):
        exact = getattr(found, name)
        standard = values * 2.0**power - (np.log(2.0) if name == "log_z" else 0.0)
        # What the rounding of coefficients moves is seen against the largest term of what is computed.
        size = np.maximum(1.0, np.maximum(np.abs(exact), k * found.w / 15.0 if name in "ru" else 0.0))
        assert np.max(np.abs(standard - exact) / size) < 1e-11, name


@pytest.mark.parametrize(
    ("averages", "word"),
    [
        ("NULL, 2.0, 5.0", "null"),
        ("'nan'::DOUBLE, 2.0, 5.0", "not a finite"),
        ("0.0, 0.0, 0.0", "not positive"),
        ("1.0, 2.0, 3.0", "not averages of the same rows"),
        ("1.0, 0.9, 3.0", "not averages of the same rows"),
        ("1.0, 1.05, 1.13", "below 1.1"),
        ("1.0, 6.0, 90.0", "above 5.5"),
        ("1.0, 2.0, 4.0001", "three values"),
        ("1.0, 2.0, 5.5", "above the table"),
    ],
)
def test_reasons(connection: duckdb.DuckDBPyConnection, averages: str, word: str) -> None:
    (answer,) = connection.execute(f"SELECT symcat.z2_sextic({averages})").fetchone() or (None,)
    assert answer is not None
    assert word in answer["reason"]
    assert all(answer[name] is None for name in NAMES)
