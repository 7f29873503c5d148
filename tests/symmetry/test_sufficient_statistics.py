"""Statistics as sums of monomials: how many invariants a group leaves, and that they are."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.errors import InvalidData
from symcat.symmetry.groups import GROUPS, Symmetry
from symcat.symmetry.sufficient_statistics import SufficientStatistics
from tests.symmetry.members import ELEMENT

SYMMETRIES = st.sampled_from(sorted(GROUPS))


def test_how_many_invariants_there_are() -> None:
    assert SufficientStatistics.invariants(5, 4).count == comb(9, 4) - 1
    assert SufficientStatistics.invariants(5, 4, "z2").count == comb(6, 2) + comb(8, 4)
    assert SufficientStatistics.invariants(3, 4, "z2_each").names() == [
        *("x0^2", "x1^2", "x2^2", "x0^4", "x0^2 x1^2", "x0^2 x2^2", "x1^4", "x1^2 x2^2", "x2^4")
    ]
    assert SufficientStatistics.invariants(3, 6, "rotation").count == 3
    assert SufficientStatistics.invariants(2, 3, spins=[0]).names() == ["x0", "x1", "x0 x1", "x1^2", "x0 x1^2", "x1^3"]
    assert SufficientStatistics.invariants(3, 2, "permutation", spins=[0, 1, 2]).names() == [
        *("x0 + x1 + x2", "x0 x1 + x0 x2 + x1 x2")
    ]
    assert SufficientStatistics.invariants(4, 2, "cyclic").names() == [
        *("x0 + x1 + x2 + x3", "x0^2 + x1^2 + x2^2 + x3^2", "x0 x1 + x0 x3 + x1 x2 + x2 x3", "x0 x2 + x1 x3")
    ]
    assert SufficientStatistics.pairwise(4).count == 10


@pytest.mark.parametrize(("symmetry", "spins"), [("rotation", [0, 1]), ("permutation", [0]), ("cyclic", [1])])
def test_columns_that_cannot_become_each_other(symmetry: Symmetry, spins: list[int]) -> None:
    with pytest.raises(InvalidData, match="cannot become each other"):
        SufficientStatistics.invariants(2, 4, symmetry, spins)


@settings(max_examples=40)
@given(SYMMETRIES, st.integers(1, 3), st.sampled_from([2, 4, 6]), st.integers(0, 1000))
def test_invariants_are_invariant(symmetry: Symmetry, d: int, degree: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(7, d))
    turned = ELEMENT[symmetry](d, rng)
    found = SufficientStatistics.invariants(d, degree, symmetry)
    np.testing.assert_allclose(found.values(x @ turned), found.values(x), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("exponents", "spins", "message"),
    [
        ([(7,)], [], "degree above 6"),
        ([(0, 0)], [], "not all of them 0"),
        ([(2, 1)], [0], "square of a spin"),
        ([(1, 1), (1, 1)], [], "twice"),
    ],
)
def test_bad_terms_are_named(exponents: list[tuple[int, ...]], spins: list[int], message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        SufficientStatistics.monomials(exponents, spins)
