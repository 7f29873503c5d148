"""Polynomials fitted to rows by integration: their likelihood, errors, units, and what they say."""

from __future__ import annotations

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
from tests.strategies.problems import agrees, heavy_pair, pair_of_wells

CLASSES = ["gaussian.full", "polynomial.quartic", "polynomial.sextic"]


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
    ("rows", "label", "log_likelihood"),
    [
        pytest.param(np.random.default_rng(5).standard_t(5, (2000, 2)), "polynomial.sextic", -6619.438, id="two t5"),
        pytest.param(skewed_pair(), "polynomial.sextic", -7394.906, id="skewed pair"),
        pytest.param(mixture(), "polynomial.quartic", -9708.266, id="mixture"),
    ],
)
def test_maxima(rows: np.ndarray, label: str, log_likelihood: float) -> None:
    """Each is no lower than the Gaussian's, and is what its own density gives to the rows."""
    found = symcat.solve(rows, classes=CLASSES, fallback=None)
    assert (found.label, found.source) == (label, "exact")
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=2e-3)
    assert found.log_density(rows).sum() == pytest.approx(found.log_likelihood, rel=1e-9)
    gaussian = next(entry for entry in found.evidence if entry.label == "gaussian.full")
    assert gaussian.log_likelihood is not None
    assert found.log_likelihood > gaussian.log_likelihood
    matched = next(check for check in found.checks if check.name == "averages match")
    assert matched.passed
    assert matched.statistic is not None
    assert matched.statistic < 1e-8


def test_the_truth_is_found_within_its_errors_which_rows_confirm() -> None:
    x = pair_of_wells(20_000)
    found = fit(x)
    agrees(found, x.mean(axis=0))
    assert found.moves is not None
    moved = found.moves.of_rows(x)
    for name, error in found.standard_errors.items():
        np.testing.assert_allclose(np.linalg.norm(moved[name], axis=0), error[0], rtol=0.1)
    sextic = fit(heavy_pair(50_000), 6)
    for order, name, value in ((2, "K", 2.4), (4, "u", -6.0), (6, "w", 11.52)):
        for j, unit in enumerate((1.0, 2.0)):
            at = (0, *(j,) * order)
            assert abs(sextic.parameters[name][at] - value / unit**order) < 4.0 * sextic.standard_errors[name][at], name


def test_a_known_centre_is_where_the_polynomial_is_written() -> None:
    x, center = pair_of_wells(20_000), np.array([0.25, -0.25])
    found, other = fit(x, center=center), fit(x)
    assert (found.parameters["mean"][0] == center).all()
    assert found.log_likelihood[0] == pytest.approx(other.log_likelihood[0], rel=1e-12)
    agrees(found, center)


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


@pytest.mark.parametrize("dimension", [2, 3])
def test_rows_on_a_surface_have_no_maximum(dimension: int) -> None:
    """Directions: F may have the square of what vanishes there, times anything."""
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
    collected = symcat.Statistics(["x", "y"])
    collected.update(pair_of_wells(20_000))
    found = symcat.solve(collected, classes=["polynomial.quartic", "polynomial.sextic"], fallback=None)
    assert found.source == "exact"
    assert "random sample of rows" in found.trail[-1].reason
    assert found.n_rows is not None
    assert found.n_rows < 20_000


def test_groups_are_integrated_where_the_class_is_named() -> None:
    x = pair_of_wells(2000)
    frame = {"g": np.repeat(["a", "b"], 1000), "x": x[:, 0], "y": x[:, 1]}
    named = symcat.solve(frame, by="g", classes=["polynomial.quartic"])
    for k, rows in enumerate((x[:1000], x[1000:])):
        alone = symcat.solve(rows, classes=["polynomial.quartic"], fallback=None)
        assert np.asarray(named["u_x_x_x_x"])[k] == pytest.approx(alone.parameters["u"][0, 0, 0, 0], rel=1e-9)
