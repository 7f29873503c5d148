"""SufficientStatistics, the units they are fitted in, and which free energies confine."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.analog.confinement import confines
from symcat.analog.coordinates import standard
from symcat.analog.monomials import chain, evaluate
from symcat.analog.partition import clenshaw_curtis
from symcat.analog.starting import couplings, inward, product
from symcat.errors import InvalidData
from symcat.symmetry.sufficient_statistics import SufficientStatistics, Symmetry

SYMMETRIES = st.sampled_from(["none", "z2", "reflections", "exchangeable", "orthogonal"])


def test_how_many_invariants_there_are() -> None:
    assert SufficientStatistics.invariants(5, 4).count == comb(9, 4) - 1
    assert SufficientStatistics.invariants(5, 4, "z2").count == comb(6, 2) + comb(8, 4)
    assert SufficientStatistics.invariants(3, 4, "reflections").names() == [
        *("x0^2", "x1^2", "x2^2", "x0^4", "x0^2 x1^2", "x0^2 x2^2", "x1^4", "x1^2 x2^2", "x2^4")
    ]
    assert SufficientStatistics.invariants(3, 6, "orthogonal").count == 3
    assert SufficientStatistics.invariants(2, 3, spins=[0]).names() == ["x0", "x1", "x0 x1", "x1^2", "x0 x1^2", "x1^3"]
    assert SufficientStatistics.pairwise(4).count == 10


@settings(max_examples=40)
@given(SYMMETRIES, st.integers(1, 3), st.sampled_from([2, 4, 6]), st.integers(0, 1000))
def test_invariants_are_invariant(symmetry: Symmetry, d: int, degree: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(7, d))
    turned = {
        "none": np.eye(d),
        "z2": -np.eye(d),
        "reflections": np.diag(rng.choice([-1.0, 1.0], d)),
        "exchangeable": np.eye(d)[rng.permutation(d)],
        "orthogonal": np.linalg.qr(rng.normal(size=(d, d)))[0],
    }[symmetry]
    found = SufficientStatistics.invariants(d, degree, symmetry)
    np.testing.assert_allclose(found.values(x @ turned), found.values(x), rtol=1e-9, atol=1e-9)


@settings(max_examples=40)
@given(SYMMETRIES, st.integers(1, 3), st.sampled_from([4, 6]), st.integers(0, 1000))
def test_standard_units_and_back(symmetry: Symmetry, d: int, degree: int, seed: int) -> None:
    """Averages, covariance and free energy in standardised columns are those computed from the columns themselves."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, d)) * rng.uniform(0.5, 20.0, d) + rng.uniform(-5.0, 5.0, d)
    statistics = SufficientStatistics.invariants(d, degree, symmetry)
    mean, covariance, _ = statistics.observe(x)
    units = standard(statistics, mean)
    y = (x - units.shift) / units.scale
    t = statistics.values(y)
    np.testing.assert_allclose(units.averages_in(mean), t.mean(axis=0), rtol=1e-6, atol=1e-6)
    size = np.sqrt(np.outer(t.var(axis=0), t.var(axis=0)))
    np.testing.assert_allclose(units.covariance_in(covariance) / size, np.cov(t.T, bias=True) / size, atol=1e-4)
    theta = rng.normal(size=statistics.count)
    inner = units.couplings_in(theta)
    constant = statistics.free_energy(theta, x) - statistics.free_energy(inner, y)
    assert np.ptp(constant) < 1e-8 * np.abs(statistics.free_energy(theta, x)).max()
    np.testing.assert_allclose(units.couplings_out(inner), theta, rtol=1e-5, atol=1e-6)
    # log Z: the integral over x is that over y, times the scales, times exp(-constant).
    moved = units.log_partition_out(theta, 0.0)
    assert moved == pytest.approx(np.log(units.scale).sum() - constant.mean(), rel=1e-6, abs=1e-6)


def test_all_columns_that_may_be_centred_are() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 2)) * [2.0, 7.0] + [30.0, -4.0]
    full = SufficientStatistics.invariants(2, 4)
    units = standard(full, full.values(x).mean(axis=0))
    np.testing.assert_allclose(units.shift, x.mean(axis=0))
    np.testing.assert_allclose(units.scale, x.std(axis=0))


def test_slopes_are_differences() -> None:
    rng = np.random.default_rng(2)
    found = SufficientStatistics.invariants(3, 6)
    theta, x, h = rng.normal(size=found.count), rng.normal(size=(5, 3)), 1e-6
    value, slope = evaluate(chain(found.exponents, found.monomial_couplings(theta), ()), x)
    np.testing.assert_allclose(value, found.free_energy(theta, x), rtol=1e-10, atol=1e-10)
    for j, step in enumerate(h * np.eye(3)):
        numeric = (found.free_energy(theta, x + step) - found.free_energy(theta, x - step)) / (2 * h)
        np.testing.assert_allclose(slope[:, j], numeric, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("exponents", "strength", "spins", "expected"),
    [
        ([(2,), (4,)], [-3.0, 0.1], [], True),
        ([(2,), (4,)], [1.0, -0.1], [], False),
        ([(1,), (3,)], [1.0, 0.5], [], False),
        ([(4, 0), (0, 2)], [1.0, 1.0], [], True),  # the highest terms alone vanish along x1
        ([(4, 0), (0, 2)], [1.0, -1.0], [], False),
        ([(4, 0), (0, 4), (2, 2)], [1.0, 1.0, -1.9], [], True),
        ([(4, 0), (0, 4), (2, 2)], [1.0, 1.0, -2.1], [], False),  # open along the diagonals only
        ([(2, 0), (2, 1)], [1.0, 0.9], [1], True),
        ([(2, 0), (2, 1)], [1.0, 1.1], [1], False),  # open for one value of the spin
        ([(1, 0), (1, 1)], [5.0, 5.0], [0, 1], True),
    ],
)
def test_what_confines(
    exponents: list[tuple[int, ...]], strength: list[float], spins: list[int], expected: bool
) -> None:
    assert confines(SufficientStatistics.monomials(exponents, spins), np.array(strength)) is expected


@pytest.mark.parametrize("symmetry", ["none", "z2", "reflections", "exchangeable", "orthogonal"])
@pytest.mark.parametrize("degree", [4, 6])
def test_starts_confine_and_so_does_everything_with_enough_of_the_inward_direction(
    symmetry: Symmetry, degree: int
) -> None:
    statistics = SufficientStatistics.invariants(3, degree, symmetry)
    x = np.random.default_rng(3).normal(size=(2000, 3))
    assert confines(statistics, couplings(statistics, statistics.values(x).mean(axis=0)))
    inside = inward(statistics)
    assert inside is not None
    rough = np.random.default_rng(4).normal(size=statistics.count)
    assert confines(statistics, rough + 100.0 * inside)


def test_independent_columns_know_their_log_partition() -> None:
    statistics = SufficientStatistics.monomials([(1, 0), (0, 1), (0, 2)], spins=[0])
    base = product(statistics, np.array([0.4, 1.5, 1.5**2 + 4.0]))
    y = np.linspace(-30.0, 30.0, 60_001)
    sums = 0.0
    for s in (-1.0, 1.0):
        grid = np.stack([np.full_like(y, s), y], axis=1)
        sums += np.exp(-base.statistics.free_energy(base.couplings, grid)).sum() * (y[1] - y[0])
    assert base.log_partition == pytest.approx(np.log(sums), rel=1e-9)
    rows = base.sample(40_000, np.random.default_rng(0))
    np.testing.assert_allclose(rows.mean(axis=0), [0.4, 1.5], atol=0.05)
    assert set(np.unique(rows[:, 0])) == {-1.0, 1.0}


@pytest.mark.parametrize("n", [2, 4, 8, 16])
def test_the_rule_integrates_polynomials(n: int) -> None:
    s = 0.5 - 0.5 * np.cos(np.pi * np.arange(n + 1) / n)
    for power in range(n + 1):
        assert clenshaw_curtis(n) @ s**power == pytest.approx(1.0 / (power + 1))


@pytest.mark.parametrize(
    ("exponents", "spins", "message"),
    [
        ([(7,)], [], "degree above 6"),
        ([(0, 0)], [], "not all of them 0"),
        ([(2, 1)], [0], "square of a spin"),
        ([(1, 1), (1, 1)], [], "twice"),
    ],
)
def test_bad_terms_are_named(exponents: list[tuple[int, ...]], spins: list[int], message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        SufficientStatistics.monomials(exponents, spins)
