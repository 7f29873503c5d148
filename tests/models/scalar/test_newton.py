"""The search for the maximum: exact values, round trips, and where there is none."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.loops import compiled
from symcat.models.scalar import kernels, newton
from symcat.models.scalar.labels import LABELS, NAMES, degree_of, is_even, orders
from symcat.models.scalar.law import PolynomialLaw
from symcat.models.scalar.replay import random_couplings
from tests.models.scalar.exact_values import EVEN_SEXTIC, QUARTIC, SEXTIC

MILLION = np.array([1e6])


def search(*averages: float, even: bool = False, count: float = 1e6) -> newton.Found:
    """For the averages beyond those of a standardised variable."""
    known = (1.0, 1.0) if even else (1.0, 0.0, 1.0)
    return newton.search(np.array([[*known, *averages]]), np.array([count]), even=even)


def standardised(rows: np.ndarray, degree: int, *, even: bool = False) -> np.ndarray:
    """(1, K + 1) averages of the powers."""
    y = (rows - rows.mean()) / rows.std()
    powers = np.stack([(y**k).mean() for k in range(degree + 1)])[None]
    return powers[:, ::2] if even else powers


@pytest.mark.parametrize("point", QUARTIC, ids=str)
def test_exact_values_of_degree_four(point: tuple[float, ...]) -> None:
    found = search(*point[:2])
    couplings = found.theta[0, 1:] * [factorial(k) for k in range(1, 5)]
    np.testing.assert_allclose(couplings, point[2:6], rtol=1e-10, atol=1e-11 * (1.0 + point[5]))
    assert found.log_z[0] == pytest.approx(point[6], rel=1e-10)
    assert found.error[0] < 1e-11


@pytest.mark.parametrize("point", EVEN_SEXTIC, ids=str)
def test_exact_values_of_the_even_one_of_degree_six(point: tuple[float, ...]) -> None:
    for found, places in (
        (search(*point[:2], even=True), (1, 2, 3)),
        (search(0.0, point[0], 0.0, point[1]), (2, 4, 6)),
    ):
        couplings = found.theta[0, list(places)] * [2.0, 24.0, 720.0]
        np.testing.assert_allclose(couplings, point[2:5], rtol=1e-10, atol=1e-11 * (1.0 + point[4]))
        assert found.log_z[0] == pytest.approx(point[5], rel=1e-10)


@pytest.mark.parametrize("point", SEXTIC, ids=str)
def test_exact_values_of_degree_six(point: tuple[float, ...]) -> None:
    found = search(*point[:4])
    couplings = found.theta[0, 1:] * [factorial(k) for k in range(1, 7)]
    np.testing.assert_allclose(couplings, point[4:10], rtol=1e-10, atol=1e-10 * (1.0 + point[9]))
    assert found.log_z[0] == pytest.approx(point[10], rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LABELS), st.integers(0, 10_000))
def test_exact_averages_give_back_the_couplings(label: str, seed: int) -> None:
    couplings = random_couplings(label, np.random.default_rng(seed)) | {"mean": np.zeros(1)}
    law, even, degree = PolynomialLaw(label, couplings), is_even(label), degree_of(label)
    at = 0.0 if even else law.line.mean
    deviation = np.sqrt(law.line.about(at, 2))
    averages = np.array([law.line.about(at, k) / deviation**k for k in range(degree + 1)])
    averages[1] = 0.0
    found = newton.search(averages[None, :: 2 if even else 1], MILLION, even=even)
    assert found.answered[0]
    line = np.polynomial.Polynomial(
        [0.0] + [float(couplings.get(NAMES[k], 0.0)) / factorial(k) for k in range(1, degree + 1)]
    )
    wanted = np.array([line.deriv(k)(at) / factorial(k) * deviation**k for k in orders(label)])
    np.testing.assert_allclose(found.theta[0, 1:], wanted, rtol=1e-8, atol=1e-8 * np.abs(wanted).max())


DATA = {
    "exponential": lambda rng, n: rng.exponential(size=n),
    "gamma": lambda rng, n: rng.gamma(4.0, size=n),
    "two wells": lambda rng, n: rng.choice([-1.2, 1.2], n) + 0.35 * rng.normal(size=n),
    "mixture": lambda rng, n: rng.choice([0.0, 0.0, 3.0], n) + rng.normal(size=n),
    "beta": lambda rng, n: rng.beta(0.7, 0.5, size=n),
    "uniform": lambda rng, n: rng.random(n),
    "t10": lambda rng, n: rng.standard_t(10, size=n),
    "t5": lambda rng, n: rng.standard_t(5, size=n),
    "lognormal": lambda rng, n: np.exp(rng.normal(size=n)),
    "normal": lambda rng, n: rng.normal(size=n),
}


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("degree", [4, 6, 8])
def test_every_sample_is_decided(name: str, degree: int) -> None:
    """Either the averages are met, or why there is no maximum: the search always comes to rest."""
    for seed in range(4):
        rows = DATA[name](np.random.default_rng(seed), 5000)
        for even in (False, True):
            averages = standardised(rows, degree, even=even)
            found = newton.search(averages, np.array([5000.0]), even=even)
            assert found.code[0] != kernels.NOT_CONVERGED
            if found.answered[0]:
                assert found.error[0] < 1e-10
                assert found.theta[0, -1] > 0.0
            else:
                assert found.code[0] in (kernels.TURNS_DOWN, kernels.FAR_HUMP)


@pytest.mark.parametrize("name", ["exponential", "gamma", "beta", "uniform"])
@pytest.mark.parametrize("degree", [4, 6, 8])
def test_skewed_and_bounded_samples_have_a_maximum(name: str, degree: int) -> None:
    for seed in range(4):
        found = newton.search(standardised(DATA[name](np.random.default_rng(seed), 5000), degree), MILLION, even=False)
        assert found.answered[0]


def test_a_higher_degree_is_never_less_likely() -> None:
    rows = np.random.default_rng(1).gamma(4.0, size=4000)
    entropies = []
    for degree in (4, 6, 8):
        averages = standardised(rows, degree)
        found = newton.search(averages, np.array([4000.0]), even=False)
        entropies.append(float(found.log_z[0] + (found.theta @ averages[0])[0]))
    assert entropies[0] > entropies[1] > entropies[2]


def test_symmetric_heavy_tails_have_no_quartic() -> None:
    found = search(0.0, 3.5, count=1e4)
    assert found.code[0] == kernels.TURNS_DOWN
    assert search(0.0, 3.0 - 1e-3).answered[0]
    # The even sextic needs a sixth moment below the quartic's, of kurtosis below 3; above 3 there is one of each.
    assert search(2.0, 6.1, even=True).code[0] == kernels.TURNS_DOWN
    assert search(2.0, 5.0, even=True).answered[0]


def test_a_far_hump_is_declined_by_its_expected_rows() -> None:
    """Skewness 0.3 and kurtosis 3.448 have a quartic with 1.5e-6 of its mass behind a barrier 12 deviations out."""
    few, many = search(0.3, 3.448, count=1e4), search(0.3, 3.448, count=1e7)
    assert few.code[0] in (kernels.FAR_HUMP, kernels.TURNS_DOWN)
    assert many.answered[0]
    assert many.seen[0, 2] == pytest.approx(1.5e-6, rel=0.1)
    assert abs(many.seen[0, 0]) == pytest.approx(12.0, abs=1.0)


def test_a_far_hump_that_serves_nothing_is_no_reason_to_decline() -> None:
    """At kurtosis 3.28 one of 3e-7 of the mass moves no average by half of its error, of 10^4 rows."""
    found = search(0.3, 3.28, count=1e4)
    assert found.answered[0]
    assert found.seen[0, 2] == pytest.approx(3e-7, rel=0.1)
    assert search(0.3, 3.5, count=1e4).code[0] == kernels.FAR_HUMP


def test_a_hump_between_the_points_of_the_grid_is_found() -> None:
    """A narrow one, 19 deviations out: the averages are met on a finer grid too, or there is no answer."""
    theta = np.array([0.0, 0.169966, 0.500534, -0.0612078, 0.00366156, 0.000566135, 1.20049e-5])
    y = np.linspace(-40.0, 12.0, 200_001)
    energy = np.polynomial.polynomial.polyval(y, theta)
    weight = np.exp(energy.min() - energy)
    averages = (y ** np.arange(7)[:, None]) @ weight / weight.sum()
    mean, deviation = averages[1], np.sqrt(averages[2] - averages[1] ** 2)
    standardised = ((y - mean) / deviation) ** np.arange(7)[:, None] @ weight / weight.sum()
    found = newton.search(standardised[None], np.array([1e4]), even=False)
    assert not found.answered[0] or found.error[0] < 1e-9
    assert found.code[0] != kernels.NOT_CONVERGED


def test_rows_at_few_values_have_no_maximum() -> None:
    for degree, values in ((4, 2), (6, 3), (8, 4)):
        rows = np.random.default_rng(0).integers(values, size=400).astype(float)
        assert newton.search(standardised(rows, degree), MILLION, even=False).code[0] == kernels.FEW_VALUES
        near = rows + 0.05 * np.random.default_rng(1).normal(size=400)
        assert newton.search(standardised(near, degree), MILLION, even=False).answered[0]


def test_narrow_humps_are_no_points() -> None:
    """Two pairs of humps of a fiftieth of their distance: an even octic has its maximum, and the table's averages."""
    values = np.random.default_rng(0).choice([-1.0, -0.4, 0.4, 1.0], size=4000)
    near = values + 0.015 * np.random.default_rng(1).normal(size=4000)
    found = newton.search(standardised(near, 8, even=True), MILLION, even=True)
    assert found.answered[0]
    assert found.error[0] < 1e-9


def test_polynomials_are_orthonormal_under_the_density() -> None:
    rows = np.random.default_rng(2).gamma(4.0, size=3000)
    averages = standardised(rows, 6)
    found = newton.search(averages, np.array([3000.0]), even=False)
    polynomials = newton.orthonormal(found.theta, found.grid, 8, even=False)[0]
    y = np.linspace(-15.0, 15.0, 8001)
    weight = np.exp(-np.polynomial.polynomial.polyval(y, found.theta[0]) - found.log_z[0]) * (y[1] - y[0])
    values = np.stack([np.polynomial.polynomial.polyval(y, row) for row in polynomials])
    np.testing.assert_allclose((values * weight) @ values.T, np.eye(9), atol=1e-9)
    np.testing.assert_allclose(polynomials[1:7, :7] @ averages[0], 0.0, atol=1e-12)
    even = newton.search(standardised(rows, 6, even=True), np.array([3000.0]), even=True)
    odd = newton.orthonormal(even.theta, even.grid, 2, even=True, odd=True)[0]
    weight = np.exp(-np.polynomial.polynomial.polyval(y**2, even.theta[0]) - even.log_z[0]) * (y[1] - y[0])
    values = np.stack([y * np.polynomial.polynomial.polyval(y**2, row) for row in odd])
    np.testing.assert_allclose((values * weight) @ values.T, np.eye(3), atol=1e-9)


@pytest.mark.long
@pytest.mark.slow
def test_compiled_loops_find_the_same() -> None:
    rng = np.random.default_rng(3)
    averages = np.concatenate([standardised(rng.gamma(3.0, size=500), 6) for _ in range(20)])
    count = np.full(20, 500.0)
    by_arrays = newton.search(averages, count, even=False)
    found = newton.empty(averages)
    run = compiled(kernels.maximise, kernels.INNER)
    run(averages, count, False, True, found.theta, found.log_z, found.error, found.grid, found.seen, found.code)
    np.testing.assert_array_equal(found.code, by_arrays.code)
    ok = found.answered
    np.testing.assert_allclose(found.theta[ok], by_arrays.theta[ok], rtol=1e-9, atol=1e-11)


def test_a_search_that_repeats_itself_ends() -> None:
    """The maximum of a quartic's rows has a sextic coupling of either sign, as the box is narrow or wide."""
    found = search(1.88118379, 4.57020891, even=True)
    assert found.code[0] == kernels.NOT_CONVERGED
