"""Polynomials fitted to rows by integration: their likelihood, errors, units, and what they say."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat.models.fit import Fit
from symcat.models.polynomial.exact.polynomial import fitted
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.tensors import energy
from symcat.models.relaxation import Refusal
from tests.strategies.problems import about, heavy_sextic, tilted_well

CLASSES = ["gaussian.full", "polynomial.quartic", "polynomial.sextic"]
"""Of one column polynomials are weighed where they are named."""
OUTLIER = np.r_[np.random.default_rng(0).laplace(size=2000), -15.0]


def mixture() -> np.ndarray:
    """Two correlated normal clouds."""
    first = np.random.default_rng(8).multivariate_normal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]], 3000)
    other = np.random.default_rng(9).multivariate_normal([3.0, 2.5], [[1.0, 0.5], [0.5, 1.0]], 3000)
    return np.where(np.random.default_rng(7).random((3000, 1)) < 0.4, first, other)


def skewed_pair() -> np.ndarray:
    rows = np.random.default_rng(6).gamma(3.0, size=(2000, 2))
    rows[:, 1] += 0.5 * rows[:, 0]
    return rows


def fit(rows: np.ndarray, degree: int = 4, center: np.ndarray | None = None) -> Fit:
    found = fitted("polynomial", rows, center, Terms.of(rows.shape[1], degree))
    assert isinstance(found, Fit), found
    return found


@pytest.mark.parametrize(
    ("rows", "label", "log_likelihood", "misfit"),
    [
        pytest.param(OUTLIER, "polynomial.sextic", -3537.029, True, id="Laplace and one at -15"),
        pytest.param(np.random.default_rng(1).standard_t(10, 2000), "polynomial.sextic", -3067.671, False, id="t10"),
        pytest.param(np.random.default_rng(1).standard_t(5, 2000), "polynomial.sextic", -3331.329, False, id="t5"),
        pytest.param(np.random.default_rng(1).laplace(size=2000), "polynomial.sextic", -3404.819, True, id="Laplace"),
        pytest.param(np.random.default_rng(1).gamma(2.0, size=2000), "polynomial.sextic", -3176.014, False, id="gamma"),
        pytest.param(
            np.random.default_rng(5).standard_t(5, (2000, 2)), "polynomial.sextic", -6619.438, False, id="two t5"
        ),
        pytest.param(skewed_pair(), "polynomial.sextic", -7394.906, False, id="skewed pair"),
        pytest.param(mixture(), "polynomial.quartic", -9708.266, False, id="mixture"),
    ],
)
def test_maxima(rows: np.ndarray, label: str, log_likelihood: float, misfit: bool) -> None:
    """Each is no lower than the Gaussian's, and is what its own density gives to the rows."""
    with pytest.warns(UserWarning, match="does not describe the data") if misfit else contextlib.nullcontext():
        found = symcat.solve(rows, classes=CLASSES, fallback=None)
    assert (found.label, found.source) == (label, "exact")
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=2e-3)
    assert found.log_density(rows.reshape(len(rows), -1)).sum() == pytest.approx(found.log_likelihood, rel=1e-9)
    gaussian = next(entry for entry in found.evidence if entry.label == "gaussian.full")
    assert gaussian.log_likelihood is not None
    assert found.log_likelihood > gaussian.log_likelihood
    matched = next(check for check in found.checks if check.name == "averages match")
    assert matched.passed
    assert matched.statistic is not None
    assert matched.statistic < 1e-8


def test_the_outlier_moves_the_answer_to_the_maximum_that_is_known() -> None:
    with pytest.warns(UserWarning, match=r"polynomial.sextic is the best class found and does not describe the data"):
        found = symcat.solve(OUTLIER, classes=CLASSES, fallback=None)
    for name, value in {"K": 0.575, "u": -0.0645, "w": 0.00523}.items():
        assert found.parameters[name] == pytest.approx(value, rel=2e-3), name
    for name in "hgv":
        assert found.parameters[name] == 0.0


def test_the_truth_is_found_within_its_errors_which_rows_confirm() -> None:
    x = tilted_well(20_000)
    found = fit(x[:, None])
    assert found.moves is not None
    moved = found.moves.of_rows(x[:, None])
    for name, value in about(float(x.mean())).items():
        error = found.standard_errors[name].item()
        assert abs(found.parameters[name].item() - value) < 4.0 * error, name
        assert np.linalg.norm(moved[name]) == pytest.approx(error, rel=0.1), name
    sextic = fit(heavy_sextic(50_000)[:, None], 6)
    for name, value in {"K": 2.4, "u": -6.0, "w": 11.52}.items():
        assert abs(sextic.parameters[name].item() - value) < 4.0 * sextic.standard_errors[name].item(), name


def test_a_known_centre_is_where_the_polynomial_is_written() -> None:
    x = tilted_well(20_000)[:, None]
    found, other = fit(x, center=np.array([0.25])), fit(x)
    assert found.parameters["mean"].item() == 0.25
    assert found.log_likelihood[0] == pytest.approx(other.log_likelihood[0], rel=1e-12)
    for name, value in about(0.25).items():
        assert abs(found.parameters[name].item() - value) < 4.0 * found.standard_errors[name].item(), name


@settings(max_examples=8)
@given(
    scale=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
    angle=st.floats(0.0, np.pi),
    stretch=st.floats(0.2, 5.0),
)
def test_in_other_units_it_is_the_same_answer(scale: float, shift: float, angle: float, stretch: float) -> None:
    """The log-likelihood up to the Jacobian; the couplings as the tensors they are."""
    rows = skewed_pair()[:500]
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, stretch])
    moved = rows @ matrix.T + shift
    one, other = fit(rows), fit(moved)
    jacobian = len(rows) * np.log(abs(np.linalg.det(matrix)))
    assert other.log_likelihood[0] + jacobian == pytest.approx(one.log_likelihood[0], abs=1e-5)
    back = np.linalg.inv(matrix)
    k = back.T @ one.parameters["K"][0] @ back
    np.testing.assert_allclose(other.parameters["K"][0], k, rtol=1e-5, atol=1e-5 * np.abs(k).max())
    u = np.einsum("ijkl,ia,jb,kc,ld->abcd", one.parameters["u"][0], back, back, back, back)
    np.testing.assert_allclose(other.parameters["u"][0], u, rtol=1e-5, atol=1e-5 * np.abs(u).max())


def test_columns_that_depend_on_each_other_are_refused() -> None:
    x = np.random.default_rng(0).exponential(size=500)
    found = fitted("polynomial", np.stack([x, 2.0 * x], axis=1), None, Terms.of(2, 4))
    assert found == Refusal("a column is a combination of the others")


def test_gaussian_axes_leave_where_all_terms_have_no_maximum() -> None:
    """The likelihood is that of the product; what is fitted are all terms of one axis, and the quadratic ones."""
    rng = np.random.default_rng(6)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    rows = np.stack([3.0 * rng.gamma(2.0, size=1500), 0.7 * rng.normal(size=1500), rng.normal(size=1500)], axis=1)
    found = fit(rows @ turn)
    assert "2 of 3 principal axes, Gaussian within their errors, are a factor" in found.note
    assert found.n_parameters == 4 + 2 + 3 + 2
    parameters = {name: value[0] for name, value in found.parameters.items()}
    y = rows @ turn - parameters.pop("mean")
    assert -energy(parameters, y).sum() - 1500 * found.log_partition[0] == pytest.approx(found.log_likelihood[0])
    gaussian = -750.0 * (3.0 + np.linalg.slogdet(2.0 * np.pi * np.cov(rows.T, bias=True))[1])
    assert found.log_likelihood[0] > gaussian + 100.0


def test_a_unit_that_doubles_cannot_hold_is_refused() -> None:
    found = fitted("polynomial", 1e65 * skewed_pair(), None, Terms.of(2, 6))
    assert isinstance(found, Refusal)
    assert "choose another unit" in found.reason


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_rows_on_a_surface_have_no_maximum(dimension: int) -> None:
    """Directions, and of one column two values: F may have the square of what vanishes there, times anything."""
    rows = np.random.default_rng(0).normal(size=(1000, dimension)) + 0.1
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    found = fitted("polynomial", rows, None, Terms.of(dimension, 4))
    assert isinstance(found, Refusal)
    assert "the likelihood has no finite maximum" in found.reason


def test_few_rows_cannot_tell() -> None:
    with pytest.raises(symcat.NoEntry, match="40 rows cannot determine 69 couplings"):
        symcat.solve(
            np.random.default_rng(0).exponential(size=(40, 4)) ** 2, classes=["polynomial.quartic"], fallback=None
        )


def test_statistics_answer_from_the_rows_they_keep_and_say_so() -> None:
    collected = symcat.Statistics(["x"])
    collected.update(tilted_well(20_000)[:, None])
    found = symcat.solve(collected, classes=["polynomial.quartic", "polynomial.sextic"], fallback=None)
    assert found.source == "exact"
    assert "random sample of rows" in found.trail[-1].reason
    assert found.n_rows is not None
    assert found.n_rows < 20_000


def test_groups_are_integrated_where_the_class_is_named() -> None:
    x = tilted_well(2000)
    frame = {"g": np.repeat(["a", "b"], 1000), "x": x}
    named = symcat.solve(frame, by="g", classes=["polynomial.quartic"])
    for k, rows in enumerate((x[:1000], x[1000:])):
        alone = symcat.solve(rows, classes=["polynomial.quartic"], fallback=None)
        assert np.asarray(named["u"])[k] == pytest.approx(alone.parameters["u"], rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_two_clouds_are_not_refused_for_a_better_centre_of_a_special_case(seed: int) -> None:
    """The even quartic is about the sample mean; z2.quartic finds a better centre, and all terms are better still."""
    rng = np.random.default_rng(seed)
    x = np.r_[rng.normal(-2.0, 0.7, 700), rng.normal(2.5, 1.0, 800)]
    with pytest.warns(UserWarning, match="does not describe the data well"):
        found = symcat.solve(x, classes=["z2.quartic", "polynomial.quartic"], fallback=None)
    of = {entry.label: entry.log_likelihood for entry in found.evidence}
    assert of["polynomial.quartic"] is not None
    assert of["z2.quartic"] is not None
    assert of["polynomial.quartic"] > of["z2.quartic"]
