"""``discriminant.linear`` and ``discriminant.quadratic``: a Gaussian in each level of a categorical target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.errors import InvalidData

LINEAR, QUADRATIC = "discriminant.linear", "discriminant.quadratic"


def frame(rng: np.random.Generator, n: int, *, alike: bool, columns: int = 3) -> pd.DataFrame:
    """Three levels, Gaussian in each, of one covariance or of three."""
    kind = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    root = np.array([np.eye(columns) + 0.4 * rng.normal(size=(columns, columns)) for _ in range(3)])
    own = root[np.zeros(n, dtype=int) if alike else kind]
    shift = np.array([[0.0] * columns, [1.5] + [0.0] * (columns - 1), [0.0, 1.5] + [0.5] * (columns - 2)])
    rows = 3.0 + shift[kind] + np.einsum("mij,mj->mi", own, rng.normal(size=(n, columns)))
    data = pd.DataFrame(rows, columns=[f"x{j}" for j in range(columns)])
    return data.assign(kind=np.array(["red", "green", "blue"])[kind])


def by_bayes(data: pd.DataFrame, answer: Any, x: np.ndarray) -> np.ndarray:
    """(m, K) probabilities from averages of the levels, shrunk and sharpened as the answer says."""
    values = {name: group.drop(columns="kind").to_numpy() for name, group in data.groupby("kind")}
    found = answer.parameters
    pooled = sum(len(v) * np.cov(v.T, bias=True) for v in values.values()) / len(data)
    s, t, q = found.get("shrinkage", 1.0), found["tail"], x.shape[1]
    out = []
    for name in ("blue", "green", "red"):
        own = (1.0 - s) * np.cov(values[name].T, bias=True) + s * pooled
        away = x - values[name].mean(axis=0)
        square = np.einsum("mi,ij,mj->m", away, np.linalg.inv(own), away)
        if t:
            square = (1.0 / t + q) * np.log1p(t * square)
        out.append(np.log(len(values[name]) / len(data)) - 0.5 * square - 0.5 * np.linalg.slogdet(own)[1])
    along = found["sharpness"] * np.stack(out, axis=1)
    along = along - along.max(axis=1, keepdims=True) + found["offset"]
    return np.exp(along) / np.exp(along).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("label", [LINEAR, QUADRATIC])
def test_it_is_bayes_rule_of_gaussians(label: str, rng: np.random.Generator) -> None:
    data = frame(rng, 500, alike=False)
    answer = symcat.solve(data, target="kind", classes=[label])
    assert answer.levels == {"kind": ("blue", "green", "red")}
    x = data.drop(columns="kind").to_numpy()[:50] + 0.1
    np.testing.assert_allclose(answer.predict_proba(x), by_bayes(data, answer, x), rtol=1e-8, atol=1e-12)
    means = data.groupby("kind").mean().to_numpy()
    np.testing.assert_allclose(answer.parameters["mean"], means, rtol=1e-12)
    np.testing.assert_allclose(answer.parameters["share"], data.kind.value_counts(normalize=True).sort_index())
    assert answer.score(data) == pytest.approx(answer.log_likelihood / len(data), rel=1e-9)
    assert symcat.Solution.model_validate_json(answer.model_dump_json()) == answer
    assert "a Gaussian in each level" in str(answer).replace("\n", " ")
    assert answer.standard_errors is None


@pytest.mark.parametrize("label", [LINEAR, QUADRATIC])
def test_units_and_order_of_columns_do_not_matter(label: str, rng: np.random.Generator) -> None:
    data = frame(rng, 300, alike=False)
    plain = symcat.solve(data, target="kind", classes=[label])
    other = data[["x2", "kind", "x0", "x1"]].assign(x0=1e6 + 1000.0 * data.x0)
    moved = symcat.solve(other, target="kind", classes=[label])
    np.testing.assert_allclose(moved.predict_proba(other), plain.predict_proba(data), atol=1e-6)
    assert moved.evidence[0].leave_one_out == pytest.approx(plain.evidence[0].leave_one_out, rel=1e-6)


def test_rows_left_out_choose_the_class() -> None:
    rng = np.random.default_rng(1)
    quadratic = symcat.solve(frame(rng, 3000, alike=False), target="kind")
    assert quadratic.label == QUADRATIC
    assert quadratic.evidence[0].reason == "most likely of each row from all others"
    found = [e.leave_one_out for e in quadratic.evidence if e.leave_one_out is not None]
    assert found == sorted(found, reverse=True)
    data = frame(rng, 1500, alike=True)
    assert symcat.solve(data, target="kind").label != QUADRATIC or (
        float(symcat.solve(data, target="kind").parameters["shrinkage"]) > 0.5
    )
    skewed = data.assign(x0=np.exp(3.0 * data.x0), x1=data.x1 > 3.0, x2=np.exp(data.x2))
    assert symcat.solve(skewed, target="kind").label == "multinomial.linear"


def test_probabilities_of_new_rows_are_what_was_promised() -> None:
    rng = np.random.default_rng(2)
    every = frame(rng, 6000, alike=False)
    data, new = every[:2000], every[2000:]
    answer = symcat.solve(data, target="kind", classes=[QUADRATIC])
    promised = answer.evidence[0].leave_one_out
    assert promised is not None
    assert answer.score(new) == pytest.approx(promised / len(data), abs=0.03)
    (check,) = answer.checks
    assert check.name == "calibration"
    assert check.passed


def test_counts_are_repeated_rows(rng: np.random.Generator) -> None:
    data = frame(rng, 200, alike=False)
    times = rng.integers(1, 4, len(data))
    counted = symcat.solve(data.assign(n=times), target="kind", classes=[QUADRATIC], counts="n")
    repeated = symcat.solve(data.loc[data.index.repeat(times)], target="kind", classes=[QUADRATIC])
    np.testing.assert_allclose(counted.predict_proba(data), repeated.predict_proba(data), atol=1e-9)
    weighted = symcat.solve(data.assign(n=times), target="kind", classes=[LINEAR], weights="n")
    plain = symcat.solve(data.loc[data.index.repeat(times)], target="kind", classes=[LINEAR])
    np.testing.assert_allclose(weighted.parameters["mean"], plain.parameters["mean"], rtol=1e-9)


@pytest.mark.parametrize("rows", [45, 60])
def test_more_columns_than_a_level_has_rows(rows: int, rng: np.random.Generator) -> None:
    data = frame(rng, rows, alike=True, columns=40)
    answer = symcat.solve(data, target="kind", classes=[QUADRATIC])
    assert np.shape(answer.parameters["axes"])[1] < 40
    assert np.isfinite(answer.predict_proba(data)).all()


def test_a_target_of_whole_numbers_has_levels_where_the_class_says_so(rng: np.random.Generator) -> None:
    data = frame(rng, 200, alike=True)
    data["kind"] = data["kind"].map({"red": 3, "green": 1, "blue": 2})
    assert symcat.solve(data, target="kind", classes=[LINEAR]).levels == {"kind": (1, 2, 3)}
    assert symcat.solve(data, target="kind", kinds={"kind": "categorical"}).levels == {"kind": (1, 2, 3)}
    assert symcat.solve(data, target="kind").label == "gaussian.full"


def test_a_level_of_one_row_is_refused_in_words(rng: np.random.Generator) -> None:
    data = frame(rng, 50, alike=True)
    data.loc[0, "kind"] = "rare"
    with pytest.raises(InvalidData, match=r"Level 'rare' of the target 'kind' occurs in 1 complete rows"):
        symcat.solve(data, target="kind", classes=[QUADRATIC])


def test_rows_with_gaps_are_left_out(rng: np.random.Generator) -> None:
    data = frame(rng, 100, alike=True)
    whole = symcat.solve(data.iloc[2:], target="kind", classes=[LINEAR])
    data.loc[:1, "x1"] = np.nan
    answer = symcat.solve(data, target="kind", classes=[LINEAR])
    assert answer.n_missing == 2
    np.testing.assert_allclose(answer.parameters["mean"], whole.parameters["mean"], rtol=1e-12)
