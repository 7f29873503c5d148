"""The SQL macros of laws with one reduced statistic: the same numbers as lookups, and a reason where there are none."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

import symcat
from symcat.catalogue.file import PACKAGED

ATTACH = f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)"
GIVEN = {
    "gamma.scalar": {"mean": 10.0 ** np.linspace(-3.0, 3.0, 200), "mean_log": None},
    "student.scalar": {"width": 10.0 ** np.linspace(-3.0, 3.0, 200), "mean_log": np.expm1(np.linspace(1e-4, 7.9, 200))},
    "vonmises.scalar": {"mean_cos": np.linspace(-0.7, 0.7, 200), "mean_sin": 0.7 * np.cos(np.linspace(0.1, 9.0, 200))},
}
GIVEN["gamma.scalar"]["mean_log"] = np.log(GIVEN["gamma.scalar"]["mean"]) - np.expm1(np.linspace(1e-3, 7.9, 200))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(ATTACH)
    return found


@pytest.mark.parametrize("label", GIVEN)
def test_macros_agree_with_lookups(connection: duckdb.DuckDBPyConnection, label: str) -> None:
    given = GIVEN[label]
    fit = symcat.lookup_batch(label, **given)
    pairs = zip(*(v.tolist() for v in given.values()), strict=True)
    values = ", ".join(f"({a!r}::DOUBLE, {b!r}::DOUBLE)" for a, b in pairs)
    query = f"SELECT symcat.{label.replace('.', '_')}(a, b) FROM (VALUES {values}) AS t(a, b)"
    answers = [row[0] for row in connection.execute(query).fetchall()]
    assert {answer["reason"] for answer in answers} == {None}
    expected = {**fit.parameters, "log_z": fit.log_partition}
    for name in answers[0].keys() - {"reason"}:
        exact = expected[name].reshape(-1)
        found = np.array([answer[name] for answer in answers])
        # Averages that nearly cancel differ by rounding between the two.
        assert np.max(np.abs(found - exact) / np.maximum(1.0, np.abs(exact))) < 1e-11


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("gamma_scalar(NULL, 1)", "null"),
        ("gamma_scalar(1, 'nan'::DOUBLE)", "not a finite number"),
        ("gamma_scalar(0, 1)", "not above zero"),
        ("gamma_scalar(1, 0)", "do not vary"),
        ("gamma_scalar(1, -1e9)", "than the table reaches"),
        ("student_scalar(1, NULL)", "null"),
        ("student_scalar('inf'::DOUBLE, 1)", "not a finite number"),
        ("student_scalar(-1, 1)", "width is not positive"),
        ("student_scalar(1, 0)", "do not vary about the centre"),
        ("student_scalar(1, 1e9)", "beyond what the table reaches"),
        ("vonmises_scalar(NULL, 0)", "null"),
        ("vonmises_scalar(0, '-inf'::DOUBLE)", "not a finite number"),
        ("vonmises_scalar(0.8, 0.8)", "do not vary"),
        ("vonmises_scalar(0, 0)", "no mean direction"),
    ],
)
def test_no_answer_comes_with_its_reason(connection: duckdb.DuckDBPyConnection, call: str, reason: str) -> None:
    (answer,) = connection.execute(f"SELECT symcat.{call}").fetchone() or (None,)
    assert {value for name, value in answer.items() if name != "reason"} == {None}
    assert reason in answer["reason"]


def test_groups_of_data(connection: duckdb.DuckDBPyConnection) -> None:
    x = np.random.default_rng(0).gamma(2.0, size=1000)
    connection.execute("CREATE OR REPLACE TEMP TABLE waits AS SELECT unnest(?) AS x", [x.tolist()])
    (shape,) = connection.execute("SELECT symcat.gamma_scalar(avg(x), avg(ln(x))).shape FROM waits").fetchone() or (0,)
    assert shape == pytest.approx(symcat.solve(x, classes=["gamma.scalar"]).parameters["shape"], rel=1e-9)
