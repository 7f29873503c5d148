"""Classes of directions: parameters from averages and back, errors, checks, and what they say of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import symcat
from symcat.errors import InvalidData, NoEntry
from symcat.models.sphere import FAMILY
from symcat.models.sphere.family import MEMBERS
from symcat.models.sphere.replay import BOUND, residuals
from tests.models.observing import (
    assert_batch_is_single,
    blocks,
    grouped_errors,
    model_of,
    moments_of,
    observed,
    row_errors,
)

A = np.array([[2.0, 0.5, 0.0], [0.5, -1.0, 0.3], [0.0, 0.3, -1.0]])
TRUTH: dict[str, dict[str, Any]] = {
    "sphere.uniform": {"d": 3},
    "sphere.von_mises_fisher": {"mean_direction": [0.6, 0.0, 0.8], "concentration": 4.0},
    "sphere.watson": {"axis": [0.0, 0.6, 0.8], "concentration": 3.0},
    "sphere.bingham": {"A": A},
}
DIRECTED = [label for label in TRUTH if label != "sphere.uniform"]


def rows_of(label: str, n: int, seed: int = 0) -> np.ndarray:
    return np.asarray(symcat.model(label, **TRUTH[label]).sample(n, seed=seed))


@pytest.mark.parametrize("label", MEMBERS)
def test_parameters_come_back_from_averages_by_quadrature(label: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(2):
        assert max(residuals(MEMBERS[label], rng).values()) < BOUND


@pytest.mark.parametrize("label", TRUTH)
def test_the_averages_of_a_law_lead_back_to_it(label: str) -> None:
    law = symcat.model(label, **TRUTH[label])
    back = symcat.lookup(label, n=1000, **law.moments())
    for name, value in law.parameters.items():
        np.testing.assert_allclose(back.parameters[name], value, rtol=1e-9, atol=1e-10)
    assert back.log_partition == pytest.approx(law.log_partition, rel=1e-12)


@pytest.mark.parametrize("label", TRUTH)
def test_rows_of_a_law_are_taken_for_it_and_fit(label: str) -> None:
    found = symcat.solve(rows_of(label, 2000))
    assert (found.label, found.verdict) == (label, "fits")
    assert {one.label for one in found.evidence} == set(MEMBERS)


@pytest.mark.slow
@pytest.mark.parametrize("label", TRUTH)
def test_draws_have_the_moments_of_the_law(label: str) -> None:
    law, rows = symcat.model(label, **TRUTH[label]), rows_of(label, 20_000)
    np.testing.assert_allclose((rows**2).sum(axis=1), 1.0, rtol=1e-12)
    for order in (1, 2, 3, 4):
        values = rows**order
        error = values.std(axis=0) / np.sqrt(len(rows))
        assert (np.abs(values.mean(axis=0) - law.moment(order)) < 4.5 * error).all()
    log = law.log_density(rows)
    assert -log.mean() == pytest.approx(law.entropy(), abs=4.5 * log.std() / np.sqrt(len(rows)) + 1e-12)


def test_von_mises_fisher_is_that_of_scipy() -> None:
    rows = rows_of("sphere.von_mises_fisher", 500)
    found = symcat.solve(rows, classes=["sphere.von_mises_fisher"])
    direction, concentration = scipy.stats.vonmises_fisher.fit(rows)
    np.testing.assert_allclose(found.parameters["mean_direction"], direction, rtol=1e-12)
    assert found.parameters["concentration"] == pytest.approx(concentration, rel=1e-6)  # theirs is a search
    log_density = scipy.stats.vonmises_fisher(direction, found.parameters["concentration"]).logpdf(rows)
    np.testing.assert_allclose(found.log_density(rows), log_density, rtol=1e-10)


def test_on_a_circle_it_is_von_mises() -> None:
    angle = np.random.default_rng(0).vonmises(0.7, 2.0, size=400)
    found = symcat.solve(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    assert found.label == "sphere.von_mises_fisher"
    concentration, direction, _ = scipy.stats.vonmises.fit(angle, fscale=1.0)
    assert found.parameters["concentration"] == pytest.approx(concentration, rel=1e-6)
    own = found.parameters["mean_direction"]
    assert np.arctan2(own[1], own[0]) == pytest.approx(direction, abs=1e-9)
    line = symcat.solve(angle, classes=["vonmises.scalar"])
    assert found.log_likelihood == pytest.approx(line.log_likelihood, rel=1e-10)
    assert found.standard_errors["concentration"] == pytest.approx(line.standard_errors["concentration"], rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("label", DIRECTED)
def test_robust_errors_are_those_of_the_model_where_it_is_true(label: str) -> None:
    rows = rows_of(label, 4000)
    model = model_of(FAMILY, label, 3)
    seen = observed(rows)
    fit = model.fit(seen.moments)
    for found in (row_errors(model, fit, rows, seen.moments), grouped_errors(model, fit, blocks(rows))):
        for name, error in fit.standard_errors.items():
            np.testing.assert_allclose(found[name][0], error[0], rtol=0.35, atol=5e-4)


@pytest.mark.slow
@pytest.mark.parametrize("label", DIRECTED)
def test_errors_are_the_spread_of_estimates(label: str) -> None:
    tables = np.array([rows_of(label, 300, seed) for seed in range(200)])
    fit = model_of(FAMILY, label, 3).fit(moments_of(list(tables)))
    for name, error in fit.standard_errors.items():
        assert fit.parameters[name].std(axis=0) == pytest.approx(np.median(error, axis=0), rel=0.25, abs=2e-3)


@pytest.mark.parametrize("label", TRUTH)
def test_groups_get_what_each_gets_alone(label: str) -> None:
    tables = [rows_of(label, n, n) for n in (40, 100, 400)]
    assert_batch_is_single(model_of(FAMILY, label, 3), tables)


def test_a_watson_girdle_is_told_from_an_axis() -> None:
    rows = np.asarray(symcat.model("sphere.watson", axis=[0, 0, 1], concentration=-8.0).sample(1000))
    found = symcat.solve(rows)
    assert found.label == "sphere.watson"
    assert found.parameters["concentration"] == pytest.approx(-8.0, abs=4.0 * found.standard_errors["concentration"])


def test_a_turn_of_the_rows_turns_the_answer() -> None:
    turn = np.linalg.qr(np.random.default_rng(5).standard_normal((3, 3)))[0]
    rows = rows_of("sphere.bingham", 800)
    one, other = (symcat.solve(x, classes=["sphere.bingham"]) for x in (rows, rows @ turn.T))
    np.testing.assert_allclose(turn @ one.parameters["A"] @ turn.T, other.parameters["A"], rtol=1e-7, atol=1e-9)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-10)
    assert [check.p_value for check in one.checks] == pytest.approx([check.p_value for check in other.checks], rel=1e-5)


def test_the_checks_of_uniformity_are_rayleighs_and_binghams() -> None:
    rows = rows_of("sphere.uniform", 150)
    n, mean, second = len(rows), rows.mean(axis=0), rows.T @ rows / len(rows)
    first, of_second = symcat.solve(rows, classes=["sphere.uniform"]).checks[:2]
    assert first.statistic == pytest.approx(3.0 * n * mean @ mean, rel=1e-10)
    assert of_second.statistic == pytest.approx(7.5 * n * (np.trace(second @ second) - 1.0 / 3.0), rel=1e-9)


def test_what_is_none_of_these_is_a_misfit() -> None:
    """Two clusters at a right angle, with the same first and second averages as no law of these."""
    rng = np.random.default_rng(0)
    parts = [symcat.model("sphere.von_mises_fisher", mean_direction=axis, concentration=40.0) for axis in np.eye(3)[:2]]
    rows = np.concatenate([np.asarray(part.sample(500, seed=k)) for k, part in enumerate(parts)])
    with pytest.warns(UserWarning, match="does not describe the data"):
        found = symcat.solve(rng.permutation(rows))
    assert found.label.startswith("sphere.")
    assert found.verdict == "misfit"


def test_vectors_of_other_lengths_are_no_directions() -> None:
    rows = np.random.default_rng(0).standard_normal((200, 3))
    assert symcat.solve(rows).label.startswith("gaussian.")
    with pytest.raises(NoEntry, match="divide each by its length"):
        symcat.solve(rows, classes=["sphere.uniform"])


def test_densities_of_the_volume_are_no_candidates_on_the_sphere() -> None:
    found = symcat.solve(rows_of("sphere.uniform", 200), classes=["sphere.uniform", "gaussian.full"])
    assert found.label == "sphere.uniform"
    assert next(one.reason for one in found.evidence if one.label == "gaussian.full").startswith("the rows lie on a")


def test_rounded_unit_vectors_are_recognised() -> None:
    for digits in (3, 7):
        assert symcat.solve(rows_of("sphere.watson", 500).round(digits)).label == "sphere.watson"


def test_groups_of_directions_are_answered_together() -> None:
    frame = {
        "site": np.repeat(["a", "b"], 300),
        **dict(zip("xyz", np.concatenate([rows_of(label, 300) for label in DIRECTED[:2]]).T, strict=True)),
    }
    found = symcat.solve(frame, by="site")
    assert list(found["label"]) == DIRECTED[:2]


def test_classes_of_directions_that_are_named_say_of_which_groups_they_are() -> None:
    rows = np.concatenate([rows_of(DIRECTED[0], 300), np.random.default_rng(0).normal(size=(300, 3))])
    frame = {"site": np.repeat(["on", "off"], 300), **dict(zip("xyz", rows.T, strict=True))}
    found = symcat.solve(frame, by="site", classes=[DIRECTED[0], "gaussian.full"])
    assert list(found["label"]) == ["gaussian.full", DIRECTED[0]]
    alone = symcat.solve(frame, by="site", classes=[DIRECTED[0]])
    assert "rows are not" in alone["reason"][0]
    assert not isinstance(alone["reason"][1], str)


@pytest.mark.parametrize(
    ("label", "given", "said"),
    [
        ("sphere.von_mises_fisher", {"mean": [0.8, 0.6, 0.1]}, "must be below one"),
        ("sphere.von_mises_fisher", {"mean": 0.3}, "of two numbers or more"),
        ("sphere.watson", {"second": np.eye(3)}, "add up to 3"),
        ("sphere.bingham", {"second": np.diag([0.8, 0.4, -0.2])}, "eigenvalue -0.2"),
        ("sphere.uniform", {"d": 1.5}, "whole number"),
    ],
)
def test_impossible_averages_are_refused(label: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        symcat.lookup(label, **given)


@pytest.mark.parametrize(
    ("label", "given", "said"),
    [
        ("sphere.von_mises_fisher", {"mean_direction": [1.0, 0.0], "concentration": -1.0}, "zero or more"),
        ("sphere.watson", {"axis": [0.0, 0.0], "concentration": 1.0}, "no.* a vector with a direction"),
        ("sphere.bingham", {"A": [[1.0, 2.0], [0.0, 1.0]]}, "not symmetric"),
        ("sphere.bingham", {"A": 1.0}, "two columns or more"),
        ("sphere.uniform", {"d": 1}, "whole number"),
    ],
)
def test_impossible_parameters_are_refused(label: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        symcat.model(label, **given)


def test_rows_in_a_plane_have_no_bingham_law() -> None:
    angle = np.random.default_rng(0).uniform(0.0, 6.28, size=100)
    rows = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=1)
    turn = np.linalg.qr(np.random.default_rng(5).standard_normal((3, 3)))[0]
    with pytest.raises(NoEntry, match="lie in a plane"):
        symcat.solve(rows @ turn, classes=["sphere.bingham"])


@pytest.mark.slow
@pytest.mark.statistics
@pytest.mark.parametrize("concentration", [4.0, 300.0, 1e5])
def test_checks_keep_their_level_however_narrow_the_law(concentration: float) -> None:
    law = symcat.model("sphere.von_mises_fisher", mean_direction=[0.6, 0.0, 0.8], concentration=concentration)
    model = model_of(FAMILY, "sphere.von_mises_fisher", 3)
    p: dict[str, list[float]] = {}
    for seed in range(400):
        seen = observed(np.asarray(law.sample(300, seed=seed)))
        for check in model.checks(model.fit(seen.moments), seen):
            p.setdefault(check.name, []).append(float(check.p_value[0]))
    assert set(p) == {"second harmonics (Bingham)", "third harmonics", "fourth harmonics"}
    for values in p.values():
        assert len(values) == 400
        assert (np.array(values) < 0.05).mean() < 0.05 + 4.0 * np.sqrt(0.05 * 0.95 / 400)
        assert (np.array(values) < 0.001).mean() <= 0.0075


def test_rows_off_the_sphere_have_no_density() -> None:
    s = symcat.model("sphere.uniform", d=3, columns=["x", "y", "z"])
    assert s.log_density([[0.0, 0.6, 0.8]]) == pytest.approx(-np.log(4.0 * np.pi))
    with pytest.raises(symcat.InvalidData, match=r"row 0 has the length 1\.73205: divide each row by its length"):
        s.log_density([[1.0, 1.0, 1.0]])
