"""How groups act on rows: images have the invariants of the rows, and the identity comes first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.symmetry import actions

Floats = NDArray[np.float64]

INVARIANTS: dict[str, Callable[[Floats], Floats]] = {
    "z2": lambda y: y[..., :, None] * y[..., None, :],
    "z2_each": np.abs,
    "permutation": lambda y: np.sort(y, axis=-1),
    "cyclic": lambda y: np.abs(np.fft.fft(y, axis=-1)),
    "rotation": lambda y: np.linalg.norm(y, axis=-1),
    "hyperoctahedral": lambda y: np.sort(np.abs(y), axis=-1),
}


@pytest.mark.parametrize("name", INVARIANTS)
@given(seed=st.integers(0, 2**32 - 1), dimension=st.integers(2, 6))
def test_images_have_the_invariants_of_the_rows(name: str, seed: int, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(5, dimension))
    found = actions.named(name, dimension).images(y, 3, rng)
    assert (found[0] == y).all()
    of_rows = INVARIANTS[name](y)
    np.testing.assert_allclose(
        INVARIANTS[name](found), np.broadcast_to(of_rows, (len(found), *of_rows.shape)), atol=1e-9
    )


@pytest.mark.parametrize("name", INVARIANTS)
def test_rows_of_a_block_have_one_element(name: str) -> None:
    """So that what they are to each other stays: each group acts by orthogonal matrices."""
    y = np.random.default_rng(0).normal(size=(7, 5))
    found = actions.named(name, 5).images(y, 4, np.random.default_rng(1), 3)
    for block in (slice(0, 3), slice(3, 6), slice(6, 7)):
        inner = np.einsum("kni,kmi->knm", found[:, block], found[:, block])
        np.testing.assert_allclose(inner, np.broadcast_to(y[block] @ y[block].T, inner.shape), atol=1e-12)


def test_generating_matrices_are_closed_under_products() -> None:
    """A turn by 90 degrees and a reflection generate the eight symmetries of the square."""
    turn, mirror = [[0.0, -1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, -1.0]]
    found = actions.generated([turn, mirror], 2).images(np.array([[2.0, 1.0]]), 1, np.random.default_rng(0))
    images = {tuple(row) for row in found[:, 0].round(9).tolist()}
    assert images == {(a, b) for a, b in ((2, 1), (-2, 1), (2, -1), (-2, -1), (1, 2), (-1, 2), (1, -2), (-1, -2))}


def test_what_is_no_group_is_refused() -> None:
    with pytest.raises(InvalidData, match="generate more than 10,000 elements"):
        actions.generated([[1.0, 1.0], [0.0, 1.0]], 2)
    with pytest.raises(InvalidData, match=r"shape \(k, 2, 2\)"):
        actions.generated(np.eye(3), 2)
    with pytest.raises(InvalidData, match="two columns or more"):
        actions.named("rotation", 1)
    drawn = actions.drawn_by(lambda n, rng: np.ones(n), 2)
    with pytest.raises(InvalidData, match=r"gave an array of shape \(15,\)"):
        drawn.images(np.ones((5, 2)), 3, np.random.default_rng(0))


def test_columns_that_change_places_have_one_centre() -> None:
    x = np.array([[1.0, 3.0, 10.0], [3.0, 5.0, 20.0]])
    acting = actions.together([(actions.named("permutation", 2), [0, 1]), (actions.named("z2", 1), [2])])
    assert acting.centered(3)
    assert acting.about(x, np.array([9.0, 9.0, 15.0])).tolist() == [3.0, 3.0, 15.0]
    assert not actions.named("cyclic", 3).centered(3)
