"""Which symmetry the rows do not rule out: the right one is found, at its level, in any units."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.symmetry.groups import group
from symcat.symmetry.invariance import most_symmetric, p_value


def found(rows: np.ndarray, known: bool = False) -> str:
    mean = np.zeros(rows.shape[1]) if known else rows.mean(axis=0)
    return most_symmetric(rows, mean, rows.std(axis=0), known).group.name


def shapes(n: int, seed: int) -> dict[str, np.ndarray]:
    """Rows of two columns, none of them Gaussian, each with exactly the symmetry it is named after."""
    rng = np.random.default_rng(seed)
    turned = rng.normal(size=(n, 2)) * rng.choice([0.5, 1.5], size=(n, 1))
    box = rng.uniform(-1.0, 1.0, size=(n, 2)) * [1.0, 3.0]
    skewed = rng.exponential(size=(n, 2)) + rng.exponential(size=(n, 1))
    side = rng.choice([-1.0, 1.0], size=(n, 1))
    pair = side * [2.0, 1.0] + rng.normal(size=(n, 2)) * [0.3, 0.8]
    lone = np.stack([rng.exponential(size=n), rng.normal(size=n)], axis=1)
    return {"rotation": turned, "z2_each": box, "permutation": skewed, "z2": pair, "none": lone}


@pytest.mark.parametrize("symmetry", ["rotation", "z2_each", "permutation", "z2", "none"])
def test_each_is_told_from_the_others(symmetry: str) -> None:
    rows = shapes(20_000, 1)[symmetry]
    assert found(rows) == symmetry
    assert found(1e-3 * rows + 7.0) == symmetry


@pytest.mark.slow
def test_the_level_is_kept_with_the_centre_estimated() -> None:
    """Of 400 tables that have the symmetry, one in a thousand may be denied it."""
    for symmetry in ("rotation", "permutation", "z2_each", "z2"):
        acting, p = group(symmetry), []
        for seed in range(100):
            rows = shapes(2000, 100 + seed)[symmetry]
            center = rows.mean() if acting.common_center else rows.mean(axis=0)
            scale = np.sqrt((rows.std(axis=0) ** 2).mean()) if acting.mixes else rows.std(axis=0)
            p.append(p_value(acting, (rows - center) / scale, estimated=True))
        assert min(p) > 1e-4, symmetry
        assert 0.3 < np.mean(p) < 0.7, symmetry


def test_a_known_centre_is_held_against_the_rows() -> None:
    rows = shapes(20_000, 2)["z2"]
    assert found(rows, known=True) == "z2"
    assert found(rows + 0.2, known=True) == "none"


def test_few_rows_are_not_called_symmetric() -> None:
    assert found(shapes(20, 3)["rotation"]) == "none"


def test_a_known_centre_stays_where_it_is() -> None:
    """Columns that are alike about a centre of their own each."""
    rows = shapes(20_000, 1)["permutation"]
    apart = np.array([0.0, 5.0])
    known = np.full(2, rows.mean()) + apart
    invariant = most_symmetric(rows + apart, known, rows.std(axis=0), True)
    assert invariant.group.name == "permutation"
    np.testing.assert_array_equal(invariant.center, known)
