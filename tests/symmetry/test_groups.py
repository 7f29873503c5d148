"""Groups: every member leaves the invariants and the projectors as they are, and means are those over the members."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.errors import InvalidData
from symcat.symmetry.groups import GROUPS, group, written
from symcat.symmetry.invariants import Combination, Exponents
from tests.symmetry.members import ELEMENT

NAMES = st.sampled_from(sorted(GROUPS))
MONOMIALS = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(tuple).filter(lambda e: 0 < sum(e) <= 6)


def value(terms: Combination, x: np.ndarray) -> np.ndarray:
    """(n,) a sum of monomials at the rows of x (n, d)."""
    return sum((c * np.prod(x ** np.array(e), axis=1) for e, c in terms.items()), np.zeros(len(x)))


@settings(max_examples=200)
@given(NAMES, MONOMIALS, st.integers(0, 10_000))
def test_a_member_leaves_every_invariant_unchanged(name: str, e: Exponents, seed: int) -> None:
    rng = np.random.default_rng(seed)
    acting = group(name)
    x = rng.normal(size=(7, len(e)))
    turned = x @ ELEMENT[name](len(e), rng).T
    for found in (acting.orbit(e), acting.mean(e)):
        np.testing.assert_allclose(value(found, turned), value(found, x), rtol=1e-9, atol=1e-9)


@settings(max_examples=100)
@given(NAMES, MONOMIALS, st.integers(0, 10_000))
def test_the_mean_of_a_mean_is_itself(name: str, e: Exponents, seed: int) -> None:
    acting = group(name)
    mean = acting.mean(e)
    again: Combination = {}
    for member, c in mean.items():
        for other, weight in acting.mean(member).items():
            again[other] = again.get(other, 0.0) + c * weight
    assert again == pytest.approx(mean)
    assert (acting.orbit(e) == {e: 1.0}) == (mean == {e: 1.0})


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(GROUPS))
@pytest.mark.parametrize("e", [(2, 0, 0), (1, 1, 0), (2, 2, 0), (4, 0, 0), (1, 0, 0), (2, 1, 1), (2, 2, 2)])
def test_means_are_those_over_many_members(name: str, e: Exponents) -> None:
    rng = np.random.default_rng(7)
    acting = group(name)
    x = rng.normal(size=(1, 3))
    turned = np.concatenate([x @ ELEMENT[name](3, rng).T for _ in range(20_000)])
    sampled = value({e: 1.0}, turned)
    assert abs(sampled.mean() - value(acting.mean(e), x)[0]) < 5.0 * sampled.std() / np.sqrt(len(sampled)) + 1e-12


@settings(max_examples=60)
@given(NAMES, st.integers(1, 6), st.integers(0, 10_000))
def test_projectors_are_complete_commute_and_are_left_unchanged(name: str, d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    acting = group(name)
    found = acting.projectors(d)
    turned = ELEMENT[name](d, rng)
    np.testing.assert_allclose(turned @ turned.T, np.eye(d), atol=1e-12)
    if found is None:
        assert not acting.mixes
        return
    np.testing.assert_allclose(sum(found), np.eye(d), atol=1e-12)
    for k, p in enumerate(found):
        np.testing.assert_allclose(turned @ p @ turned.T, p, atol=1e-12)
        for j, other in enumerate(found):
            np.testing.assert_allclose(p @ other, p if j == k else 0.0 * p, atol=1e-12)


def test_an_unknown_group() -> None:
    with pytest.raises(InvalidData, match="no symmetry 'translations': choose one of none, z2"):
        group("translations")


@pytest.mark.parametrize(
    ("former", "name"), [("reflections", "z2_each"), ("exchangeable", "permutation"), ("orthogonal", "rotation")]
)
def test_names_in_stored_terms_are_understood(former: str, name: str) -> None:
    assert group(former) is GROUPS[name]
    assert written(name) == written(former) == former


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_images_of_rows_are_those_of_the_group(name: str) -> None:
    """The average of a monomial over many images of a row is what the group says of it."""
    y, rng = np.random.default_rng(0).normal(size=(1, 3)), np.random.default_rng(1)
    found = GROUPS[name].images(y, 20_000, rng)[:, 0]
    for e in ((2, 0, 0), (1, 1, 0), (2, 2, 0), (3, 1, 0)):
        of_images = value({e: 1.0}, found)
        error = of_images.std() / np.sqrt(len(found)) * (len(found) > 100)
        assert abs(of_images.mean() - value(GROUPS[name].mean(e), y)[0]) < 5.0 * error + 1e-12
