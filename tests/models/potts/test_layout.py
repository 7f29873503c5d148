"""Contrasts, gauges and the transform over all states, against plain sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.models.potts.couplings import Couplings
from symcat.models.potts.layout import Layout, along_axes, basis
from symcat.models.potts.space import Space
from symcat.models.potts.terms import statistics_of

SIZES = st.lists(st.integers(2, 4), min_size=1, max_size=4).map(tuple)


def values(layout: Layout, statistics: np.ndarray) -> np.ndarray:
    """(N, K) every product of contrasts at every state."""
    digits = layout.digits(np.arange(layout.states))
    out = np.ones((layout.states, len(statistics)))
    for j, size in enumerate(layout.sizes):
        out *= basis(size)[digits[:, j]][:, statistics[:, j]]
    return out


@pytest.mark.parametrize("levels", [2, 3, 7, 64])
def test_contrasts_are_orthonormal_and_of_two_levels_are_spins(levels: int) -> None:
    assert np.allclose(basis(levels).T @ basis(levels), levels * np.eye(levels), atol=1e-12)
    assert np.array_equal(basis(2)[:, 1], [-1.0, 1.0])


@given(SIZES, st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_energies_averages_and_information_are_those_of_plain_sums(sizes: tuple[int, ...], seed: int) -> None:
    layout, rng = Layout(sizes), np.random.default_rng(seed)
    d = len(sizes)
    sets = [(j,) for j in range(d)] + [(i, k) for k in range(d) for i in range(k)] + [(0, 1, 2)] * (d > 2)
    space = Space(layout, statistics_of(layout, sets))
    f = values(layout, space.rows)
    theta = rng.normal(scale=0.5, size=(2, f.shape[1]))
    assert np.allclose(space.energies(theta), theta @ f.T, atol=1e-12)
    p, log_z = space.evaluate(theta)
    assert np.allclose(log_z, np.log(np.exp(theta @ f.T).sum(axis=1)), atol=1e-12)
    mean, covariance = space.statistics(p)
    assert np.allclose(mean, p @ f, atol=1e-12)
    for own, found, of in zip(p, covariance, mean, strict=True):
        assert np.allclose(found, (f * own[:, None]).T @ f - np.outer(of, of), atol=1e-11)
    assert np.allclose(space.maximum(mean, np.zeros_like(mean)).theta, theta, atol=1e-10)


@given(SIZES, st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_zero_sum_gauge_leaves_the_law_as_it_is(sizes: tuple[int, ...], seed: int) -> None:
    layout, rng = Layout(sizes), np.random.default_rng(seed)
    h, j = rng.normal(size=layout.levels), rng.normal(size=(layout.levels, layout.levels))
    j = np.where(layout.apart, j + j.T, 0.0)
    fields, pairs, constant = layout.zero_sum(h, j)
    digits = layout.digits(np.arange(layout.states))
    before, after = layout.minus_energy(digits, h, j), layout.minus_energy(digits, fields, pairs)
    assert np.allclose(before, after + constant, atol=1e-12)
    for c in range(len(sizes)):
        assert abs(fields[layout.at(c)].sum()) < 1e-12
        assert np.abs(pairs[:, layout.at(c)].sum(axis=1)).max() < 1e-12


def test_parameters_of_contrasts_come_back_from_fields_and_couplings() -> None:
    layout = Layout((3, 2, 4))
    couplings = Couplings(layout, [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
    theta = np.random.default_rng(0).normal(size=(3, couplings.number))
    assert np.allclose(couplings.flatten(couplings.arrange(theta)), theta, atol=1e-12)


def test_a_matrix_along_every_axis_is_their_kronecker_product() -> None:
    rng = np.random.default_rng(1)
    matrices = [rng.normal(size=(n, n)) for n in (3, 5, 2, 9)]
    whole = np.ones((1, 1))
    for matrix in matrices:
        whole = np.kron(matrix, whole)
    x = rng.normal(size=(2, len(whole)))
    assert np.allclose(along_axes(x, matrices), x @ whole.T)
