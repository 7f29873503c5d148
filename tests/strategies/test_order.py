"""Rows that depend on their neighbours count as the independent ones that they are worth; sorted files do not."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

import symcat

Floats = np.ndarray


def autoregression(rng: np.random.Generator, n: int, coefficient: float, series: int = 1) -> Floats:
    """(n, series) stationary first-order autoregressions of variance one."""
    noise = rng.standard_normal((n, series)) * np.sqrt(1.0 - coefficient**2)
    noise[0] /= np.sqrt(1.0 - coefficient**2)
    return lfilter([1.0], [1.0, -coefficient], noise, axis=0)


def solved(rows: Any, **options: Any) -> symcat.Solution:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return symcat.solve(rows, **options)


def test_declared_rows_are_worth_fewer(rng: np.random.Generator) -> None:
    x = autoregression(rng, 2000, 0.9)[:, 0]
    answer = symcat.solve(x, order="time", classes=["gaussian.full"])
    assert (answer.order, answer.errors, answer.n_rows) == ("declared", "blocks", 2000)
    # 2000 / 19 by the mean and 2000 / 9.5 by the variance
    assert 80.0 < answer.n_effective < 200.0
    assert answer.standard_errors["mean"] == pytest.approx(np.sqrt(19.0 / 2000.0), rel=0.25)
    assert answer.standard_errors["precision"] == pytest.approx(np.sqrt(2.0 * 9.53 / 2000.0), rel=0.3)
    independent = symcat.solve(x, order=None, classes=["gaussian.full"])
    assert independent.parameters == answer.parameters
    assert independent.order is independent.n_effective is None
    first = str(answer).splitlines()[0]
    assert first.startswith("Rows depend on their neighbours: 2,000 of them are worth")
    assert first.endswith("independent ones, as declared")


def test_a_series_is_found_and_said_first(rng: np.random.Generator) -> None:
    x = autoregression(rng, 2000, 0.5)[:, 0]
    with pytest.warns(UserWarning, match=r"the 2,000 rows are worth .* order=None that it means nothing"):
        answer = symcat.solve(x, classes=["gaussian.full"])
    declared = symcat.solve(x, order="time", classes=["gaussian.full"])
    assert answer.order == "found"
    assert (answer.bic, answer.standard_errors) == (declared.bic, declared.standard_errors)
    with pytest.warns(UserWarning, match="Consecutive rows"):
        assert symcat.classify(x, classes=["gaussian.full"]).n_effective == pytest.approx(answer.n_effective)
    assert symcat.solve(x, order=None, classes=["gaussian.full"]).checks[-1].name != "order of the rows"


@pytest.mark.parametrize("n", [300, 5000])
def test_sorted_and_grouped_files_are_no_series(rng: np.random.Generator, n: int) -> None:
    x = rng.standard_normal(n)
    grouped = np.repeat([-2.0, 0.5, 1.5], n // 3) + rng.standard_normal(n // 3 * 3)
    for rows in (np.sort(x), x, grouped):
        assert symcat.solve(rows, classes=["gaussian.full"]).order is None


def test_order_means_nothing_with_what_has_none(rng: np.random.Generator) -> None:
    table = {"x": rng.standard_normal(40), "g": np.repeat(["a", "b"], 20), "n": np.ones(40, dtype=int)}
    for option in ({"by": "g"}, {"counts": "n"}, {"weights": "n"}, {"fallback": "analog"}, {"missing": "em"}):
        with pytest.raises(symcat.InvalidData, match="order='time' cannot be used with"):
            symcat.solve(table, order="time", **option)
    with pytest.raises(symcat.InvalidData, match="order=None says"):
        symcat.solve(table, order=None, errors="blocks")
    with pytest.raises(symcat.InvalidData, match="pass 'detect', 'time' or None"):
        symcat.solve(table, order="space")
    with pytest.raises(symcat.InvalidData, match="needs 16 rows"):
        symcat.solve(table["x"][:9], order="time")


def test_every_kind_of_table_takes_it(rng: np.random.Generator) -> None:
    x = autoregression(rng, 3000, 0.8, series=3)
    tables: list[tuple[Any, dict[str, Any]]] = [
        (x[:, :2], {"classes": ["gaussian.full", "gaussian.diagonal"]}),
        (np.sign(x), {"classes": ["ising.pairwise"]}),
        (np.array(["a", "b", "c"])[np.digitize(x[:, :2], [-0.5, 0.5])], {}),
        ({"a": x[:, 0], "b": x[:, 0] + x[:, 1]}, {"target": "b"}),
        ({"a": x[:, 0], "b": np.where(x[:, 1] > 0.0, "up", "down")}, {}),
        (np.exp(x[:, :1]), {"classes": ["log(gaussian.full)", "gamma.scalar"]}),
        (x[:, :2], {"classes": ["scores(gaussian.full)"]}),
    ]
    for rows, options in tables:
        answer = solved(rows, order="time", **options)
        assert 200.0 < answer.n_effective < 1500.0, answer.label
        assert answer.log_likelihood is not None
        loose = solved(
            rows, order=None, **{**options, "classes": [answer.label]} if "target" not in options else options
        )
        assert answer.log_likelihood / answer.n_effective == pytest.approx(loose.log_likelihood / 3000.0, rel=1e-5)


def test_rows_of_a_recording_count_as_independent_ones_of_their_number(rng: np.random.Generator) -> None:
    """AR(1) with 0.9 and Gaussian margins was called a double well in a fifth of the cases."""
    labels = [
        solved(autoregression(rng, 300, 0.9)[:, 0], order="time", classes=["gaussian.full", "z2.quartic"]).label
        for _ in range(40)
    ]
    assert labels.count("gaussian.full") >= 38


def test_gaps_in_a_series_are_told(rng: np.random.Generator) -> None:
    x = autoregression(rng, 200, 0.5)[:, 0]
    x[50] = np.nan
    with pytest.warns(UserWarning, match="1 rows with missing values are left out of the series"):
        symcat.solve(x, order="time", classes=["gaussian.full"])


def test_of_a_series_it_is_told_why_nothing_is_integrated(rng: np.random.Generator) -> None:
    x = np.tanh(3.0 * autoregression(rng, 400, 0.5, 2))
    answer = solved(x, order="time", classes=["polynomial.quartic", "gaussian.full"], fallback=None)
    reason = next(one.reason for one in answer.evidence if one.label == "polynomial.quartic")
    assert "counts every row as one" in reason
