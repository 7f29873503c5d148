"""The transform over all states: that of its definition, in pieces of any size."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import hadamard

from symcat.models.ising.hypercube import transform


@pytest.mark.parametrize("bits", range(1, 10))
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_transform_is_the_product_with_hadamard_s_matrix(bits: int, groups: int, rng: np.random.Generator) -> None:
    values = rng.normal(size=(groups, 1 << bits))
    np.testing.assert_allclose(transform(values), values @ hadamard(1 << bits), atol=1e-12)


@pytest.mark.parametrize("bits", [13, 16, 19])
def test_transform_is_its_own_inverse(bits: int, rng: np.random.Generator) -> None:
    values = rng.normal(size=(2, 1 << bits))
    np.testing.assert_allclose(transform(transform(values)) / (1 << bits), values, atol=1e-12)
