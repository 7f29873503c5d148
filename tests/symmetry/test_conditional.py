"""Conditional symmetry: elements that orient points, rows that change places, and the test's level and power."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import symcat
from symcat.errors import InvalidData, SymcatError
from symcat.symmetry.by_elements import generated
from symcat.symmetry.conditional import ALIKE, alike
from symcat.symmetry.groups import named
from symcat.symmetry.orienting import orienting

X = ("x0", "x1", "x2")
QUARTER = np.array([[0.0, -1.0], [1.0, 0.0]])


def noisy(n: int, correlation: float, seed: int, unit: bool = False) -> np.ndarray:
    """y = x + noise given x, equivariant under rotations where the noise is isotropic."""
    rng = np.random.default_rng([seed, 1])
    x = rng.standard_normal((n, 3)) + np.eye(3)[0]
    if unit:
        x /= np.linalg.norm(x, axis=1)[:, None]
    root = np.linalg.cholesky(correlation + (1.0 - correlation) * np.eye(3))
    return np.concatenate([x, x + rng.standard_normal((n, 3)) @ root.T], axis=1)


@pytest.mark.parametrize("name", ["z2", "z2_each", "permutation", "cyclic", "rotation", "hyperoctahedral", "matrices"])
@pytest.mark.parametrize("d", [2, 6])
def test_elements_lead_from_one_representative_to_each_point(name: str, d: int) -> None:
    rng = np.random.default_rng(d)
    acting = generated(QUARTER, 2) if name == "matrices" else named(name, d)
    if name == "matrices":
        d = 2
    x = np.concatenate([rng.standard_normal((20, d)), rng.integers(-1, 2, size=(20, d))])
    orient, unchanged = orienting(acting, d)
    moved = acting.images(x, 3, rng)[-1]
    np.testing.assert_allclose(unchanged(moved), unchanged(x), atol=1e-12)
    representatives = [np.einsum("nji,nj->ni", orient(points, rng), points) for points in (x, moved)]  # orthogonal
    np.testing.assert_allclose(representatives[0], representatives[1], atol=1e-12)


def test_of_many_elements_one_is_drawn_anew() -> None:
    orient, _ = orienting(named("rotation", 3), 3)
    x = np.tile([0.0, 0.6, 0.8], (4000, 1))
    drawn = orient(x, np.random.default_rng(0))
    np.testing.assert_allclose(drawn[:, :, 0], x, atol=1e-12)
    np.testing.assert_allclose(drawn[:, :, 1].mean(axis=0), 0.0, atol=0.05)
    assert set(np.linalg.det(drawn).round()) == {-1.0, 1.0}
    ordered, _ = orienting(named("permutation", 5), 5)
    places = ordered(np.zeros((6000, 5)), np.random.default_rng(0)).argmax(axis=1)
    assert len(np.unique(places, axis=0)) == len(list(permutations(range(5))))


def test_rows_change_places_with_equal_ones_where_there_are_such() -> None:
    rng = np.random.default_rng(0)
    bins, exact = alike(rng.integers(5, size=(200, 2)).astype(float))
    assert exact
    assert sorted(np.concatenate(bins)) == list(range(200))
    bins, exact = alike(rng.standard_normal((200, 2)))
    assert not exact
    assert sorted(np.concatenate(bins)) == list(range(200))
    assert max(map(len, bins)) <= ALIKE


def test_a_law_that_does_not_turn_with_what_it_is_given_is_noticed() -> None:
    p = [
        symcat.test_symmetry(noisy(300, r, 0), "rotation", given=X, center=0.0, randomizations=199).p_value
        for r in (0.0, 0.8)
    ]
    assert p[0] > 0.05
    assert p[1] <= 0.01


def test_given_directions_it_is_exact_and_says_so() -> None:
    found = symcat.test_symmetry(noisy(60, 0.0, 0, unit=True), "rotation", given=X, center=0.0, randomizations=99)
    assert found.exact
    assert found.given == X
    assert found.columns == ("x3", "x4", "x5")
    assert str(found).startswith("symmetry rotation of x3, x4, x5 given x0, x1, x2: their law moves with these\np = ")
    with pytest.raises(SymcatError, match="rows are compared with others"):
        found.monitor()
    near = symcat.test_symmetry(noisy(60, 0.0, 0), "rotation", given=X, center=0.0, randomizations=99)
    assert not near.exact
    assert near.why == "few rows with near invariants count as alike"


def test_other_columns_than_those_given_may_stay_as_they_are() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 2)) * [1.0, 2.0]
    depends = {"of length": np.hypot(*x.T), "of one": x[:, 0]}
    p = {
        name: symcat.test_symmetry(
            np.column_stack([x, y + 0.3 * rng.standard_normal(300)]), "rotation", given=["x0", "x1"], center=0.0
        ).p_value
        for name, y in depends.items()
    }
    assert p["of length"] > 0.05
    assert p["of one"] <= 0.01


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"given": ["x9"], "center": 0.0}, "not some of the columns"),
        ({"given": ["x0", "x1", "x2", "x3", "x4", "x5"], "center": 0.0}, "not some of the columns"),
        ({"given": X}, "centre must be known"),
        ({"given": X, "center": 0.0, "blocks": 2}, "leave blocks= out"),
        ({"given": X, "group": "shift"}, "'shift' is not offered"),
    ],
)
def test_what_means_nothing_is_refused(options: dict[str, object], said: str) -> None:
    asked = {"group": "rotation", **options}
    with pytest.raises(InvalidData, match=said):
        symcat.test_symmetry(noisy(40, 0.0, 0), **asked)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.statistics
@pytest.mark.parametrize("unit", [True, False])
def test_the_level_is_kept(unit: bool) -> None:
    p = [
        symcat.test_symmetry(
            noisy(80, 0.0, k, unit), "rotation", given=X, center=0.0, randomizations=99, seed=k
        ).p_value
        for k in range(400)
    ]
    assert abs((np.array(p) <= 0.05).mean() - 0.05) < 4.0 * np.sqrt(0.05 * 0.95 / 400)
