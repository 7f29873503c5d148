"""Values and slopes of a polynomial by a chain of products."""

from __future__ import annotations

import numpy as np

from symcat.analog.monomials import chain, evaluate
from symcat.symmetry.sufficient_statistics import SufficientStatistics


def test_slopes_are_differences() -> None:
    rng = np.random.default_rng(2)
    found = SufficientStatistics.invariants(3, 6)
    theta, x, h = rng.normal(size=found.count), rng.normal(size=(5, 3)), 1e-6
    value, slope = evaluate(chain(found.exponents, found.monomial_couplings(theta), ()), x)
    np.testing.assert_allclose(value, found.free_energy(theta, x), rtol=1e-10, atol=1e-10)
    for j, step in enumerate(h * np.eye(3)):
        numeric = (found.free_energy(theta, x + step) - found.free_energy(theta, x - step)) / (2 * h)
        np.testing.assert_allclose(slope[:, j], numeric, rtol=1e-5, atol=1e-5)
