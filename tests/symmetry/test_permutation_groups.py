"""All groups of few columns are there, each once: against all subgroups that a few permutations generate."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from symcat.symmetry import permutation_groups
from symcat.symmetry.blocks_of_symmetry import blocks
from symcat.symmetry.pair_orbits import PairOrbits


def every_partition(d: int) -> set[bytes]:
    """Orbits of pairs of all groups of d columns, generator by generator."""
    every = list(permutations(range(d)))
    found = {PairOrbits.of((), d).place.tobytes(): ()}
    for generators in list(found.values()):
        waiting = [generators]
        while waiting:
            known = waiting.pop()
            for one in every:
                orbits = PairOrbits.of((*known, one), d)
                if orbits.place.tobytes() not in found:
                    found[orbits.place.tobytes()] = (*known, one)
                    waiting.append((*known, one))
    return set(found)


@pytest.mark.parametrize(("d", "count"), [(2, 2), (3, 5), (4, 22), pytest.param(5, 93, marks=pytest.mark.slow)])
def test_all_groups_are_listed_once(d: int, count: int) -> None:
    found = [
        PairOrbits.of(kind.relabelled(at), d).place.tobytes()
        for kind in permutation_groups.kinds(d)
        for at in range(len(kind.labels))
    ]
    assert len(found) == len(set(found)) == permutation_groups.number(d) == count
    assert set(found) == every_partition(d)


@pytest.mark.parametrize("d", [6, 7])
def test_kinds_of_more_columns_differ_and_hold_what_transpositions_and_shifts_generate(d: int) -> None:
    kinds = permutation_groups.kinds(d)
    assert permutation_groups.number(d) == {6: 739, 7: 4504}[d]
    counts = {kind.orbits.count for kind in kinds}
    assert {2, d * (d + 1) // 2, d // 2 + 1} <= counts
    for kind in kinds:
        np.testing.assert_array_equal(PairOrbits.of(kind.relabelled(0), d).count, kind.orbits.count)
        assert sum(block.r * block.k for block in kind.blocks) == d
        assert sum(block.free for block in kind.blocks) == kind.orbits.count


def test_blocks_of_the_quaternions() -> None:
    """The group of eight acting on itself: four signs, once each, and one representation of quaternions."""
    i, j = (2, 3, 1, 0, 6, 7, 5, 4), (4, 5, 7, 6, 1, 0, 2, 3)
    orbits = PairOrbits.of((i, j), 8)
    found = sorted((block.r, block.k) for block in blocks(orbits))
    assert found == [(1, 1), (1, 1), (1, 1), (1, 1), (1, 4)]
    twice = PairOrbits.of([(*g, *(8 + x for x in g)) for g in (i, j)], 16)
    assert max((b.r, b.k, b.field) for b in blocks(twice)) == (2, 4, 4)
    assert sum(block.free for block in blocks(twice)) == twice.count


def test_blocks_diagonalise() -> None:
    rng = np.random.default_rng(0)
    for kind in permutation_groups.kinds(5):
        matrix = rng.normal(size=kind.orbits.count)[kind.orbits.place]
        for one, other in combinations(kind.blocks, 2):
            np.testing.assert_allclose(one.basis.T @ matrix @ other.basis, 0.0, atol=1e-9)
