"""The polynomial that tests the sixth moment, and its norm as a function of the kurtosis."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.catalogue import default
from symcat.models.quartic import orthogonal, radial


@pytest.mark.parametrize("dimension", [1, 2, 5])
@pytest.mark.parametrize(("r", "u"), [(-4.0, 2.0), (0.0, 1.0), (1.0, 0.01)])
def test_the_polynomial_is_orthogonal_to_lower_powers(dimension: int, r: float, u: float) -> None:
    rho, weight = radial.radial_grid(dimension, r, u)
    q, weight = (rho * rho)[None], weight[None]
    found = orthogonal.cubic(q, weight)
    value = found(q)
    for power in range(3):
        size = np.sqrt((weight * q ** (2 * power)).sum() * found.norm[0])
        assert (weight * value * q**power).sum() == pytest.approx(0.0, abs=1e-10 * size)
    assert (weight * value * q**3).sum() == pytest.approx(found.norm[0], rel=1e-9)


def test_the_line_and_the_radii_give_one_norm() -> None:
    for r, u in ((-40.0, 9.0), (-3.0, 1.0), (0.0, 1.0), (1.0, 1e-3)):
        rho, weight = radial.radial_grid(1, r, u)
        by_radius = orthogonal.cubic((rho * rho)[None], weight[None]).norm
        by_line = orthogonal.cubic(*orthogonal.line(np.array([r]), np.array([u]))).norm
        np.testing.assert_allclose(by_line, by_radius, rtol=1e-10)


def test_of_many_groups_the_norms_are_interpolated_to_nine_digits() -> None:
    table = default().table("z2.quartic")
    rng = np.random.default_rng(1)
    edge = 10.0 ** rng.uniform(-6, 0, 500)
    kurtosis = table.lo + (table.hi - table.lo) * np.concatenate([rng.random(1000), edge, 1.0 - edge])
    many, changed = orthogonal.of_line(table, kurtosis)
    few = [orthogonal.of_line(table, part) for part in np.split(kurtosis, 20)]
    np.testing.assert_allclose(many, np.concatenate([norm for norm, _ in few]), rtol=1e-9)
    np.testing.assert_allclose(changed, np.concatenate([more for _, more in few]), rtol=1e-5, atol=1e-4)
    # Near the Gaussian the norm is that of Laguerre's polynomial, near a two-point law 6 (kurtosis - 1)^3.
    ends, _ = orthogonal.of_line(table, np.array([table.lo, table.hi]))
    np.testing.assert_allclose(ends, [6.0 * (table.lo - 1.0) ** 3, 720.0], rtol=1e-4)
