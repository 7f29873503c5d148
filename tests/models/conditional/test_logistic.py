"""Logistic regression: the maximum of the conditional likelihood, the joint model beside it, bad input."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.data.ingest import open_table
from symcat.data.moments import Floats
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Options
from symcat.models.conditional.logistic import LogisticRegression
from symcat.models.conditional.maximum_likelihood import LABEL, Logistic
from tests.classes import model
from tests.models.encoded import mixed_schema


def solved(data: Any, target: str, rows: bool = True, **options: Any) -> symcat.Solution:
    if rows:
        return symcat.solve(data, target=target, **options)
    source = open_table(data)
    collected = symcat.Statistics(schema=source.schema, needs=Needs(states=True)).update(source)
    return symcat.solve(collected, target=target, **options)


PAIRWISE, GAUSSIAN = ["ising.pairwise"], ["mixed.conditional_gaussian"]


def joined(values: Any) -> Floats:
    return np.append(values["intercept"], values["coefficients"])


def maximum_likelihood(predictors: Floats, up: Floats) -> tuple[Floats, Floats]:
    """The peer: textbook Newton on the rows (McCullagh & Nelder 1989, section 4.4)."""
    design = np.column_stack([np.ones(len(up)), predictors])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        information = design.T @ (design * (p * (1.0 - p))[:, None])
        step = np.linalg.solve(information, design.T @ (up - p))
        beta += step
        if np.abs(step).max() < 1e-12 * (1.0 + np.abs(beta).max()):
            break
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def couplings(rng: np.random.Generator, d: int, strength: float = 0.35) -> dict[str, Floats]:
    j = np.triu(strength * rng.standard_normal((d, d)), 1)
    return {"h": 0.3 * rng.standard_normal(d), "J": j + j.T}


def binary_frame(rng: np.random.Generator, n: int, d: int) -> tuple[pd.DataFrame, Floats]:
    """0/1 columns from a pairwise model, and the true coefficients of the first given the others."""
    truth = couplings(rng, d)
    spins = model("ising.pairwise", d).sample(truth, n, rng)
    slopes = 4.0 * truth["J"][0, 1:]
    frame = pd.DataFrame((spins > 0).astype(int), columns=[f"q{j}" for j in range(d)])
    return frame, np.append(2.0 * truth["h"][0] - 0.5 * slopes.sum(), slopes)


def mixed_frame(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, Floats]:
    """Spins s, t and real columns x, y, and the true coefficients of s given (x, t, y)."""
    joint = model("mixed.conditional_gaussian", mixed_schema((0, 2), 4))
    truth = {
        "h": np.array([0.2, -0.1]),
        "J": np.array([[0.0, 0.3], [0.3, 0.0]]),
        "mean": np.array([3.0, -100.0]),
        "precision": np.array([[1.0, 0.05], [0.05, 0.02]]),
        "coupling": np.array([[0.5, -0.06], [0.1, 0.03]]),
    }
    rows = joint.sample(truth, n, rng)
    frame = pd.DataFrame(
        {"s": rows[:, 0] > 0, "x": rows[:, 1], "t": np.where(rows[:, 2] > 0, "yes", "no"), "y": rows[:, 3]}
    )
    b = 2.0 * truth["coupling"][0]
    intercept = 2.0 * truth["h"][0] - b @ truth["mean"] - 2.0 * 0.3
    return frame, np.array([intercept, b[0], 4.0 * 0.3, b[1]])


def predictors(frame: pd.DataFrame, target: str) -> tuple[Floats, Floats]:
    coded = frame.assign(**{c: (frame[c] == "yes") for c in frame if frame[c].dtype.kind not in "biuf"})
    return coded.drop(columns=target).to_numpy(float), frame[target].to_numpy(float)


@pytest.mark.parametrize("kind", ["binary", "mixed"])
def test_the_joint_model_agrees_with_maximum_likelihood_and_is_at_least_as_precise(
    kind: str, rng: np.random.Generator
) -> None:
    frame, truth = binary_frame(rng, 20_000, 6) if kind == "binary" else mixed_frame(rng, 20_000)
    target = frame.columns[0]
    answer = solved(frame, target, classes=PAIRWISE if kind == "binary" else GAUSSIAN)
    beta, errors = maximum_likelihood(*predictors(frame, target))
    found, said = joined(answer.parameters), joined(answer.standard_errors)
    assert (np.abs(found - truth) / said).max() < 4.0
    assert (np.abs(found - beta) / errors).max() < 1.0
    assert (said < 1.01 * errors).all()  # up to the sampling error of the errors themselves
    assert said.sum() < errors.sum()
    np.testing.assert_allclose(joined(answer.robust_standard_errors) / said, 1.0, atol=0.3)
    assert all(check.passed for check in answer.checks)


def test_two_predictors_are_the_same_maximum(rng: np.random.Generator) -> None:
    frame, _ = binary_frame(rng, 3000, 3)
    answer = solved(frame, "q0", classes=PAIRWISE)
    beta, errors = maximum_likelihood(*predictors(frame, "q0"))
    np.testing.assert_allclose(joined(answer.parameters), beta, rtol=1e-8)
    np.testing.assert_allclose(joined(answer.standard_errors), errors, rtol=1e-8)
    assert "also that of the logistic one" in answer.checks[0].detail


def test_a_single_real_predictor_is_the_linear_discriminant(rng: np.random.Generator) -> None:
    up = rng.random(500) < 0.3
    x = 50.0 + 2.0 * rng.standard_normal(500) + 1.5 * up
    answer = solved({"x": x, "up": up}, "up", classes=GAUSSIAN)
    means = x[up].mean(), x[~up].mean()
    variance = (((x[up] - means[0]) ** 2).sum() + ((x[~up] - means[1]) ** 2).sum()) / 500
    slope = (means[0] - means[1]) / variance
    intercept = np.log(up.mean() / (1 - up.mean())) - slope * (means[0] + means[1]) / 2
    np.testing.assert_allclose(joined(answer.parameters), [intercept, slope], rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"classes": GAUSSIAN}])
@pytest.mark.statistics
def test_the_errors_are_the_spread_of_repeated_answers(options: Any, rng: np.random.Generator) -> None:
    found, said = [], []
    for _ in range(300):
        frame, truth = mixed_frame(rng, 800)
        answer = solved(frame, "s", **options)
        found.append(joined(answer.parameters))
        said.append(joined(answer.standard_errors))
    spread = np.std(found, axis=0)
    np.testing.assert_allclose(np.sqrt(np.mean(np.square(said), axis=0)) / spread, 1.0, atol=0.17)
    covered = np.abs(np.array(found) - truth) < 1.96 * np.array(said)
    assert (np.abs(covered.mean(axis=0) - 0.95) < 0.045).all()


@pytest.mark.slow
@pytest.mark.parametrize("tables", [80, pytest.param(300, marks=pytest.mark.statistics)])
def test_the_test_of_the_joint_model_rarely_rejects_it(tables: int, rng: np.random.Generator) -> None:
    p_values = []
    for _ in range(tables):
        frame, _ = binary_frame(rng, 1000, 6)
        check = solved(frame, "q0", classes=PAIRWISE).checks[0]
        assert check.name == "joint model"
        p_values.append(check.p_value)
    for level in (0.01, 0.05, 0.2):
        assert np.mean(np.array(p_values) < level) < level + 3.0 * np.sqrt(level / tables)
    assert np.mean(np.array(p_values) < 0.5) > 0.2


def test_units_and_codings_of_the_predictors(rng: np.random.Generator) -> None:
    frame, _ = mixed_frame(rng, 4000)
    one = solved(frame, "s")
    other = solved(
        frame.assign(s=np.where(frame.s, 7.0, -2.0), x=frame.x * 1000.0 + 1e6, t=np.where(frame.t == "yes", 5, 3)), "s"
    )
    beta, moved = one.parameters["coefficients"], other.parameters["coefficients"]
    np.testing.assert_allclose(moved, [beta[0] / 1000.0, beta[1] / 2.0, beta[2]], rtol=1e-8)
    assert one.levels == {"s": (False, True), "t": ("no", "yes")}
    rows = frame[["x", "t", "y"]].to_numpy()[:50]
    p = one.predict(rows)
    by_hand = (
        one.parameters["intercept"] + rows[:, [0, 2]].astype(float) @ beta[[0, 2]] + beta[1] * (rows[:, 1] == "yes")
    )
    np.testing.assert_allclose(p, 1.0 / (1.0 + np.exp(-by_hand)), rtol=1e-9)
    changed = [[x * 1000.0 + 1e6, 5 if t == "yes" else 3, y] for x, t, y in rows]
    np.testing.assert_allclose(other.predict(changed), p, rtol=1e-6)


def test_predicted_shares_are_those_observed(rng: np.random.Generator) -> None:
    frame, _ = mixed_frame(rng, 30_000)
    answer = solved(frame[:20_000], "s")
    fresh = frame[20_000:]
    p = answer.predict(fresh[["x", "t", "y"]].to_numpy())
    for low in np.arange(0.0, 1.0, 0.1):
        chosen = (p >= low) & (p < low + 0.1)
        error = np.sqrt((p * (1.0 - p))[chosen].sum())
        assert abs(fresh.s[chosen].sum() - p[chosen].sum()) < 4.0 * error + 1.0


def test_likelihood_and_bic_are_those_of_the_conditional_model(rng: np.random.Generator) -> None:
    frame, _ = mixed_frame(rng, 2000)
    answer = solved(frame, "s")
    p = answer.predict(frame[["x", "t", "y"]].to_numpy())
    expected = np.log(np.where(frame.s, p, 1.0 - p)).sum()
    assert answer.log_likelihood == pytest.approx(expected, rel=1e-10)
    assert answer.bic == pytest.approx(4.0 * np.log(2000) - 2.0 * expected, rel=1e-10)
    assert answer.log_density(frame.to_numpy()).sum() == pytest.approx(expected, rel=1e-9)


def skewed(rng: np.random.Generator, n: int) -> pd.DataFrame:
    x = np.exp(rng.standard_normal(n))
    t = rng.random(n) < 0.4
    up = rng.random(n) < 1.0 / (1.0 + np.exp(1.0 - 0.8 * x + 0.5 * t))
    return pd.DataFrame({"x": x, "t": t, "up": up})


def triples(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Predictors with a three-column interaction, which the pairwise model lacks and a logistic regression allows."""
    a, b = rng.random((2, n)) < 0.5
    c = np.where(rng.random(n) < 0.1, rng.random(n) < 0.5, a ^ b)
    log_odds = -2.0 + 2.0 * a + 2.0 * b + 2.0 * c
    return pd.DataFrame({"a": a, "b": b, "c": c.astype(bool), "up": rng.random(n) < 1.0 / (1.0 + np.exp(-log_odds))})


def of_both_kinds(rng: np.random.Generator, n: int) -> pd.DataFrame:
    return mixed_frame(rng, n)[0].rename(columns={"s": "up"})


def of_two_values(rng: np.random.Generator, n: int) -> pd.DataFrame:
    return binary_frame(rng, n, 6)[0].rename(columns={"q0": "up"})


@pytest.mark.parametrize("data", [skewed, triples, of_both_kinds, of_two_values])
def test_the_answer_is_the_maximum_of_the_conditional_likelihood(data: Any, rng: np.random.Generator) -> None:
    """Whether the joint model holds or not; what it says is evidence."""
    frame = data(rng, 5000)
    answer = solved(frame, "up")
    assert (answer.label, answer.source) == (LABEL, "exact")
    assert [found.verdict for found in answer.evidence] == ["taken", "declined"]
    joint = answer.evidence[1]
    assert ("joint model" if data in (skewed, triples) else "read from averages") in joint.reason
    assert joint.log_likelihood <= answer.log_likelihood
    np.testing.assert_array_equal(
        joint.parameters["coefficients"], solved(frame, "up", classes=[joint.label]).parameters["coefficients"]
    )
    beta, errors = maximum_likelihood(*predictors(frame, "up"))
    np.testing.assert_allclose(joined(answer.parameters), beta, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(joined(answer.standard_errors), errors, rtol=1e-8)
    np.testing.assert_allclose(joined(answer.robust_standard_errors) / errors, 1.0, atol=0.25)
    assert all(check.passed for check in answer.checks)


def test_more_spins_than_can_be_enumerated_are_maximum_likelihood(rng: np.random.Generator) -> None:
    rows = rng.random((3000, 25)) < 0.4
    rows[:, 0] ^= rows[:, 1] & (rng.random(3000) < 0.5)
    frame = pd.DataFrame(rows, columns=[f"q{j}" for j in range(25)])
    answer = solved(frame, "q0")
    assert answer.label == LABEL
    assert "more than the 22" in answer.evidence[1].reason
    np.testing.assert_allclose(joined(answer.parameters), maximum_likelihood(*predictors(frame, "q0"))[0], rtol=1e-6)


def test_counted_states_are_as_good_as_rows(rng: np.random.Generator) -> None:
    frame = triples(rng, 5000)
    with_rows, without = solved(frame, "up"), solved(frame, "up", rows=False)
    np.testing.assert_allclose(joined(with_rows.parameters), joined(without.parameters), rtol=1e-9)


def test_where_only_averages_are_known_the_joint_model_serves(rng: np.random.Generator) -> None:
    """Unless it does not hold, which the sample says."""
    assert solved(mixed_frame(rng, 20_000)[0], "s", rows=False).label == GAUSSIAN[0]
    with pytest.raises(symcat.InvalidData, match="pass the data itself"):
        solved(skewed(rng, 20_000), "up", rows=False)
    small = solved(skewed(rng, 4000), "up", rows=False)  # all rows are in the sample
    assert small.label == LABEL


# Spector & Mazzeo 1980, in Greene, Econometric Analysis, table 17.1: GPA, TUCE, PSI, GRADE.
SPECTOR = [
    *[(2.66, 20, 0, 0), (2.89, 22, 0, 0), (3.28, 24, 0, 0), (2.92, 12, 0, 0), (4.00, 21, 0, 1), (2.86, 17, 0, 0)],
    *[(2.76, 17, 0, 0), (2.87, 21, 0, 0), (3.03, 25, 0, 0), (3.92, 29, 0, 1), (2.63, 20, 0, 0), (3.32, 23, 0, 0)],
    *[(3.57, 23, 0, 0), (3.26, 25, 0, 1), (3.53, 26, 0, 0), (2.74, 19, 0, 0), (2.75, 25, 0, 0), (2.83, 19, 0, 0)],
    *[(3.12, 23, 1, 0), (3.16, 25, 1, 1), (2.06, 22, 1, 0), (3.62, 28, 1, 1), (2.89, 14, 1, 0), (3.51, 26, 1, 0)],
    *[(3.54, 24, 1, 1), (2.83, 27, 1, 1), (3.39, 17, 1, 1), (2.67, 24, 1, 0), (3.65, 21, 1, 1), (4.00, 23, 1, 1)],
    *[(3.10, 21, 1, 0), (2.39, 19, 1, 1)],
]


def test_a_skewed_predictor_is_not_read_from_the_joint_law() -> None:
    """Owners among holders of credit cards (Greene 1992): the joint law of income and its square says +0.68."""
    table = pytest.importorskip("statsmodels.datasets").ccard.load_pandas().data
    found = symcat.solve(table, target="OWNRENT")
    assert found.regression is not None
    place = found.regression.predictors.index("INCOME")
    assert found.parameters["coefficients"][place] == pytest.approx(-0.4844, abs=5e-5)


def test_spector_meets_the_published_values() -> None:
    frame = pd.DataFrame(SPECTOR, columns=["GPA", "TUCE", "PSI", "GRADE"])
    answer = solved(frame, "GRADE")
    np.testing.assert_allclose(joined(answer.parameters), [-13.0213, 2.8261, 0.0952, 2.3787], atol=5e-5)
    np.testing.assert_allclose(joined(answer.standard_errors), [4.931, 1.263, 0.142, 1.065], atol=6e-4)
    assert answer.log_likelihood == pytest.approx(-12.8896, abs=5e-5)
    assert all(check.passed for check in answer.checks)


@pytest.mark.parametrize("prior", ["weak", None])
def test_predictors_that_never_occur_together_need_no_prior(prior: Any) -> None:
    """Three groups, 10, 15 and 20 of 30: that two indicators are never both 1 makes no coefficient infinite."""
    group = np.repeat([0, 1, 2], 30)
    up = np.concatenate([np.arange(30) < k for k in (10, 15, 20)])
    order = np.random.default_rng(0).permutation(90)
    group, up = group[order], up[order]
    answer = solved({"b": group == 1, "c": group == 2, "up": up}, "up", prior=prior)
    np.testing.assert_allclose(joined(answer.parameters), np.log([0.5, 2.0, 4.0]), rtol=1e-12)
    assert all(check.passed for check in answer.checks)
    assert not any(check.name == "finite maximum" for check in answer.checks)
    with pytest.raises(
        symcat.InvalidData, match=r"'a', 'b', 'c' are linearly dependent, the intercept included: leave"
    ):
        solved({"a": group == 0, "b": group == 1, "c": group == 2, "up": up}, "up")


def separable(rng: np.random.Generator, n: int = 400) -> pd.DataFrame:
    x = np.round(rng.exponential(1.0, n), 2)
    return pd.DataFrame({"x": x, "z": rng.standard_normal(n), "up": x > 0.7})


def test_separable_data_get_a_stated_prior_or_are_refused(rng: np.random.Generator) -> None:
    frame = separable(rng)
    answer = solved(frame, "up")
    said = next(c for c in answer.checks if c.name == "finite maximum")
    assert not said.passed
    assert "'x'" in said.detail
    assert "separates" in said.detail
    assert "1 row" in said.detail
    assert "what only the prior holds" in said.detail
    assert np.isfinite(joined(answer.parameters)).all()
    with pytest.raises(symcat.InvalidData, match=r"^'x' separates .* in all rows.*prior='weak'"):
        solved(frame, "up", prior=None)
    heavier = solved(frame, "up", prior=20.0)
    assert abs(heavier.parameters["coefficients"][0]) < abs(answer.parameters["coefficients"][0])


def test_a_pair_of_values_that_never_occurs_needs_the_prior(rng: np.random.Generator) -> None:
    a, b = rng.random((2, 600)) < 0.5
    up = a & (rng.random(600) < 0.6)  # never without a
    frame = pd.DataFrame({"a": a, "b": b, "up": up})
    answer = solved(frame, "up")
    said = next(c for c in answer.checks if c.name == "finite maximum")
    assert not said.passed
    assert re.search(r"^'a' separates the two values of the target in \d+ of 600 rows", said.detail)
    assert np.isfinite(joined(answer.parameters)).all()
    with pytest.raises(symcat.InvalidData, match="separates"):
        solved(frame, "up", prior=None)


def test_what_it_refuses(rng: np.random.Generator) -> None:
    frame, _ = mixed_frame(rng, 200)
    for change, message in (
        ({}, "'nope'"),
        ({"x": 1.0}, "'x' is constant"),
        ({"y": frame.x * 2.0}, r"'x', 'y' are linearly dependent"),
    ):
        with pytest.raises(symcat.InvalidData, match=message):
            solved(frame.assign(**change), "nope" if not change else "s", columns=list(frame))
    with pytest.raises(symcat.InvalidData, match="at least two columns"):
        solved(frame[["s"]], "s")
    with pytest.raises(symcat.InvalidData, match="at least 5 rows"):
        solved(frame[:4], "s")


def test_penguins(examples: Path) -> None:
    """Sex from four measurements; rows with missing values are left out and counted."""
    columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"]
    frame = pd.read_csv(examples / "penguins.csv")[columns]
    answer = solved(frame, "sex")
    assert (answer.n_rows, answer.n_missing) == (333, 11)
    assert answer.levels == {"sex": ("female", "male")}
    known = frame.dropna()
    up = (known.sex == "male").to_numpy(float)
    beta, errors = maximum_likelihood(known[columns[:-1]].to_numpy(float) - known[columns[:-1]].mean().to_numpy(), up)
    np.testing.assert_allclose(answer.parameters["coefficients"], beta[1:], rtol=1e-8)
    np.testing.assert_allclose(answer.standard_errors["coefficients"], errors[1:], rtol=1e-8)
    right = (answer.predict(known[columns[:-1]].to_numpy()) > 0.5) == (up > 0.5)
    assert right.mean() > 0.85


# --- what holds however the coefficients were found ------------------------------------------------------------------


def test_density_and_prediction_are_of_the_users_own_values() -> None:
    schema = Schema(("x", "t", "up"), (None, (3, 7), (False, True)))
    regression = Logistic(schema, 2, Options())
    values = {"intercept": -1.0, "coefficients": np.array([2.0, 0.5])}
    rows = np.array([[0.3, 1.0, 1.0], [-0.2, -1.0, -1.0]])
    up = 1.0 / (1.0 + np.exp(-np.array([-1.0 + 0.6 + 3.5, -1.0 - 0.4 + 1.5])))
    np.testing.assert_allclose(regression.predict(values, rows[:, :2]), up, rtol=1e-12)
    np.testing.assert_allclose(regression.log_density(values, 0.0, rows), np.log([up[0], 1.0 - up[1]]), rtol=1e-12)


def test_formula_entries_and_what_it_is_not() -> None:
    regression: LogisticRegression = Logistic(Schema.two_valued("abc"), 1, Options())
    values = {"intercept": 0.0, "coefficients": np.zeros(2)}
    assert all(name in regression.formula(values) for name in values)
    assert list(regression.entries("coefficients", values)) == [((0,), (0,)), ((1,), (2,))]
    with pytest.raises(SymcatError, match="cannot be sampled"):
        regression.sample(values, 1, np.random.default_rng(0))
    with pytest.raises(SymcatError, match="no density of its predictors"):
        regression.free_energy(values, 0.0, "abc")


def test_a_certain_answer_has_a_finite_log_probability() -> None:
    """Log-odds of 1000: the probability of the other value is below the smallest double, its logarithm is not."""
    answer = symcat.lookup("ising.pairwise", m=[0.2, 0.1], q=[[1.0, 0.5], [0.5, 1.0]], n=100, target=0)
    far = answer.model_copy(update={"parameters": {"intercept": 0.0, "coefficients": np.array([1000.0])}})
    np.testing.assert_allclose(far.log_density([[1, 1], [-1, 1], [-1, -1]]), [0.0, -1000.0, 0.0], atol=1e-12)


@pytest.mark.parametrize("prior", ["weak", None])
def test_tables_that_are_known_to_be_separated(prior: Any, rng: np.random.Generator) -> None:
    """Classes well apart, one column or thirty: named, with the stated prior or refused."""
    x = np.arange(10)
    one = pd.DataFrame({"x": x, "up": x > 4})
    wide = rng.standard_normal((120, 30))
    many = pd.DataFrame(wide, columns=[f"c{j}" for j in range(30)]).assign(up=wide.sum(axis=1) > 0.0)
    far = pd.DataFrame({"x": np.r_[rng.normal(1.46, 0.17, 50), rng.normal(4.26, 0.47, 50)], "up": np.arange(100) > 49})
    for frame in (one, many, far):
        if prior is None:
            with pytest.raises(symcat.InvalidData, match=r"separates the two values .* the likelihood is infinite"):
                solved(frame, "up", prior=None)
            continue
        answer = solved(frame, "up")
        (said,) = (check for check in answer.checks if check.name == "finite maximum")
        assert not said.passed
        assert "in all rows" in said.detail
        assert "1 row was added" in said.detail
        assert np.isfinite(joined(answer.parameters)).all()
        assert np.isfinite(joined(answer.standard_errors)).all()
        assert np.isfinite(joined(answer.robust_standard_errors)).all()
