"""Groups given by their elements: closed under products, drawn, or side by side."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.errors import InvalidData
from symcat.symmetry import by_elements
from symcat.symmetry.groups import named


def test_generating_matrices_are_closed_under_products() -> None:
    """A turn by 90 degrees and a reflection generate the eight symmetries of the square."""
    turn, mirror = [[0.0, -1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, -1.0]]
    found = by_elements.generated([turn, mirror], 2).images(np.array([[2.0, 1.0]]), 1, np.random.default_rng(0))
    images = {tuple(row) for row in found[:, 0].round(9).tolist()}
    assert images == {(a, b) for a, b in ((2, 1), (-2, 1), (2, -1), (-2, -1), (1, 2), (-1, 2), (1, -2), (-1, -2))}


def test_what_is_no_group_is_refused() -> None:
    with pytest.raises(InvalidData, match="generate more than 10,000 elements"):
        by_elements.generated([[1.0, 1.0], [0.0, 1.0]], 2)
    with pytest.raises(InvalidData, match=r"shape \(k, 2, 2\)"):
        by_elements.generated(np.eye(3), 2)
    with pytest.raises(InvalidData, match="two columns or more"):
        named("rotation", 1)
    drawn = by_elements.drawn_by(lambda n, rng: np.ones(n), 2)
    with pytest.raises(InvalidData, match=r"gave an array of shape \(15,\)"):
        drawn.images(np.ones((5, 2)), 3, np.random.default_rng(0))


def test_columns_that_change_places_have_one_centre() -> None:
    x = np.array([[1.0, 3.0, 10.0], [3.0, 5.0, 20.0]])
    acting = by_elements.together([(named("permutation", 2), [0, 1]), (named("z2", 1), [2])])
    assert acting.needs_center(3)
    assert acting.about(x, np.array([9.0, 9.0, 15.0])).tolist() == [3.0, 3.0, 15.0]
    assert not named("cyclic", 3).needs_center(3)
