"""The lowest hill before a quartic falls: known forms, in any axes."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.series.confinement import Tensors, barrier
from symcat.models.polynomial.series.expansion import symmetric


def _along(d: int, direction: np.ndarray, u: float) -> dict[str, np.ndarray]:
    """The Gaussian with a quartic of one direction."""
    n = direction / np.linalg.norm(direction)
    form = u * np.einsum("i,j,k,l->ijkl", n, n, n, n)
    return {"h": np.zeros(d), "K": np.eye(d), "g": np.zeros((d,) * 3), "u": form}


@pytest.mark.parametrize("d", [2, 5, 10])
@pytest.mark.parametrize("u", [-0.05, -0.3])
def test_the_hill_of_one_direction_is_found(d: int, u: float) -> None:
    """``y^2 / 2 - |u| y^4 / 24`` has its top at ``y^2 = 6 / |u|``, where it is ``3 / (2 |u|)``."""
    height, distance = barrier(Tensors(_along(d, np.random.default_rng(d).normal(size=d), u)))
    assert height == pytest.approx(-1.5 / u, rel=2e-3)
    assert distance == pytest.approx((-6.0 / u) ** 0.5, rel=2e-2)


def test_a_positive_quartic_has_none() -> None:
    one = np.eye(4)
    rising = {
        "h": np.zeros(4),
        "K": one,
        "g": np.zeros((4, 4, 4)),
        "u": 0.2 * symmetric(np.einsum("ij,kl->ijkl", one, one)),
    }
    assert barrier(Tensors(rising)) == (np.inf, np.inf)


def test_a_cubic_alone_falls() -> None:
    """``y^2 / 2 - |g| y^3 / 6`` has its top at ``y = 2 / |g|``, where it is ``2 / (3 g^2)``."""
    cubic = np.zeros((3, 3, 3))
    cubic[1, 1, 1] = 0.25
    height, distance = barrier(Tensors({"h": np.zeros(3), "K": np.eye(3), "g": cubic, "u": np.zeros((3,) * 4)}))
    assert height == pytest.approx(2.0 / (3.0 * 0.25**2), rel=2e-3)
    assert distance == pytest.approx(8.0, rel=2e-2)
