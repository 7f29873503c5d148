"""The second hump: its share of the rows by quadrature, none where F has one minimum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from symcat import catalogue
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_hump import second_hump
from symcat.models.scalar.quartic_table import Reading, read


def at(skewness: object, kurtosis: object) -> Reading:
    patches = catalogue.default().table("scalar.quartic").patches
    assert patches is not None
    return read(patches, np.atleast_1d(np.asarray(skewness, float)), np.atleast_1d(np.asarray(kurtosis, float)))


@pytest.mark.parametrize(
    ("skewness", "kurtosis"), [(0.0, 1.3), (0.0, 1.011), (0.3, 1.105), (0.5, 1.5), (-0.5, 1.5), (2.0, 5.5), (3.0, 14.0)]
)
def test_the_mass_of_the_second_hump(skewness: float, kurtosis: float) -> None:
    found = at(skewness, kurtosis)
    h, r, g, u, log_z = (float(getattr(found, name)[0]) for name in ("h", "r", "g", "u", "log_z"))
    flat = np.roots([u / 6, g / 2, r, h])
    assert np.abs(flat.imag).max() == 0.0, "the example has one minimum"
    barrier = sorted(flat.real)[1]

    def density(y: float) -> float:
        return float(np.exp(-(y * (h + y * (r / 2 + y * (g / 6 + y * u / 24)))) - log_z))

    left = quad(density, -12.0, barrier, epsabs=1e-14, limit=400, points=[min(flat.real)])[0]
    mass = second_hump(found.h, found.r, found.g, found.u, found.log_z)[0]
    assert mass == pytest.approx(min(left, 1.0 - left), rel=1e-6)


def test_one_minimum_has_no_second_hump() -> None:
    found = at([0.0, 0.5, 1.0], [2.5, 3.0, 4.5])
    assert second_hump(found.h, found.r, found.g, found.u, found.log_z).tolist() == [0.0, 0.0, 0.0]


def test_a_far_hump_of_little_mass_is_seen() -> None:
    """A hump of a thousandth of the rows: what warns that a few rows do not tell it."""
    found = at(3.0, reduced.kurtosis_at(3.0, 0.6))
    mass = second_hump(found.h, found.r, found.g, found.u, found.log_z)[0]
    assert 0.0 < mass < 0.1
