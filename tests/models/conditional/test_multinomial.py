"""``multinomial.linear``: the maximum of the multinomial logistic likelihood, against textbook Newton."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.errors import InvalidData
from symcat.models.conditional import softmax

LABEL = "multinomial.linear"


def frame(rng: np.random.Generator, n: int = 400) -> pd.DataFrame:
    """Real, two-valued and text predictors, and a target of three levels."""
    x, z = rng.normal(50.0, 2.0, n), rng.exponential(size=n)
    u, g = rng.choice(["m", "f"], n), rng.choice(["p", "q", "r"], n)
    along = np.column_stack([0.0 * x, 0.5 * (x - 50.0) - 0.3 * z + 0.4 * (u == "m"), 0.5 * z + 0.6 * (g == "q")])
    p = np.exp(along)
    p /= p.sum(axis=1, keepdims=True)
    y = np.array(["a", "b", "c"])[(rng.random(n)[:, None] > p.cumsum(axis=1)).sum(axis=1)]
    return pd.DataFrame({"x": x, "z": z, "u": u, "g": g, "y": y})


def newton(design: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """The peer: coefficients (K - 1, k), their errors and White's, and the likelihood (Agresti 2013, section 8.1)."""
    seen = y[:, None] == np.unique(y)
    k, levels = design.shape[1], seen.shape[1]
    beta = np.zeros((levels - 1) * k)
    for _ in range(40):
        along = np.column_stack([np.zeros(len(y)), design @ beta.reshape(levels - 1, k).T])
        p = np.exp(along) / np.exp(along).sum(axis=1, keepdims=True)
        rows = [(seen - p)[:, a + 1, None] * design for a in range(levels - 1)]
        score = np.concatenate(rows, axis=1)
        information = np.zeros((beta.size, beta.size))
        for a in range(levels - 1):
            for b in range(levels - 1):
                weight = p[:, a + 1] * ((a == b) - p[:, b + 1])
                information[a * k : (a + 1) * k, b * k : (b + 1) * k] = (design * weight[:, None]).T @ design
        inverse = np.linalg.inv(information)
        beta = beta + inverse @ score.sum(axis=0)
    errors, robust = np.sqrt(np.diag(inverse)), np.sqrt(np.diag(inverse @ score.T @ score @ inverse))
    shape = (levels - 1, k)
    return beta.reshape(shape), errors.reshape(shape), robust.reshape(shape), float(np.log(p[seen]).sum())


def joined(values: Any) -> np.ndarray:
    return np.column_stack([values["intercept"], values["coefficients"]])


def test_it_is_the_maximum_in_the_users_own_values(rng: np.random.Generator) -> None:
    data = frame(rng)
    answer = symcat.solve(data, target="y", classes=[LABEL])
    assert answer.columns == ("x", "z", "u", "g[q]", "g[r]", "y")
    design = np.column_stack([np.ones(len(data)), data.x, data.z, data.u == "m", data.g == "q", data.g == "r"])
    beta, errors, robust, likelihood = newton(design.astype(float), data.y.to_numpy())
    np.testing.assert_allclose(joined(answer.parameters), beta, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(joined(answer.standard_errors), errors, rtol=1e-8)
    np.testing.assert_allclose(joined(answer.robust_standard_errors), robust, rtol=1e-8)
    assert answer.log_likelihood == pytest.approx(likelihood, abs=1e-9)
    assert answer.log_density(data).sum() == pytest.approx(likelihood, abs=1e-9)
    assert answer.regression is not None
    assert answer.regression.family == "multinomial"
    found = answer.predict_proba(data)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert (answer.predict(data) == np.array(["a", "b", "c"])[found.argmax(axis=1)]).all()
    assert symcat.Solution.model_validate_json(answer.model_dump_json()) == answer
    assert "multinomial logistic regression" in str(answer).replace("\n", " ")


def test_joint_tests_are_of_all_levels(rng: np.random.Generator) -> None:
    answer = symcat.solve(frame(rng), target="y", classes=[LABEL])
    assert {name: test.degrees_of_freedom for name, test in answer.tests.items()} == {
        "x": (2,),
        "z": (2,),
        "u": (2,),
        "g": (4,),
    }
    beta = joined(answer.parameters)
    at = [2, 2 + beta.shape[1]]  # of z, level by level
    spread = answer.covariance[np.ix_(at, at)]
    expected = beta[:, 2] @ np.linalg.solve(spread, beta[:, 2])
    assert answer.tests["z"].statistic == pytest.approx(expected)
    assert answer.tests["z"].law == "chi-square"
    with pytest.raises(InvalidData, match="for each of 2 levels"):
        answer.wald({"z": 1.0})


def test_counts_weights_and_repeated_rows_agree(rng: np.random.Generator) -> None:
    data = frame(rng)[["u", "g", "y"]]
    counted = data.groupby(["u", "g", "y"], as_index=False).size()
    plain = symcat.solve(data, target="y", classes=[LABEL])
    counts = symcat.solve(counted, target="y", counts="size", classes=[LABEL])
    weights = symcat.solve(counted, target="y", weights="size", classes=[LABEL])
    for other in (counts, weights):
        np.testing.assert_allclose(joined(other.parameters), joined(plain.parameters), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(joined(counts.standard_errors), joined(plain.standard_errors), rtol=1e-9)
    assert counts.evidence[0].leave_one_out == pytest.approx(plain.evidence[0].leave_one_out)


def test_rows_left_out_one_by_one_are_near_the_formula(rng: np.random.Generator) -> None:
    data = frame(rng, 80)
    design = np.column_stack([np.ones(80), data.x - 50.0, data.z])
    seen = (data.y.to_numpy()[:, None] == ["a", "b", "c"]).astype(float)
    problem, start = softmax.Levels(design, seen), np.zeros((2, 3))
    best = softmax.newton(problem, start, 50)
    exact = 0.0
    for left in range(80):
        others = np.arange(80) != left
        without = softmax.newton(softmax.Levels(design[others], seen[others]), start, 50)
        exact += float((seen[left] * softmax.log_shares(design[[left]], without.beta)).sum())
    found = problem.left_out(best.beta, best.covariance)
    whole = problem.at(best.beta).likelihood
    assert whole - found == pytest.approx(whole - exact, rel=0.15)  # to first order of what one row in 80 moves


def test_without_an_intercept(rng: np.random.Generator) -> None:
    data = frame(rng)
    answer = symcat.solve(data[["x", "z", "y"]], target="y", classes=[LABEL], intercept=False)
    beta, errors, _, _ = newton(data[["x", "z"]].to_numpy(), data.y.to_numpy())
    np.testing.assert_allclose(answer.parameters["coefficients"], beta, rtol=1e-8)
    assert answer.standard_errors is not None
    np.testing.assert_allclose(answer.standard_errors["coefficients"], errors, rtol=1e-8)


def test_separation_is_found_and_named(rng: np.random.Generator) -> None:
    data = frame(rng, 200)
    data["x"] = np.where(data.y == "c", 10.0 + rng.random(200), rng.normal(size=200))
    answer = symcat.solve(data[["x", "z", "y"]], target="y", classes=[LABEL])
    (check,) = [check for check in answer.checks if check.name == "finite maximum"]
    assert "'x' separates 'c' from the other levels of the target in all rows" in check.detail
    assert "a prior worth 1 row was added" in check.detail
    assert np.isfinite(joined(answer.robust_standard_errors)).all()
    with pytest.raises(InvalidData, match="the maximum of the likelihood is infinite"):
        symcat.solve(data[["x", "z", "y"]], target="y", classes=[LABEL], prior=None)


@pytest.mark.parametrize("label", [LABEL, "discriminant.linear", "discriminant.quadratic"])
def test_every_group_is_solved_as_a_table_of_its_own(rng: np.random.Generator, label: str) -> None:
    data = frame(rng, 600)[["x", "z", "y"]].assign(site=np.repeat(["north", "south", "west"], 200))
    data = data[(data.site != "west") | (data.y != "c")]
    groups = symcat.solve(data, target="y", by="site", classes=[label])
    for place, site in enumerate(["north", "south"]):
        alone = symcat.solve(data[data.site == site].drop(columns="site"), target="y", classes=[label])
        assert groups["log_likelihood"][place] == pytest.approx(alone.log_likelihood)
        assert groups["verdict"][place] == alone.verdict
    assert groups["reason"][2].startswith("Level 'c' of the target 'y' occurs in ")
    long = symcat.solve(data, target="y", by="site", classes=[label], form="long")
    first = symcat.solve(data[data.site == "north"].drop(columns="site"), target="y", classes=[label])
    assert long["estimate"][: len(first.scalars())].tolist() == pytest.approx([row[2] for row in first.scalars()])


def test_what_has_no_meaning_is_refused_in_words(rng: np.random.Generator) -> None:
    data = frame(rng, 60)
    answer = symcat.solve(data, target="y", classes=[LABEL])
    with pytest.raises(InvalidData, match="has no interval"):
        answer.predict(data, interval=0.95)
    with pytest.raises(symcat.SymcatError, match="no residuals"):
        answer.residuals(data)
    with pytest.raises(symcat.SymcatError, match="no leverages"):
        answer.leverage(data)
    real = symcat.solve(data[["x", "z"]], target="z")
    with pytest.raises(symcat.SymcatError, match="is real, and has no levels"):
        real.predict_proba(data)
    data.loc[data.y == "a", "x"] = np.nan
    with (
        pytest.warns(UserWarning, match="have a missing value"),
        pytest.raises(InvalidData, match="Level 'a' of the target 'y' occurs in no complete row"),
    ):
        symcat.solve(data, target="y", classes=[LABEL])
