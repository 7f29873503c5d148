"""Orbits of pairs are those of all elements of the group, by brute force, and averages are those over the group."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.symmetry.pair_orbits import PairOrbits, Permutation, cycles, in_words, of_cycles

PERMUTATIONS = st.integers(2, 6).flatmap(
    lambda d: st.lists(st.permutations(range(d)).map(tuple), min_size=1, max_size=2)
)


def elements(generators: list[Permutation]) -> list[Permutation]:
    """All of the group."""
    found = [tuple(range(len(generators[0])))]
    for one in found:
        for g in generators:
            new = tuple(g[j] for j in one)
            if new not in found:
                found.append(new)
    return found


@settings(max_examples=60)
@given(PERMUTATIONS, st.integers(0, 1000))
def test_averages_are_those_over_all_elements(generators: list[Permutation], seed: int) -> None:
    d = len(generators[0])
    orbits, group = PairOrbits.of(generators, d), elements(generators)
    rng = np.random.default_rng(seed)
    matrix, vector = rng.normal(size=(d, d)), rng.normal(size=d)
    matrix = matrix + matrix.T
    average = np.mean([matrix[np.ix_(one, one)] for one in group], axis=0)
    np.testing.assert_allclose(orbits.averaged(matrix[None])[0], average, atol=1e-12)
    of_columns = np.mean([vector[list(one)] for one in group], axis=0)
    np.testing.assert_allclose(orbits.averaged_columns(vector[None])[0], of_columns, atol=1e-12)
    pairs = {frozenset(frozenset((g[i], g[j])) for g in group) for i, j in combinations_with_replacement(range(d), 2)}
    assert orbits.count == len(pairs)
    assert orbits.indicators.sum() == d * d


@given(st.permutations(range(6)))
def test_cycles_and_back(one: list[int]) -> None:
    assert of_cycles(cycles(one), 6) == tuple(one)


def test_generators_in_words() -> None:
    assert in_words([(1, 0, 3, 2), (0, 2, 1, 3)], "abcd") == "(a b)(c d), (b c)"
