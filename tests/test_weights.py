"""``counts=`` gives the answer of the repeated rows, ``weights=`` weighted averages with errors that are right."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from typer.testing import CliRunner

import symcat
from symcat.cli import app
from symcat.strategies.robust import ORDER

RNG = np.random.default_rng(11)
STATES = np.array([[state >> j & 1 for j in range(3)] for state in range(8)])
OFTEN = np.array([106_108, 47_339, 9_204, 12_530, 20_117, 7_302, 31_846, 5_554])
HISTOGRAM = pd.DataFrame(STATES, columns=["a", "b", "c"]).assign(n=OFTEN)

X = RNG.normal(size=(240, 2)) @ np.array([[1.0, 0.4], [0.0, 1.0]]) + 5.0
MIXED = pd.DataFrame(X, columns=["x", "y"]).assign(
    z=RNG.choice([-2.0, 2.0], 240) + 0.5 * RNG.normal(size=240),
    bit=(X[:, 0] + RNG.logistic(size=240) > 5.0).astype(int),
    key=RNG.integers(0, 3, 240),
    n=RNG.integers(0, 12, 240),
)
REPEATED = MIXED.loc[MIXED.index.repeat(MIXED.n)].drop(columns="n").reset_index(drop=True)


def assert_same(found: symcat.Solution, expected: symcat.Solution) -> None:
    assert (found.label, found.n_rows, found.n_effective) == (expected.label, expected.n_rows, None)
    for name in ("parameters", "standard_errors", "robust_standard_errors"):
        mine, theirs = getattr(found, name), getattr(expected, name)
        assert (mine or {}).keys() == (theirs or {}).keys()
        for key, value in (theirs or {}).items():
            scale = np.abs(np.asarray(value)).max()
            np.testing.assert_allclose(mine[key], value, rtol=1e-10, atol=1e-12 * scale, err_msg=f"{name} {key}")
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-12)
    assert found.bic == pytest.approx(expected.bic, rel=1e-12)
    # Repeated rows lie beside each other, counted ones have no order.
    made = [check.name for check in expected.checks if check.name != ORDER]
    assert [check.name for check in found.checks] == made


def test_a_published_histogram_gives_the_couplings_of_its_rows() -> None:
    symcat.solve(HISTOGRAM, counts="n")
    start = time.process_time()
    found = symcat.solve(HISTOGRAM, counts="n", classes=["ising.pairwise"])
    taken = time.process_time() - start
    rows = np.repeat(STATES, OFTEN, axis=0)
    assert_same(found, symcat.solve(pd.DataFrame(rows, columns=["a", "b", "c"]), classes=["ising.pairwise"]))
    assert found.n_rows == OFTEN.sum()
    assert taken < 1.0  # 20 ms where nothing else runs
    many = symcat.solve(HISTOGRAM.assign(n=OFTEN * 10_000), counts="n", classes=["ising.pairwise"])
    np.testing.assert_allclose(many.parameters["J"], found.parameters["J"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "asked",
    [
        {"columns": ["x", "y"], "classes": ["gaussian.full"]},
        {"columns": ["z"], "classes": ["z2.quartic"]},
        {"columns": ["x", "y"], "target": "y"},
        {"columns": ["x", "y", "bit"], "target": "bit"},
        {"columns": ["x", "y", "bit"], "classes": ["mixed.conditional_gaussian"]},
    ],
    ids=["gaussian", "quartic", "least squares", "logistic", "mixed"],
)
def test_counts_are_repeated_rows(asked: dict[str, Any]) -> None:
    assert_same(symcat.solve(MIXED, counts="n", **asked), symcat.solve(REPEATED, **asked))


def test_counts_in_evidence() -> None:
    counted, plain = (
        symcat.classify(MIXED, counts="n", columns=["x", "y"]),
        symcat.classify(REPEATED, columns=["x", "y"]),
    )
    assert counted.n_rows == plain.n_rows == MIXED.n.sum()
    assert counted.label == plain.label
    for mine, theirs in zip(counted, plain, strict=True):
        assert mine.reason == theirs.reason
        assert theirs.bic is None or mine.bic == pytest.approx(theirs.bic, rel=1e-12)


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "dict": lambda frame: {name: frame[name].to_numpy() for name in frame},
    "polars": pl.from_pandas,
    "lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "pyarrow": lambda frame: pl.from_pandas(frame).to_arrow(),
    "duckdb": duckdb.from_df,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", [False, True], ids=["whole keys", "text keys"])
@pytest.mark.parametrize("columns", [["x", "y"], ["x"], ["x", "bit"]], ids="-".join)
def test_counts_and_weights_in_groups(engine: str, text: bool, columns: list[str]) -> None:
    """In numpy and in every engine, also of groups with missing cells and of such that lie far from each other."""
    counted, rows = MIXED.assign(w=0.5 + MIXED.n), REPEATED.copy()
    for frame in (counted, rows):
        frame["x"] = frame["x"] + 1e7 * (frame["key"] == 2)
        frame.loc[frame["y"] > 7.3, "x"] = np.nan
        if text:
            frame["key"] = frame["key"].map(str)
    own = ["n_rows", "n_missing", "bic", "x_mean", "mean", "mean_x"]
    found = plain(symcat.solve(ENGINES[engine](counted.drop(columns="w")), counts="n", by="key", columns=columns))
    expected = symcat.solve(rows, by="key", columns=columns)
    kept = [name for name in expected.select_dtypes("number") if name != "key"]
    assert set(own) & set(kept)
    np.testing.assert_allclose(found[kept].astype(float), expected[kept].astype(float), rtol=1e-7, atol=1e-9)
    weighted = plain(symcat.solve(ENGINES[engine](counted.drop(columns="n")), weights="w", by="key", columns=columns))
    for key, mine in zip(weighted["key"], weighted.to_dict("records"), strict=True):
        one = counted[counted["key"] == key]
        alone = symcat.solve(one, weights="w", columns=columns, classes=[mine["label"]] if "label" in mine else None)
        assert mine["n_rows"] == alone.n_rows
        assert mine["bic"] == pytest.approx(alone.bic, rel=1e-7)


def plain(frame: Any) -> pd.DataFrame:
    """As a frame of pandas."""
    if hasattr(frame, "collect"):
        frame = frame.collect()
    found = frame.df() if hasattr(frame, "df") else frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    return found if isinstance(found, pd.DataFrame) else pd.DataFrame(found)


def test_classes_that_need_the_rows_of_each_group() -> None:
    groups = pd.concat([HISTOGRAM.assign(key=key, n=OFTEN // 100 * (key + 1)) for key in range(2)])
    found = symcat.solve(groups, counts="n", by="key", classes=["ising.pairwise", "ising.tree"])
    alone = symcat.solve(groups[groups.key == 1].drop(columns="key"), counts="n", classes=["ising.pairwise"])
    assert found["n_rows"].tolist() == [sum(OFTEN // 100), 2 * sum(OFTEN // 100)]
    assert found["bic"][1] == pytest.approx(alone.bic, rel=1e-12)


def test_files_and_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "histogram.csv"
    HISTOGRAM.to_csv(path, index=False)
    run = CliRunner().invoke(app, ["solve", str(path), "--counts", "n", "--classes", "ising.pairwise", "--json"])
    assert run.exit_code == 0, run.output
    found = symcat.solve(HISTOGRAM, counts="n", classes=["ising.pairwise"])
    assert json.loads(run.stdout)["n_rows"] == OFTEN.sum()
    assert json.loads(run.stdout)["bic"] == pytest.approx(found.bic, rel=1e-12)
    run = CliRunner().invoke(app, ["classify", str(path), "--weights", "n", "--json"])
    assert json.loads(run.stdout)["n_rows"] == 8


def test_a_column_that_proves_real_beyond_the_first_rows(tmp_path: Path) -> None:
    """The file is read again with its counts."""
    bits = np.arange(1500) % 2 + 0.5 * (np.arange(1500) == 1400)
    frame = pd.DataFrame({"x": bits, "y": RNG.normal(size=1500), "n": np.arange(1500) % 3, "key": np.arange(1500) % 2})
    frame.to_parquet(tmp_path / "late.parquet")
    asked: dict[str, Any] = {"columns": ["x", "y"], "classes": ["gaussian.full"], "counts": "n"}
    found = symcat.solve(tmp_path / "late.parquet", **asked)
    assert_same(found, symcat.solve(frame, **asked))
    del asked["classes"]
    groups = plain(symcat.solve(tmp_path / "late.parquet", by="key", **asked))
    assert groups["n_rows"].sum() == frame["n"].sum()


def test_weighted_parameters_and_sandwich_errors() -> None:
    w = RNG.exponential(size=240)
    found = symcat.solve(MIXED.assign(w=w), weights="w", columns=["x", "y"], classes=["gaussian.full"])
    mean = np.average(X, axis=0, weights=w)
    np.testing.assert_allclose(found.parameters["mean"], mean, rtol=1e-12)
    y = X - mean
    np.testing.assert_allclose(
        np.linalg.inv(found.parameters["precision"]), (w[:, None] * y).T @ y / w.sum(), rtol=1e-10
    )
    worth = w.sum() ** 2 / (w @ w)
    assert found.n_rows == 240
    assert found.n_effective == pytest.approx(worth, rel=1e-12)
    log_density = found.log_density(X)
    assert found.log_likelihood == pytest.approx(worth * np.average(log_density, weights=w), rel=1e-12)
    assert found.bic == pytest.approx(5 * np.log(worth) - 2.0 * found.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(found.standard_errors["mean"], np.sqrt(y.T**2 @ w / w.sum() / worth), rtol=1e-10)
    assert "weighted, worth" in str(found)


def test_weights_that_differ_much_are_no_rows() -> None:
    with pytest.raises(symcat.InvalidData, match=r"weighted rows are worth 1 of equal weight"):
        symcat.solve({"x": np.arange(5.0) ** 2, "w": [1e6, 1e3, 1.0, 1.0, 1.0]}, weights="w")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gaussian", "least squares", "two-valued"])
@pytest.mark.statistics
def test_sandwich_errors_of_weighted_rows_cover(kind: str) -> None:
    """Rows drawn with other probabilities than the population's, weighted back: 95 % intervals cover 93 to 97 %."""
    rng = np.random.default_rng(3)
    runs, n, hits = 1000, 600, []
    for _ in range(runs):
        x = rng.normal(size=4 * n)
        y = 1.0 + 0.5 * x + np.where(x > 0.0, 2.0, 0.5) * rng.normal(size=4 * n)
        kept = rng.random(4 * n) < np.where(x > 0.0, 0.4, 0.1)
        frame = {"x": x[kept], "y": y[kept], "w": np.where(x[kept] > 0.0, 1.0, 4.0)}
        if kind == "gaussian":
            found = symcat.solve(frame, weights="w", classes=["gaussian.full"])
            hit = [
                (found.parameters["mean"][j], found.robust_standard_errors["mean"][j], t)
                for j, t in ((0, 0.0), (1, 1.0))
            ]
        elif kind == "least squares":
            found = symcat.solve(frame, weights="w", target="y", classes=["gaussian.full"])
            hit = [(found.parameters["coefficients"][0], found.robust_standard_errors["coefficients"][0], 0.5)]
        else:
            frame = {"p": frame["x"] > 0.0, "q": frame["y"] > 1.0, "w": frame["w"]}
            found = symcat.solve(frame, weights="w", classes=["ising.independent"])
            hit = [(found.parameters["h"][0], found.robust_standard_errors["h"][0], 0.0)]
        hits += [abs(estimate - truth) < 1.959964 * error for estimate, error, truth in hit]
    assert 0.93 < np.mean(hits) < 0.97


@pytest.mark.parametrize("n", [600, 9000], ids=["all kept", "a sample kept"])
@pytest.mark.parametrize("real", [True, False], ids=["real", "two-valued"])
def test_weighted_logistic_regression_is_the_maximum_of_the_weighted_likelihood(n: int, real: bool) -> None:
    """The peer: textbook Newton with weights; the sandwich of weighted scores."""
    rng = np.random.default_rng(2)
    x = rng.exponential(size=(n, 2))
    x = x if real else np.floor(np.minimum(x, 1.5))
    up = rng.random(n) < 1.0 / (1.0 + np.exp(1.0 - x[:, 0] + 0.5 * x[:, 1]))
    w = rng.exponential(size=n) + up
    found = symcat.solve({"a": x[:, 0], "b": x[:, 1], "up": up, "w": 7.0 * w}, target="up", weights="w")
    assert found.label == "logistic.linear"
    worth = w.sum() ** 2 / (w @ w)
    u = w * worth / w.sum()
    design = np.column_stack([np.ones(n), x])
    beta = np.zeros(3)
    for _ in range(40):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        bread = np.linalg.inv((design.T * (u * p * (1.0 - p))) @ design)
        beta += bread @ design.T @ (u * (up - p))
    score = design * (u * (up - p))[:, None]
    robust = np.sqrt(np.diag(bread @ score.T @ score @ bread))

    def joined(values: Any) -> Any:
        return np.append(values["intercept"], values["coefficients"])

    np.testing.assert_allclose(joined(found.parameters), beta, rtol=1e-8)
    np.testing.assert_allclose(joined(found.standard_errors), np.sqrt(np.diag(bread)), rtol=1e-7)
    np.testing.assert_allclose(joined(found.robust_standard_errors), robust, rtol=1e-7 if n < 8192 else 0.05)
    assert found.log_likelihood == pytest.approx(u @ np.log(np.where(up, p, 1.0 - p)), rel=1e-9)
    in_time = symcat.solve(
        {"a": x[:, 0], "b": x[:, 1], "up": up, "w": w}, target="up", weights="w", errors="blocks"
    ).robust_standard_errors
    np.testing.assert_allclose(joined(in_time), robust, rtol=0.5)


def test_a_logistic_regression_of_many_counts_is_not_laid_out_row_by_row() -> None:
    x, n = np.repeat(np.arange(12.0), 2), np.random.default_rng(4).integers(10, 90, 24)
    up = np.tile([True, False], 12)
    few, many = (symcat.solve({"x": x, "up": up, "n": n * times}, target="up", counts="n") for times in (1, 40_000))
    np.testing.assert_allclose(many.parameters["coefficients"], few.parameters["coefficients"], rtol=1e-9)
    np.testing.assert_allclose(
        many.standard_errors["coefficients"] * 200.0, few.standard_errors["coefficients"], rtol=1e-8
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"counts": "m"}, "There is no column 'm'"),
        ({"counts": "n", "weights": "n"}, "cannot be used together"),
        ({"counts": "n", "target": "n"}, "both counts= and the target"),
        ({"counts": "n", "by": "n"}, "both counts= and a key"),
        ({"counts": "n", "columns": ["a", "n"]}, "in both columns= and counts="),
        ({"weights": "n", "fallback": "analog"}, "counts every row as one"),
        ({"counts": 3}, "name of one column"),
    ],
)
def test_options_that_cannot_be(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.solve(HISTOGRAM, **asked)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("value", "words"), [(-1.0, "holds -1 in row 3"), (0.5, "counts='n' needs whole numbers"), (np.nan, "has no value")]
)
def test_counts_that_cannot_be(engine: str, value: float, words: str) -> None:
    frame = HISTOGRAM.assign(n=OFTEN.astype(float), key=0)
    frame.loc[3, "n"] = value
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.solve(ENGINES[engine](frame.drop(columns="key")), counts="n")
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.solve(ENGINES[engine](frame.assign(key="k")), counts="n", by="key", classes=["ising.independent"])


def test_statistics_have_taken_the_counts_in_already() -> None:
    statistics = symcat.Statistics(("a", "b", "c"), kind="two-valued", counts="n").update(HISTOGRAM)
    assert symcat.solve(statistics, classes=["ising.pairwise"]).n_rows == OFTEN.sum()
    with pytest.raises(symcat.InvalidData, match="have taken them in already"):
        symcat.solve(statistics, counts="m", classes=["ising.pairwise"])


def test_a_column_that_looks_like_counts() -> None:
    with pytest.warns(UserWarning, match="pass counts='n'") as told:
        symcat.solve(HISTOGRAM, classes=["mixed.product"])
    assert told[0].filename == __file__
    rows = pd.DataFrame({"a": [0, 1, 0, 1] * 10, "b": [0, 0, 1, 1] * 10, "n": RNG.integers(0, 9, 40)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        symcat.solve(rows, classes=["mixed.product"], order=None)
        symcat.solve(HISTOGRAM.assign(n=OFTEN + 0.5), classes=["mixed.product"])


def test_what_is_integrated_takes_no_weights(rng: np.random.Generator) -> None:
    table = {"x": rng.random(400), "y": rng.random(400), "w": rng.random(400), "g": np.arange(400) % 4}
    for options in ({}, {"by": "g"}):
        with pytest.raises(symcat.InvalidData, match=r"weights= cannot be used with polynomial\.quartic"):
            symcat.solve(table, weights="w", classes=["polynomial.quartic"], **options)


def test_weights_whose_squares_are_no_doubles() -> None:
    rows = np.random.default_rng(0).normal(size=100)
    weights = np.abs(rows) + 0.1
    usual = symcat.solve({"x": rows, "w": weights}, weights="w", classes=["z2.quartic"])
    tiny = symcat.solve({"x": rows, "w": weights * 2.0**-400}, weights="w", classes=["z2.quartic"])
    assert tiny.n_effective == usual.n_effective
    with pytest.raises(symcat.InvalidData, match="multiply them all by one number"):
        symcat.solve({"x": rows, "w": weights * 1e-165}, weights="w")
