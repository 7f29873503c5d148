"""How groups act on rows: images have the invariants of the rows, and the identity comes first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcat.symmetry.groups import named

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
    found = named(name, dimension).images(y, 3, rng)
    assert (found[0] == y).all()
    of_rows = INVARIANTS[name](y)
    np.testing.assert_allclose(
        INVARIANTS[name](found), np.broadcast_to(of_rows, (len(found), *of_rows.shape)), atol=1e-9
    )


@pytest.mark.parametrize("name", INVARIANTS)
def test_rows_of_a_block_have_one_element(name: str) -> None:
    """So that what they are to each other stays: each group acts by orthogonal matrices."""
    y = np.random.default_rng(0).normal(size=(7, 5))
    found = named(name, 5).images(y, 4, np.random.default_rng(1), 3)
    for block in (slice(0, 3), slice(3, 6), slice(6, 7)):
        inner = np.einsum("kni,kmi->knm", found[:, block], found[:, block])
        np.testing.assert_allclose(inner, np.broadcast_to(y[block] @ y[block].T, inner.shape), atol=1e-12)
