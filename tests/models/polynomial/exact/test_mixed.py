"""Two-valued columns beside real ones: what integration finds, held against sums of integrals made apart."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad

from symcat.models.fit import Fit
from symcat.models.polynomial import checks, waves
from symcat.models.polynomial.exact.polynomial import fitted
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.tensors import energy
from symcat.models.relaxation import Refusal

Floats = NDArray[np.float64]


def wells(n: int, two_valued: int, seed: int = 0) -> Floats:
    """(n, two_valued + 1) two wells, moved and narrowed by the first two-valued column, the others independent."""
    rng = np.random.default_rng(seed)
    s = rng.choice([-1.0, 1.0], size=(n, two_valued), p=[0.3, 0.7])
    x = rng.choice([-1.0, 1.0], size=n) * (1.5 + 0.2 * s[:, 0]) + 0.6 * rng.normal(size=n) + 0.3 * s[:, 0]
    return np.column_stack([s, x])


def fit(rows: Floats, degree: int = 4) -> Fit:
    d = rows.shape[1]
    found = fitted("mixed", rows, None, Terms.of(d, degree, tuple(range(d - 1))))
    assert isinstance(found, Fit), found
    return found


@pytest.mark.parametrize("two_valued", [1, 2])
def test_the_averages_of_all_terms_are_those_of_the_rows(two_valued: int) -> None:
    """Then the likelihood, which is concave, is at its maximum. log Z is that of sums over states of integrals."""
    rows = wells(3000, two_valued)
    found = fit(rows)
    parameters = {name: value[0] for name, value in found.parameters.items()}
    center = parameters.pop("mean")
    assert (center[:two_valued] == 0.0).all()
    terms = Terms.of(two_valued + 1, 4, tuple(range(two_valued)))
    states = [np.array(one) for one in product((-1.0, 1.0), repeat=two_valued)]

    def integral(power: int, state: Floats) -> float:
        def density(y: float) -> float:
            return float(y**power * np.exp(-energy(parameters, np.append(state, y)[None])[0]))

        return float(quad(density, -8.0, 8.0, epsabs=1e-13, epsrel=1e-11, limit=200)[0])

    powers = np.array([[integral(k, state) for k in range(5)] for state in states])
    total = powers[:, 0].sum()
    assert np.log(total) == pytest.approx(found.log_partition[0], abs=1e-9)
    of_rows = terms.values(rows - center).mean(axis=0)
    for e, average in zip(terms.exponents, of_rows, strict=True):
        signs = np.array([np.prod(state ** e[:-1]) for state in states])
        assert signs @ powers[:, e[-1]] / total == pytest.approx(average, abs=1e-8), e
    likelihood = -energy(parameters, rows - center).sum() - len(rows) * found.log_partition[0]
    assert likelihood == pytest.approx(found.log_likelihood[0], rel=1e-12)


@settings(max_examples=5)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3))
def test_units_and_names_of_the_two_values_change_nothing(scale: float, shift: float) -> None:
    rows = wells(1000, 1)
    one, other = fit(rows), fit(rows * [-1.0, scale] + [0.0, shift])
    assert other.log_likelihood[0] + len(rows) * np.log(scale) == pytest.approx(one.log_likelihood[0], abs=1e-6)
    u = one.parameters["u"][0, 1, 1, 1, 1]
    assert other.parameters["u"][0, 1, 1, 1, 1] * scale**4 == pytest.approx(u, rel=1e-6)
    g = one.parameters["g"][0, 0, 1, 1]
    assert -other.parameters["g"][0, 0, 1, 1] * scale**2 == pytest.approx(g, rel=1e-6)


def test_the_truth_is_found_within_its_errors_which_rows_confirm() -> None:
    """``F = -0.4 s - y^2 + 0.5 y^4 - 0.6 s y``, written about the mean."""
    y = np.linspace(-4.0, 4.0, 8001)
    states = np.concatenate([np.column_stack([np.full_like(y, s), y]) for s in (-1.0, 1.0)])
    weight = np.exp(0.4 * states[:, 0] + states[:, 1] ** 2 - 0.5 * states[:, 1] ** 4 + 0.6 * states.prod(axis=1))
    rows = states[np.random.default_rng(0).choice(len(states), size=20_000, p=weight / weight.sum())]
    found = fit(rows)
    c = found.parameters["mean"][0, 1]
    for name, at, value in (("h", (0,), -0.4 - 0.6 * c), ("K", (0, 1), -0.6), ("u", (1, 1, 1, 1), 12.0)):
        assert abs(found.parameters[name][0][at] - value) < 4.0 * found.standard_errors[name][0][at], name
    assert found.moves is not None
    moved = found.moves.of_rows(rows)
    for name, error in found.standard_errors.items():
        np.testing.assert_allclose(np.linalg.norm(moved[name], axis=0), error[0], rtol=0.15, atol=1e-12)


def test_what_is_compared_of_it_has_no_value_at_two_valued_columns() -> None:
    found = fit(wells(2000, 2))
    assert np.isnan(found.statistics[checks.NEXT][0]).tolist() == [True, True, False]
    assert found.statistics[waves.SHAPE][0].shape == (len(waves.pairs(3, (0, 1))), 2) == (2, 2)


def test_states_that_do_not_occur_have_no_finite_maximum() -> None:
    rows = wells(500, 2)
    rows[:, 1] = np.where(rows[:, 0] > 0.0, 1.0, rows[:, 1])
    found = fitted("mixed", rows, None, Terms.of(3, 4, (0, 1)))
    assert isinstance(found, Refusal)
    assert "is zero on all rows" in found.reason
