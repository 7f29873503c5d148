"""Columns with a class each, joined by a Gaussian of their normal scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import symcat
from symcat.errors import NoEntry
from symcat.models.scores.names import joined, within

FULL, DIAGONAL = "scores(gaussian.full)", "scores(gaussian.diagonal)"
R = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, -0.2], [0.3, -0.2, 1.0]])


def table(n: int = 1000, seed: int = 0) -> dict[str, np.ndarray]:
    """A gamma, a Gaussian and a lognormal column whose scores correlate by R."""
    z = np.random.default_rng(seed).normal(size=(n, 3)) @ np.linalg.cholesky(R).T
    return {"wait": stats.gamma(2.0).ppf(stats.norm.cdf(z[:, 0])), "size": 7.0 + 3.0 * z[:, 1], "pay": np.exp(z[:, 2])}


@pytest.fixture(scope="module")
def answer() -> symcat.Solution:
    return symcat.solve(table(), classes=[FULL])


def rows_of(data: dict[str, np.ndarray]) -> np.ndarray:
    return np.stack(list(data.values()), axis=1)


def test_each_column_has_the_class_it_would_have_alone(answer: symcat.Solution) -> None:
    alone = [symcat.solve(values) for values in table().values()]
    assert [part.label for part in answer.parts] == [one.label for one in alone]
    assert [part.label for part in answer.parts] == ["gamma.scalar", "gaussian.full", "log(gaussian.full)"]
    for part, one in zip(answer.parts, alone, strict=True):
        for name, value in one.parameters.items():
            assert answer.parameters[f"{part.columns[0]}.{name}"] == pytest.approx(value, rel=1e-9)
            assert part.robust_standard_errors[name] == pytest.approx(one.robust_standard_errors[name], rel=1e-9)
    independent = sum(one.log_likelihood for one in alone)
    assert answer.log_likelihood > independent
    assert answer.n_parameters == sum(one.n_parameters for one in alone) + 3


def test_the_correlations_are_those_of_the_scores(answer: symcat.Solution) -> None:
    error = answer.standard_errors["correlation"]
    apart = np.abs(answer.parameters["correlation"] - R)
    assert (apart <= 4.0 * error).all()
    assert np.diagonal(answer.parameters["correlation"]) == pytest.approx(1.0)


def test_the_log_likelihood_is_the_sum_of_log_densities(answer: symcat.Solution) -> None:
    assert answer.log_density(table()).sum() == pytest.approx(answer.log_likelihood, rel=1e-10)


def test_it_describes_such_columns_and_is_chosen_without_being_named() -> None:
    found = symcat.solve(table())
    assert (found.label, found.verdict) == (FULL, "fits")
    said = {one.label: one.reason for one in found.evidence}
    assert said["hidden.gaussian"].startswith("its BIC is")  # checks of pairs of columns do not see clusters


def test_rows_of_the_answer_have_its_ranks(answer: symcat.Solution) -> None:
    drawn = answer.sample(20_000, seed=1)
    said = answer.moments()
    spearman = stats.spearmanr(drawn).statistic
    assert said["spearman"] == pytest.approx(spearman, abs=0.03)
    kendall = stats.kendalltau(drawn[:4000, 0], drawn[:4000, 1]).statistic
    assert said["kendall"][0, 1] == pytest.approx(kendall, abs=0.03)
    assert answer.entropy() == pytest.approx(-answer.log_density(drawn).mean(), abs=0.05)


def test_on_gaussian_columns_it_is_the_gaussian() -> None:
    rows = np.random.default_rng(3).normal(size=(400, 3)) @ np.linalg.cholesky(R).T * [1.0, 5.0, 0.2] + [0.0, 9.0, 1.0]
    gaussian, scores = (symcat.solve(rows, classes=[label]) for label in ("gaussian.full", FULL))
    assert [part.label for part in scores.parts] == ["gaussian.full"] * 3
    assert scores.log_likelihood == pytest.approx(gaussian.log_likelihood, rel=1e-10)
    assert scores.n_parameters == gaussian.n_parameters
    assert scores.parameters["correlation"] == pytest.approx(np.corrcoef(rows.T), abs=1e-8)
    assert symcat.solve(rows, classes=["gaussian.full", FULL]).label == "gaussian.full"


def test_what_the_gaussian_describes_is_not_searched() -> None:
    found = symcat.solve(np.random.default_rng(3).normal(size=(400, 2)))
    said = {one.label: one.reason for one in found.evidence}
    assert said[FULL] == f"not searched for: {found.label} describes the data"
    assert said["hidden.gaussian"].startswith("fits, but its BIC is")  # of few rows, of which checks tell little
    of_many = symcat.solve(np.random.default_rng(3).normal(size=(800, 2)))
    said = {one.label: one.reason for one in of_many.evidence}
    assert said["hidden.gaussian"] == f"not searched for: {of_many.label} describes the data"


def test_units_and_the_order_of_the_columns_do_not_matter(answer: symcat.Solution) -> None:
    data = table()
    other = {"pay": 3.0 * data["pay"], "size": 2.0 - 0.5 * data["size"], "wait": 0.1 * data["wait"]}
    found = symcat.solve(other, classes=[FULL])
    sign = np.array([1.0, -1.0, 1.0])
    expected = answer.parameters["correlation"][::-1, ::-1] * np.outer(sign, sign)
    assert found.parameters["correlation"] == pytest.approx(expected, abs=1e-6)
    assert found.log_likelihood == pytest.approx(answer.log_likelihood - 1000.0 * np.log(3.0 * 0.5 * 0.1), abs=1e-3)


def test_counted_rows_are_repeated_rows() -> None:
    data = table(200)
    times = np.random.default_rng(0).integers(1, 4, size=200)
    counted = symcat.solve({**data, "n": times}, counts="n", classes=[FULL])
    repeated = symcat.solve({name: np.repeat(values, times) for name, values in data.items()}, classes=[FULL])
    assert counted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)
    assert counted.parameters["correlation"] == pytest.approx(repeated.parameters["correlation"], abs=1e-8)
    robust = [one.robust_standard_errors["correlation"] for one in (counted, repeated)]
    assert robust[0] == pytest.approx(robust[1], rel=1e-6)


def test_weights_are_taken() -> None:
    data = table(300)
    even, single = (
        symcat.solve({**data, "w": np.full(300, weight)}, weights="w", classes=[FULL]) for weight in (1.0, 0.25)
    )
    plain = symcat.solve(data, classes=[FULL])
    for found in (even, single):
        assert found.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)
        assert found.parameters["correlation"] == pytest.approx(plain.parameters["correlation"], abs=1e-8)


def test_a_symmetry_of_the_scores() -> None:
    rng = np.random.default_rng(5)
    alike = np.exp(rng.normal(size=(600, 4)) + rng.normal(size=(600, 1)))
    found = symcat.solve(alike)
    assert found.label == "scores(gaussian.exchangeable)"
    above = {one.label: one for one in found.evidence}
    assert above[FULL].log_likelihood >= above["scores(gaussian.cyclic)"].log_likelihood >= found.log_likelihood
    assert above[DIAGONAL].log_likelihood < found.log_likelihood
    correlation = found.parameters["correlation"]
    assert np.ptp(correlation[np.triu_indices(4, 1)]) == 0.0


def test_dependence_that_correlations_do_not_show_is_a_misfit() -> None:
    rng = np.random.default_rng(1)
    steep = rng.random(1000) < 0.5
    rays = rng.normal(size=(1000, 2)) * np.where(steep[:, None], [3.0, 0.1], [0.1, 3.0])
    t = rng.normal(size=1000)
    curve = np.stack([t, t * t + 0.3 * rng.normal(size=1000)], axis=1)
    for rows, words in ((rays, "spreads that go together"), (curve, "a curve")):
        found = symcat.solve(rows, classes=[FULL])
        assert found.verdict == "misfit"
        assert words in {check.name: check for check in found.checks}["jointly normal scores"].detail


def test_groups_are_fitted_by_name() -> None:
    frame = {name: np.tile(values, 2) for name, values in table(150).items()}
    frame["group"] = np.repeat([0, 1], 150)
    found = symcat.solve(pd.DataFrame(frame), by="group", classes=[FULL])
    assert len(found) == 2
    assert "correlation_wait_size" in found


def test_averages_alone_do_not_tell_the_scores() -> None:
    statistics = symcat.Statistics(sample_size=100).update(table())
    with pytest.raises(symcat.InvalidData, match="pass the data itself"):
        symcat.solve(statistics, classes=[FULL])


def test_columns_that_follow_from_others_are_refused() -> None:
    x = np.exp(np.random.default_rng(0).normal(size=300))
    with pytest.raises((NoEntry, symcat.InvalidData)):
        symcat.solve({"x": x, "y": x**2}, classes=[FULL])


def test_labels_are_read() -> None:
    assert symcat.solve(table(100), classes=["scores( gaussian.diagonal )"]).label == DIAGONAL
    with pytest.raises(NoEntry, match=r"scores\(gaussian.full\)"):
        symcat.solve(table(100), classes=["scores(gaussian.ful)"])


def test_names_of_columns_may_hold_points() -> None:
    values = joined({"a": {"scale": 1.0}, "a.b": {"scale": 2.0, "mean": 3.0}})
    assert within("a", values) == {"scale": 1.0}
    assert within("a.b", values) == {"scale": 2.0, "mean": 3.0}


@pytest.mark.slow
@pytest.mark.statistics
def test_intervals_of_correlations_cover_with_skewed_margins() -> None:
    truth, robust, model, reps = 0.6, 0, 0, 200
    for seed in range(reps):
        z = np.random.default_rng(seed).normal(size=(1000, 2)) @ np.linalg.cholesky([[1.0, truth], [truth, 1.0]]).T
        rows = np.stack([stats.gamma(2.0).ppf(stats.norm.cdf(z[:, 0])), np.exp(0.7 * z[:, 1])], axis=1)
        found = symcat.solve(rows, classes=[FULL])
        apart = abs(found.parameters["correlation"][0, 1] - truth)
        robust += apart < 1.96 * found.robust_standard_errors["correlation"][0, 1]
        model += apart < 1.96 * found.standard_errors["correlation"][0, 1]
    # 95 % within three standard deviations of so many repetitions.
    assert 0.90 <= robust / reps <= 0.99
    assert 0.90 <= model / reps <= 0.99
