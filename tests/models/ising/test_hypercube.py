"""The transform over all states, and sums over them: those of their definitions, in pieces of any size."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import hadamard

from symcat.models.ising.hypercube import energies, pair_masks, sign_of, totals, transform


@pytest.mark.parametrize("bits", range(1, 10))
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_transform_is_the_product_with_hadamard_s_matrix(bits: int, groups: int, rng: np.random.Generator) -> None:
    values = rng.normal(size=(groups, 1 << bits))
    np.testing.assert_allclose(transform(values), values @ hadamard(1 << bits), atol=1e-12)


@pytest.mark.parametrize("bits", [13, 16, 19])
def test_transform_is_its_own_inverse(bits: int, rng: np.random.Generator) -> None:
    values = rng.normal(size=(2, 1 << bits))
    np.testing.assert_allclose(transform(transform(values)) / (1 << bits), values, atol=1e-12)


@pytest.mark.parametrize("dimension", [15, 16, 17])
def test_energies_in_halves_are_those_of_the_transform(dimension: int, rng: np.random.Generator) -> None:
    masks = np.concatenate([pair_masks(dimension), [0b111, 0b1011 << 9, (1 << dimension) - 1]])
    theta = rng.normal(size=(3, len(masks)))
    spread = np.zeros((3, 1 << dimension))
    spread[:, masks] = theta * sign_of(masks)
    np.testing.assert_allclose(energies(dimension, masks, theta), transform(spread), atol=1e-12)


@pytest.mark.parametrize("dimension", [1, 2, 5, 12])
def test_totals_count_the_spins_of_every_state(dimension: int, rng: np.random.Generator) -> None:
    probabilities = rng.dirichlet(np.ones(1 << dimension))
    expected = np.bincount(np.bitwise_count(np.arange(1 << dimension)), weights=probabilities)
    np.testing.assert_allclose(totals(probabilities), expected, rtol=1e-12)
