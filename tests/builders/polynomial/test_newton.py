"""Newton's steps find the couplings that averages have, wherever they start from."""

from __future__ import annotations

import numpy as np
import pytest

from builders.polynomial.newton import couplings
from symcat.models.polynomial.replay import gauss, random_couplings


@pytest.mark.parametrize("label", ["polynomial.quartic", "polynomial.sextic", "mixed.quartic", "mixed.sextic"])
def test_known_couplings_come_back(label: str) -> None:
    rng = np.random.default_rng(1)
    exponents, theta, two_valued = random_couplings(label, 1, rng)
    _, averages = gauss(exponents, theta, two_valued)
    for _ in range(2):
        start = theta + rng.normal(scale=0.03, size=len(theta)) * (exponents.sum(axis=1) < 4)
        found = couplings(exponents, averages, two_valued, start)
        np.testing.assert_allclose(found, theta, atol=1e-9)


def test_of_a_gaussian_they_are_the_inverse_covariance() -> None:
    exponents = np.array([(1, 0), (0, 1), (2, 0), (1, 1), (0, 2)])
    covariance, mean = np.array([[2.0, 0.6], [0.6, 0.5]]), np.array([0.3, -0.1])
    second = covariance + np.outer(mean, mean)
    averages = np.array([*mean, second[0, 0], second[0, 1], second[1, 1]])
    precision = np.linalg.inv(covariance)
    found = couplings(exponents, averages, 0, np.array([0.0, 0.0, 0.5, 0.0, 0.5]))
    expected = [*(-precision @ mean), 0.5 * precision[0, 0], precision[0, 1], 0.5 * precision[1, 1]]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
