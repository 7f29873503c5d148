"""The SQL macro of the quartic of one column: the numbers of Python, in the data's units, and its reasons."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

import symcat
from symcat import catalogue
from symcat.catalogue.file import PACKAGED
from symcat.models.patches import Patches
from symcat.models.scalar import quartic_table, reduced

NAMES = ("h", "r", "g", "u", "log_z")


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)")
    return found


def test_the_macro_agrees_with_python(connection: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> None:
    edges = np.array([[a, b] for a in (0.0, 0.25, 0.5, 1.0, 2.0, 3.999) for b in (0.0051, 0.25, 0.5, 0.9)])
    drawn = np.concatenate([edges, rng.uniform((0.01, 0.0051), (4.0, 0.999), (2000, 2))])
    s = drawn[:, 0] * rng.choice([-1.0, 1.0], len(drawn))
    k = reduced.kurtosis_at(s, drawn[:, 1])
    found = quartic_table.read(stored(), s, k)
    assert (found.reason == 0).all()
    connection.register("points", _frame(s, k))
    # A standard deviation of two: powers of it are exact.
    rows = connection.execute(
        "SELECT fit.h, fit.r, fit.g, fit.u, fit.log_z, fit.mean, fit.reason FROM "
        "(SELECT i, symcat.scalar_quartic(0, 4, 8 * s, 16 * k) AS fit FROM points) ORDER BY i"
    ).fetchall()
    assert all(row[5:] == (0.0, None) for row in rows)
    computed = np.array([row[:5] for row in rows]).T
    for name, values, power in zip(NAMES, computed, (1, 2, 3, 4, 0), strict=True):
        exact = getattr(found, name)
        standard = values * 2.0**power - (np.log(2.0) if name == "log_z" else 0.0)
        assert np.max(np.abs(standard - exact) / np.maximum(1.0, np.abs(exact))) < 1e-12, name


def stored() -> Patches:
    patches = catalogue.default().table("scalar.quartic").patches
    assert patches is not None
    return patches


def _frame(s: np.ndarray, k: np.ndarray) -> object:
    import polars

    return polars.DataFrame({"i": np.arange(len(s)), "s": s, "k": k})


def test_averages_about_zero_are_taken_about_the_mean(connection: duckdb.DuckDBPyConnection) -> None:
    query = (
        "SELECT symcat.scalar_quartic(avg(y), avg(y*y), avg(y*y*y), avg(y*y*y*y)) FROM "
        "(SELECT {shift} + unnest([0.2, 0.5, 0.9, 1.6, 3.1]) AS y)"
    )
    one, other = ((connection.execute(query.format(shift=shift)).fetchone() or ({},))[0] for shift in ("0e0", "2e0"))
    assert one["mean"] + 2.0 == pytest.approx(other["mean"])
    for name in NAMES:
        assert one[name] == pytest.approx(other[name], rel=1e-9)
    assert one["reason"] is None


@pytest.mark.parametrize(
    ("averages", "reason"),
    [
        ("NULL, 1, 0, 2", "null"),
        ("0, 1, NULL, 2", "null"),
        ("0, 1, 'nan'::DOUBLE, 2", "not a finite number"),
        ("0, 'inf'::DOUBLE, 0, 2", "not a finite number"),
        ("1, 1, 1, 1", "do not vary"),
        ("0, -1, 0, 1", "do not vary"),
        ("0, 1, 2, 4", "least that any rows can have"),
        ("0, 1, 0, 1", "two values"),
        ("0, 1, 1, 2.00001", "two values"),
        ("0, 1, 5, 60", "where the table ends"),
        ("0, 1, 0, 3", "look up gaussian.full"),
        ("0, 1, 0, 3.0000001", "look up gaussian.full"),
        ("0, 1, 1e-9, 3", "look up gaussian.full"),
        ("1000, 1000001, 1000003000, 1000006000002.5", "average x less a number near its mean"),
        ("0, 1, 0, 11", "no normalisable"),
        ("0, 1, 0.5, 4", "far second bump"),
        ("0, 1, -1e-5, 3", "no digits"),
    ],
)
def test_no_answer_comes_with_its_reason(connection: duckdb.DuckDBPyConnection, averages: str, reason: str) -> None:
    (answer,) = connection.execute(f"SELECT symcat.scalar_quartic({averages})").fetchone() or (None,)
    assert [answer[name] for name in NAMES] == [None] * 5
    assert reason in answer["reason"]


def test_averages_far_from_zero_keep_seven_digits_or_are_refused(connection: duckdb.DuckDBPyConnection) -> None:
    """The kurtosis loses (mean / sd)^4 of rounding, without a word beyond a hundred standard deviations."""
    (near,) = connection.execute("SELECT symcat.scalar_quartic(0, 1, 0.5, 2.8)").fetchone() or (None,)
    for offset in (1.0, 30.0, 99.0, 101.0, 1e3, 1e6):
        m2, m3 = offset**2 + 1.0, offset**3 + 3.0 * offset + 0.5
        m4 = offset**4 + 6.0 * offset**2 + 2.0 * offset + 2.8
        query = f"SELECT symcat.scalar_quartic({offset!r}::DOUBLE, {m2!r}::DOUBLE, {m3!r}::DOUBLE, {m4!r}::DOUBLE)"
        (found,) = connection.execute(query).fetchone() or (None,)
        if offset > 100.0:
            assert found["u"] is None
            assert "more than 100 standard deviations from zero" in found["reason"]
        else:
            assert [found[name] for name in NAMES] == pytest.approx([near[name] for name in NAMES], rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("skewness", [0.0, 1e-9, -1e-5])
@pytest.mark.parametrize("kurtosis", [3.0 - 1e-7, 3.0, 3.0 + 1e-14, 3.0 + 1e-7])
def test_at_the_gaussian_both_say_the_same(
    connection: duckdb.DuckDBPyConnection, skewness: float, kurtosis: float
) -> None:
    query = f"SELECT symcat.scalar_quartic(0, 1, {skewness!r}::DOUBLE, {kurtosis!r}::DOUBLE)"
    (found,) = connection.execute(query).fetchone() or (None,)
    assert found["u"] is None
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.lookup("scalar.quartic", m2=1.0, m3=skewness, m4=kurtosis)
    assert found["reason"] in str(raised.value)
    assert "look up gaussian.full" in found["reason"]


@pytest.mark.parametrize("sd", ["1e-70", "1e70"])
def test_any_scale(connection: duckdb.DuckDBPyConnection, sd: str) -> None:
    query = f"SELECT symcat.scalar_quartic(0, {sd}*{sd}, {sd}*{sd}*{sd}, 4.5e0*{sd}*{sd}*{sd}*{sd})"
    (answer,) = connection.execute(query).fetchone() or (None,)
    (plain,) = connection.execute("SELECT symcat.scalar_quartic(0, 1, 1, 4.5)").fetchone() or (None,)
    assert answer["r"] * float(sd) ** 2 == pytest.approx(plain["r"], rel=1e-10)


def test_the_file_stays_small_and_opens_quickly() -> None:
    assert PACKAGED.stat().st_size < 8e6
