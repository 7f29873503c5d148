"""log Z of one and two columns against the radial quartic's, and a density far from where its grid begins."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.quadrature import Grid
from symcat.models.polynomial.tensors import tensors_of


def log_partition(exponents: list[tuple[int, ...]], couplings: list[float]) -> float:
    return Grid.of(tensors_of(np.array(exponents), np.array(couplings)), len(exponents[0])).log_partition


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e5])
def test_log_z_of_one_and_two_columns(unit: float) -> None:
    """Against the table's quartic, and against a product of two of them, in any unit."""
    from symcat.models.quartic import radial

    def couplings(r: float, u: float) -> list[float]:
        return [0.5 * r / unit**2, u / 24.0 / unit**4]

    known = ((-6.0, 2.0), (0.5, 0.01))
    expected = [radial.log_partition(1, r, u) + np.log(unit) for r, u in known]
    for (r, u), value in zip(known, expected, strict=True):
        assert log_partition([(2,), (4,)], couplings(r, u)) == pytest.approx(value, rel=1e-10, abs=1e-10)
    both = log_partition([(2, 0), (4, 0), (0, 2), (0, 4)], [*couplings(-6.0, 2.0), *couplings(0.5, 0.01)])
    assert both == pytest.approx(sum(expected), rel=1e-9, abs=1e-9)


def test_a_density_far_from_the_point_it_is_written_about() -> None:
    """``F = (y - 40)^2 / 2 + 0.001 (y - 40)^4`` in powers of y: the grid finds it."""
    shifted = np.poly1d([0.001, 0.0, 0.5, 0.0, 0.0])(np.poly1d([1.0, -40.0])).coeffs[::-1]
    y = np.linspace(20.0, 60.0, 400_001)
    # The constant term of F, which no tensor has, is a factor of Z.
    exact = np.log(np.exp(-np.polyval(shifted[::-1], y)).sum() * (y[1] - y[0])) + shifted[0]
    assert log_partition([(1,), (2,), (3,), (4,)], shifted[1:].tolist()) == pytest.approx(exact, rel=1e-9)
