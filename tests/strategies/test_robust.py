"""Robust errors of whole answers: of rows in any order, of blocks in time order, of clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

import symcat
from symcat.strategies.robust import ORDER

Floats = np.ndarray


def told(answer: symcat.Solution) -> str:
    """What is said of the order of the rows, or nothing."""
    return next((check.detail for check in answer.checks if check.name == ORDER), "")


def test_a_sorted_column_has_the_errors_of_the_column() -> None:
    x = np.random.default_rng(0).standard_normal(100_000)
    for rows in (x, np.sort(x)):
        answer = symcat.solve(rows, classes=["gaussian.full"])
        assert answer.robust_standard_errors["mean"] == pytest.approx(0.00316, rel=0.03)
        assert answer.errors == "rows"
    assert "0.0031" in told(answer)  # of the two errors that are named
    assert not told(symcat.solve(x, classes=["gaussian.full"]))
    blocks = symcat.solve(np.sort(x), classes=["gaussian.full"], errors="blocks")
    assert blocks.errors == "blocks"
    assert blocks.robust_standard_errors["mean"] > 0.05
    assert "errors='blocks' is shown" in told(blocks)


LSAT6 = (
    *(3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15),
    *(10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298),
)
"""Persons by their answers to five items, 00000, 00001, ..., 11111 (Bock & Lieberman 1970, Psychometrika 35:179)."""


def test_items_sorted_by_pattern(rng: np.random.Generator) -> None:
    """LSAT6: as it comes, rows of one pattern together; shuffled; and as patterns with counts: the same errors."""
    patterns = (np.arange(32)[:, None] >> np.arange(4, -1, -1)) & 1
    ordered = np.repeat(patterns, LSAT6, axis=0)
    assert len(ordered) == 1000
    table = {f"x{j}": patterns[:, j] for j in range(5)} | {"n": np.array(LSAT6)}
    for label in ("ising.pairwise", "ising.tree", "ising.curie_weiss"):
        one, other = (symcat.solve(rows, classes=[label]) for rows in (rng.permutation(ordered), ordered))
        counted = symcat.solve(table, counts="n", classes=[label])
        for name, value in one.robust_standard_errors.items():
            np.testing.assert_allclose(other.robust_standard_errors[name], value, rtol=1e-9)
            np.testing.assert_allclose(counted.robust_standard_errors[name], value, rtol=1e-9)
        said, model = (np.ravel(errors["J"]) for errors in (one.robust_standard_errors, one.standard_errors))
        np.testing.assert_allclose(said[model > 0.0], model[model > 0.0], rtol=0.05)
        assert told(other)
        assert not told(one)


def test_repeated_counts(rng: np.random.Generator) -> None:
    """Eight states with counts, written out one state after the other."""
    counts = np.array([106108, 47339, 20813, 9120, 31544, 12077, 8003, 2996]) // 16
    states = (np.arange(8)[:, None] >> np.arange(3)) & 1
    answer = symcat.solve(np.repeat(states, counts, axis=0), classes=["ising.pairwise"])
    for name in ("h", "J"):
        said, model = answer.robust_standard_errors[name], answer.standard_errors[name]
        used = np.asarray(model) > 0.0
        np.testing.assert_allclose(said[used], model[used], rtol=0.02)


def test_pairs_never_seen_are_not_certain() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.random((500, 8)) < rng.uniform(0.03, 0.12, 8)).astype(int)
    i, j = np.triu_indices(8, 1)
    never = (rows.T @ rows)[i, j] == 0
    assert never.any()
    for basis in ("spin", "binary"):
        answer = symcat.solve(rows, classes=["ising.pairwise"], basis=basis)
        ratio = answer.robust_standard_errors["J"][i, j] / answer.standard_errors["J"][i, j]
        assert ratio[never].min() > 0.95
        assert ratio.min() > 0.85
    tree = symcat.solve(rows, classes=["ising.tree"])
    ratio = tree.robust_standard_errors["J"][i, j] / tree.standard_errors["J"][i, j]
    assert np.nanmin(ratio) > 0.7


def test_a_separated_regression_is_not_certain(rng: np.random.Generator) -> None:
    x = np.round(rng.exponential(1.0, 400), 2)
    frame = pd.DataFrame({"x": x, "z": rng.standard_t(3.0, 400), "y": x > 0.7})
    answer = symcat.solve(frame, target="y", classes=["logistic.linear"])
    ratio = answer.robust_standard_errors["coefficients"] / answer.standard_errors["coefficients"]
    assert ratio[0] > 0.5


@pytest.mark.slow
def test_wide_pairs_have_robust_errors_and_absent_couplings_none(rng: np.random.Generator) -> None:
    rows = np.where(rng.random((3000, 30)) < 0.4, 1, -1)
    for k in range(0, 29, 3):
        follows = rng.random(3000) < 0.6
        rows[follows, k + 1] = rows[follows, k]
    for basis in ("spin", "binary"):
        answer = symcat.solve(rows, classes=["ising.pairwise"], basis=basis)
        coupled = (answer.parameters["J"] != 0.0) & ~np.eye(30, dtype=bool)
        ratio = answer.robust_standard_errors["J"][coupled] / answer.standard_errors["J"][coupled]
        np.testing.assert_allclose(ratio, 1.0, atol=0.1)
        assert np.isfinite(answer.robust_standard_errors["h"]).all()
        apart = ~coupled & ~np.eye(30, dtype=bool)
        assert np.isnan(answer.standard_errors["J"][apart]).all()
        assert np.isnan(answer.robust_standard_errors["J"][apart]).all()
        assert symcat.Solution.model_validate_json(answer.model_dump_json()) == answer


def test_kinds_of_a_regression(rng: np.random.Generator) -> None:
    rows = rng.exponential(size=(40, 3))
    kinds = {kind: symcat.solve(rows, target="x2", errors=kind) for kind in ("rows", "HC0", "HC1", "HC2", "HC3")}
    assert [answer.errors for answer in kinds.values()] == ["HC3", "HC0", "HC1", "HC2", "HC3"]
    slopes = {kind: answer.robust_standard_errors["coefficients"][0] for kind, answer in kinds.items()}
    assert slopes["HC0"] < slopes["HC2"] < slopes["HC3"] == slopes["rows"]
    assert slopes["HC1"] == pytest.approx(slopes["HC0"] * np.sqrt(40.0 / 37.0), rel=1e-12)


def test_clusters_of_a_regression(rng: np.random.Generator) -> None:
    """Against the formula on the rows (Liang & Zeger 1986), clusters of unequal size in any order."""
    school = rng.integers(0, 12, 300)
    x = rng.standard_normal(300) + 0.5 * rng.standard_normal(12)[school]
    y = 1.0 + 0.3 * x + rng.standard_normal(300) + rng.standard_normal(12)[school]
    frame = pd.DataFrame({"x": x, "school": [f"s{k}" for k in school], "y": y})
    frame.loc[5, "x"] = np.nan  # left out
    kept = frame.dropna()
    answer = symcat.solve(frame, target="y", errors="cluster", cluster="school")
    design = np.column_stack([np.ones(len(kept)), kept["x"]])
    bread = np.linalg.inv(design.T @ design)
    residual = kept["y"].to_numpy() - design @ (bread @ design.T @ kept["y"].to_numpy())
    sums = pd.DataFrame(design * residual[:, None]).groupby(kept["school"].to_numpy()).sum().to_numpy()
    groups = len(sums)
    expected = np.sqrt(np.diag(bread @ sums.T @ sums @ bread) * groups / (groups - 1.0))
    found = answer.robust_standard_errors
    np.testing.assert_allclose([found["intercept"], found["coefficients"][0]], expected, rtol=1e-8)
    assert answer.columns == ("x", "y")
    assert answer.errors == "cluster"
    assert not told(answer)


def test_clusters_of_other_classes(rng: np.random.Generator) -> None:
    """Ten copies of each row, copies together in a cluster: as if each row were there once."""
    x = rng.gamma(2.0, size=(200, 2))
    frame = pd.DataFrame({"a": np.tile(x[:, 0], 10), "b": np.tile(x[:, 1], 10), "id": np.tile(np.arange(200), 10)})
    once = symcat.solve(x, classes=["gaussian.full"])
    copies = symcat.solve(frame, classes=["gaussian.full"], errors="cluster", cluster="id")
    for name, value in once.robust_standard_errors.items():
        np.testing.assert_allclose(copies.robust_standard_errors[name], value * np.sqrt(200 / 199), rtol=1e-8)
    up = rng.random(200) < 1.0 / (1.0 + np.exp(-(x[:, 0] ** 2) + 2.0))
    once = symcat.solve(pd.DataFrame({"a": x[:, 0], "y": up}), target="y", classes=["logistic.linear"])
    frame["y"] = np.tile(up, 10)
    copies = symcat.solve(
        frame[["a", "id", "y"]], target="y", classes=["logistic.linear"], errors="cluster", cluster="id"
    )
    np.testing.assert_allclose(
        copies.robust_standard_errors["coefficients"],
        once.robust_standard_errors["coefficients"] * np.sqrt(200 / 199),
        rtol=1e-5,
    )


def test_what_cannot_be_had(rng: np.random.Generator) -> None:
    frame = pd.DataFrame({"x": rng.standard_normal(100), "g": ["a"] * 100, "k": [None] + ["b", "c", "d"] * 33})
    gaussian = {"classes": ["gaussian.full"]}
    with pytest.raises(symcat.InvalidData, match="one value only"):
        symcat.solve(frame[["x", "g"]], errors="cluster", cluster="g", **gaussian)
    with pytest.raises(symcat.InvalidData, match="1 rows have no value of the cluster 'k'"):
        symcat.solve(frame[["x", "k"]], errors="cluster", cluster="k", **gaussian)
    with pytest.raises(symcat.InvalidData, match="no column 'nope'"):
        symcat.solve(frame[["x"]], errors="cluster", cluster="nope", **gaussian)
    statistics = symcat.Statistics().update(frame[["x"]])
    with pytest.raises(symcat.InvalidData, match="forgotten which cluster"):
        symcat.solve(statistics, errors="cluster", cluster="g", **gaussian)
    with pytest.raises(symcat.InvalidData, match="needs 16 blocks"):
        symcat.solve(frame["x"][:10], errors="blocks", **gaussian)
    assert symcat.solve(statistics, errors="blocks", **gaussian).errors == "blocks"


def test_statistics_merged_in_any_order_have_the_errors_of_the_rows(rng: np.random.Generator) -> None:
    x = rng.standard_normal((6000, 2))
    parts = [symcat.Statistics().update(part) for part in np.array_split(x, 3)]
    whole = symcat.solve(x, classes=["gaussian.full"]).robust_standard_errors
    for order in ((0, 1, 2), (2, 0, 1)):
        merged = symcat.Statistics()
        for k in order:
            merged.merge(parts[k])
        found = symcat.solve(merged, classes=["gaussian.full"]).robust_standard_errors
        for name, value in whole.items():
            np.testing.assert_allclose(found[name], value, rtol=1e-9)


def autoregression(rng: np.random.Generator, n: int, coefficient: float) -> Floats:
    noise = rng.standard_normal(n)
    noise[0] /= np.sqrt(1.0 - coefficient**2)
    return lfilter([1.0], [1.0, -coefficient], noise)


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Consecutive rows")
@pytest.mark.parametrize("coefficient", [0.0, 0.5, 0.9])
def test_intervals_of_blocks_cover_autoregressions(coefficient: float) -> None:
    """Of 600 intervals of 95 % the share that cover has a standard deviation of 0.9 %."""
    rng, tables = np.random.default_rng(5), 600
    inside = {"mean": 0, "precision": 0}
    said = 0
    for _ in range(tables):
        rows = autoregression(rng, 5000, coefficient)
        answer = symcat.solve(rows, classes=["gaussian.full"], errors="blocks")
        truth = {"mean": 0.0, "precision": 1.0 - coefficient**2}
        for name, value in truth.items():
            inside[name] += abs(answer.parameters[name] - value) < 1.96 * answer.robust_standard_errors[name]
        said += bool(told(answer))
    for count in inside.values():
        assert 0.925 < count / tables < 0.975
    assert said == (0 if coefficient == 0.0 else tables)


@pytest.mark.statistics
@pytest.mark.slow
def test_intervals_of_sorted_rows_cover() -> None:
    rng, tables = np.random.default_rng(6), 600
    inside = {"mean": 0, "precision": 0}
    for _ in range(tables):
        answer = symcat.solve(np.sort(rng.laplace(size=2000)), classes=["gaussian.full"])
        for name, value in {"mean": 0.0, "precision": 0.5}.items():
            inside[name] += abs(answer.parameters[name] - value) < 1.96 * answer.robust_standard_errors[name]
    for count in inside.values():
        assert 0.925 < count / tables < 0.975


def test_what_the_errors_are_of_is_printed(rng: np.random.Generator) -> None:
    x = rng.standard_normal(500)
    assert "robust, blocks" in str(symcat.solve(x, classes=["gaussian.full"], errors="blocks"))
    assert "robust," not in str(symcat.solve(x, classes=["gaussian.full"]))


def test_weighted_rows(rng: np.random.Generator) -> None:
    """Each row moves a mean as much as it weighs: the squared error is the sum of w^2 (x - mean)^2 by (sum of w)^2."""
    x, w = rng.normal(size=3000), rng.lognormal(size=3000)
    answer = symcat.solve({"x": x, "w": w}, weights="w", classes=["gaussian.full"])
    mean = (w @ x) / w.sum()
    assert answer.parameters["mean"] == pytest.approx(mean, rel=1e-12)
    expected = np.sqrt(np.square(w * (x - mean)).sum()) / w.sum()
    assert answer.robust_standard_errors["mean"] == pytest.approx(expected, rel=1e-9)
    even = symcat.solve({"x": x, "w": np.full(3000, 3.0)}, weights="w", classes=["gaussian.full"])
    assert even.robust_standard_errors["mean"] == pytest.approx(x.std() / np.sqrt(3000), rel=1e-9)
    with pytest.raises(symcat.InvalidData, match="errors='cluster' cannot be used with weights="):
        symcat.solve({"x": x, "w": w, "c": np.arange(3000) // 10}, weights="w", errors="cluster", cluster="c")


def test_rows_that_occurred_several_times(rng: np.random.Generator) -> None:
    x, n = rng.normal(size=500), rng.integers(0, 6, size=500)
    counted = symcat.solve({"x": x, "n": n}, counts="n", classes=["gaussian.full"])
    repeated = symcat.solve(np.repeat(x, n), classes=["gaussian.full"])
    for name, error in repeated.robust_standard_errors.items():
        assert counted.robust_standard_errors[name] == pytest.approx(error, rel=1e-9)


def test_weighted_rows_have_the_leverage_of_their_weight(rng: np.random.Generator) -> None:
    """HC3 is nearly the jackknife that leaves out one row at a time, HC1 hardly more than HC0 for many rows."""
    n = 60
    x, w = rng.normal(size=n), rng.exponential(size=n)
    y = 1.0 + 2.0 * x + rng.normal(size=n)
    design = np.column_stack([np.ones(n), x])

    def fitted(keep: Floats) -> Floats:
        return np.linalg.solve((design[keep].T * w[keep]) @ design[keep], (design[keep].T * w[keep]) @ y[keep])

    inverse = np.linalg.inv((design.T * w) @ design)
    score = design * (w * (y - design @ fitted(np.ones(n, dtype=bool))))[:, None]
    left = 1.0 - w * np.einsum("mi,ij,mj->m", design, inverse, design)
    table = {"x": x, "y": y, "w": w}
    for kind, factor in (("HC0", 1.0), ("HC1", np.sqrt(n / (n - 2))), ("HC2", left**-0.5), ("HC3", 1.0 / left)):
        found = symcat.solve(table, target="y", weights="w", errors=kind).robust_standard_errors
        moved = inverse @ (score * np.reshape(factor, (-1, 1))).T
        expected = np.sqrt((moved**2).sum(axis=1))
        assert found["intercept"] == pytest.approx(expected[0], rel=1e-9), kind
        assert np.ravel(found["coefficients"])[0] == pytest.approx(expected[1], rel=1e-9), kind


def test_counted_rows_have_no_order() -> None:
    table = {"a": [0, 1, 0, 1], "b": [0, 0, 1, 1], "n": [1000, 700, 700, 1500]}
    answer = symcat.solve(table, counts="n", classes=["ising.pairwise"])
    assert not told(answer)


def test_a_prior_is_no_order_of_the_rows() -> None:
    """What all rows move against a prior is the same in every block: no dependence; sorted rows are still found."""
    rng = np.random.default_rng(0)
    a = rng.choice(list("abc"), 400)
    nested = pd.DataFrame({"a": a, "b": np.where(a == "a", "c", rng.choice(list("abc"), 400))})
    assert not told(symcat.solve(nested, classes=["potts.pairwise"]))
    assert told(symcat.solve(nested.sort_values(["b", "a"]), classes=["potts.pairwise"]))


@pytest.mark.parametrize("option", [{"errors": "blocks"}, {"errors": "cluster", "cluster": "g"}])
def test_errors_that_nobody_knows_are_refused(option: dict[str, str]) -> None:
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"y": rng.choice(list("abc"), 300), "x": rng.normal(size=300), "g": rng.integers(9, size=300)})
    with pytest.raises(symcat.InvalidData, match=r"cannot be had of discriminant\.linear, as it is not known how far"):
        symcat.solve(data, target="y", classes=["discriminant.linear"], **option)
