"""The macros of the radial quartics, given the number of rows: errors, likelihood and centre as Python has them."""

from __future__ import annotations

import duckdb
import numpy as np
import polars
import pytest

import symcat
from symcat.catalogue.file import PACKAGED

SUMS = "count(x), avg(x), avg(x*x), avg(x*x*x), avg(x*x*x*x)"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)")
    return found


def asked(connection: duckdb.DuckDBPyConnection, expression: str) -> dict[str, float]:
    ((answer,),) = connection.execute(f"SELECT {expression}").fetchall()
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize("n", [1, 2, 5, 64])
def test_errors_and_likelihood_are_those_of_lookup(connection: duckdb.DuckDBPyConnection, n: int) -> None:
    label = "z2.quartic" if n == 1 else f"o{n}.quartic"
    for share in (1e-4, 0.01, 0.3, 0.7, 0.99, 1 - 1e-4):
        kurtosis = 1.0 + 2.0 / n * share
        exact = symcat.lookup(label, m2=4.0, m4=16.0 * kurtosis, n=1000)
        name = "z2_quartic(" if n == 1 else f"on_quartic({n}, "
        found = asked(connection, f"symcat.{name}4.0, {16.0 * kurtosis!r}::DOUBLE, n := 1000)")
        assert found["reason"] is None
        for key in ("r", "u"):
            assert found[key] == pytest.approx(exact.parameters[key], rel=1e-12, abs=1e-12)
            assert found[f"{key}_se"] == pytest.approx(exact.standard_errors[key], rel=1e-11), share
        assert found["log_likelihood"] == pytest.approx(exact.log_likelihood, rel=1e-12)


def test_without_the_number_of_rows_there_are_couplings_alone(connection: duckdb.DuckDBPyConnection) -> None:
    found = asked(connection, "symcat.z2_quartic(1, 2)")
    assert found["u"] == pytest.approx(4.67043966608036, rel=1e-12)
    assert (found["r_se"], found["u_se"], found["log_likelihood"], found["reason"]) == (None, None, None, None)
    assert "more than 4" in str(asked(connection, "symcat.z2_quartic(1, 2, n := 4)")["reason"])
    assert asked(connection, "symcat.z2_quartic(1, 2, n := 'nan'::DOUBLE)")["reason"] == "n is not a number"


@pytest.mark.filterwarnings("ignore::UserWarning")  # of few rows, and of what the class does not describe
def test_the_centre_is_that_of_the_library(connection: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> None:
    """Double wells, equally and unequally filled, and flat tops: all that ``solve`` answers, in one query."""
    sizes = rng.integers(20, 200, 60)
    group = np.repeat(np.arange(60), sizes)
    well = np.where(rng.random(len(group)) < (0.1 + 0.8 * rng.random(60))[group], 1.0, -1.0)
    x = well + (0.2 + 0.8 * rng.random(60))[group] * rng.normal(size=len(group)) + 3.0
    frame = polars.DataFrame({"g": group, "x": x})
    connection.register("rows", frame)
    query = f"SELECT symcat.z2_quartic_centred({SUMS}) FROM rows GROUP BY g ORDER BY g"
    answers = [row[0] for row in connection.execute(query).fetchall()]
    connection.unregister("rows")
    answered = 0
    for found, part in zip(answers, frame.partition_by("g", maintain_order=True), strict=True):
        try:
            exact = symcat.solve(part["x"].to_numpy(), classes=["z2.quartic"])
        except symcat.NoEntry:
            assert found["reason"] is not None
            continue
        answered += 1
        assert found["reason"] is None
        assert found["mean"] == pytest.approx(exact.parameters["mean"], abs=2e-7)
        assert found["log_likelihood"] == pytest.approx(exact.log_likelihood, rel=1e-11)
        for key in ("mean", "r", "u"):
            assert found[f"{key}_se"] == pytest.approx(exact.standard_errors[key], rel=1e-5)
    assert answered > 20


def test_shift_and_scale_move_the_answer_as_they_should(
    connection: duckdb.DuckDBPyConnection, rng: np.random.Generator
) -> None:
    share, sd = rng.uniform(0.02, 0.98, 50), 10.0 ** rng.uniform(-3.0, 3.0, 50)
    k, m = 1.0 + 2.0 * share, rng.uniform(-50.0, 50.0, 50) * sd
    averages = (m, sd**2 + m**2, m**3 + 3.0 * m * sd**2, sd**4 * k + 6.0 * m**2 * sd**2 + m**4)
    connection.register("points", polars.DataFrame([*averages, k], schema=["m1", "m2", "m3", "m4", "k"]))
    query = "SELECT symcat.z2_quartic_centred(100, {}) FROM points"
    moved = connection.execute(query.format("m1, m2, m3, m4")).fetchall()
    plain = connection.execute(query.format("0, 1, 0, k")).fetchall()
    connection.unregister("points")
    for (there,), (here,), centre, unit in zip(moved, plain, m, sd, strict=True):
        assert there["mean"] - here["mean"] * unit == pytest.approx(centre, abs=1e-4 * unit)
        assert there["u"] * unit**4 == pytest.approx(here["u"], rel=1e-3, abs=1e-5)
        assert there["sixth"] == pytest.approx(here["sixth"], rel=1e-3)


@pytest.mark.parametrize(
    ("averages", "reason"),
    [
        ("NULL, 0, 1, 0, 2", "null"),
        ("100, 0, 1, NULL, 2", "null"),
        ("100, 0, 'nan'::DOUBLE, 0, 2", "not a finite number"),
        ("'inf'::DOUBLE, 0, 1, 0, 2", "not a finite number"),
        ("6, 0, 1, 0, 2", "more than 6 are needed"),
        ("100, 1, 1, 1, 1", "do not vary"),
        ("100, 0, 1, 0, 3", "no normalisable"),
        ("100, 0, 1, 0, 1", "too close to 1"),
        ("100, 1000, 1000001, 1000003000, 1000006000002.5", "average x less a number near its mean"),
    ],
)
def test_no_answer_comes_with_its_reason(connection: duckdb.DuckDBPyConnection, averages: str, reason: str) -> None:
    answer = asked(connection, f"symcat.z2_quartic_centred({averages})")
    assert {value for name, value in answer.items() if name != "reason"} == {None}
    assert reason in str(answer["reason"])
