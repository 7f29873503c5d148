"""Which columns hang together, and in which order they are summed out."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from symcat.models.ising.wide import graph

Flags = NDArray[np.bool_]


def random_graph(seed: int, dimension: int, share: float) -> Flags:
    upper = np.triu(np.random.default_rng(seed).random((dimension, dimension)) < share, 1)
    return upper | upper.T


@given(st.integers(0, 10_000), st.integers(1, 15), st.floats(0.0, 0.4))
def test_edges_and_adjacency_are_inverse(seed: int, dimension: int, share: float) -> None:
    joined = random_graph(seed, dimension, share)
    np.testing.assert_array_equal(graph.adjacency(dimension, graph.edges_of(joined)), joined)


@given(st.integers(0, 10_000), st.integers(1, 15), st.floats(0.0, 0.3))
def test_blocks_are_the_connected_components(seed: int, dimension: int, share: float) -> None:
    joined = random_graph(seed, dimension, share)
    reach = np.linalg.matrix_power(joined.astype(float) + np.eye(dimension), dimension) > 0.0
    found = graph.blocks(joined)
    assert sorted(v for block in found for v in block) == list(range(dimension))
    for block in found:
        assert block == np.flatnonzero(reach[block[0]]).tolist()


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0.0, 0.5))
def test_an_elimination_triangulates_the_graph(seed: int, dimension: int, share: float) -> None:
    joined = random_graph(seed, dimension, share)
    found = graph.elimination(joined, dimension)
    assert found is not None
    assert sorted(found.order) == list(range(dimension))
    rank = {v: k for k, v in enumerate(found.order)}
    for v, met in found.later.items():
        assert [rank[u] for u in met] == sorted(rank[u] for u in met)
        assert all(rank[u] > rank[v] for u in met)
        assert {u for u in np.flatnonzero(joined[v]).tolist() if rank[u] > rank[v]} <= set(met)
        # What a column leaves behind is a table that its first later neighbour can hold.
        assert set(met[1:]) <= set(found.later[met[0]]) if met else True
    assert found.cells == sum(2 ** (len(met) + 1) for met in found.later.values())


def width_of(joined: Flags, order: tuple[int, ...]) -> int:
    neighbours = {v: set(np.flatnonzero(joined[v]).tolist()) for v in order}
    width = 0
    for v in order:
        met = neighbours.pop(v)
        width = max(width, len(met))
        for u in met:
            neighbours[u] = (neighbours[u] | met) - {u, v}
    return width


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.1, 0.7))
def test_min_fill_is_the_tree_width_of_small_graphs(seed: int, share: float) -> None:
    """Not a theorem, but true of graphs of six columns: the least width over all 720 orders."""
    joined = random_graph(seed, 6, share)
    found = graph.elimination(joined, 6)
    assert found is not None
    assert found.width == min(width_of(joined, order) for order in permutations(range(6)))


def test_widths_of_known_graphs() -> None:
    def width(dimension: int, edges: list[tuple[int, int]]) -> int:
        found = graph.elimination(graph.adjacency(dimension, edges), dimension)
        assert found is not None
        return found.width

    assert width(50, []) == 0
    assert width(50, [(i // 2, i) for i in range(1, 50)]) == 1
    assert width(50, [(i, (i + 1) % 50) for i in range(50)]) == 2
    assert width(9, list(combinations(range(9), 2))) == 8
    across = [(5 * r + c, 5 * r + c + 1) for r in range(12) for c in range(4)]
    down = [(5 * r + c, 5 * r + c + 5) for r in range(11) for c in range(5)]
    assert width(60, across + down) == 5


def test_a_graph_that_is_too_wide_is_given_up() -> None:
    everything = ~np.eye(20, dtype=bool)
    assert graph.elimination(everything, 18) is None
    assert graph.elimination(everything, 19) is not None


def test_independent_columns_are_found_independent_as_often_as_promised() -> None:
    rng = np.random.default_rng(1)
    false = 0
    for _ in range(200):
        rows = np.where(rng.random((400, 25)) < rng.uniform(0.02, 0.6, size=25), 1.0, -1.0)
        false += int(graph.dependent(rows.mean(axis=0), rows.T @ rows / 400, 400.0).any())
    assert false <= 7  # 2 expected at most: Fisher's exact test is conservative


def test_planted_dependences_are_found() -> None:
    rng = np.random.default_rng(2)
    rows = rng.choice([-1.0, 1.0], size=(2_000, 30))
    rows[:, 7] = np.where(rng.random(2_000) < 0.7, rows[:, 3], rows[:, 7])
    rare = rng.random(2_000) < 0.01
    rows[:, 20] = np.where(rare, 1.0, -1.0)
    rows[:, 21] = np.where(rare | (rng.random(2_000) < 0.005), 1.0, -1.0)
    found = graph.dependent(rows.mean(axis=0), rows.T @ rows / 2_000, 2_000.0)
    assert graph.edges_of(found) == ((3, 7), (20, 21))


def test_rare_cells_are_judged_by_fishers_exact_test() -> None:
    """Twice the smaller tail, as scipy's one-sided tests give it."""
    rng = np.random.default_rng(3)
    n = 300
    rows = np.where(rng.random((n, 2)) < 0.08, 1.0, -1.0)
    rows[:20, 1] = rows[:20, 0]
    m, q = rows.mean(axis=0), rows.T @ rows / n
    cells = [[int(((rows[:, 0] == a) & (rows[:, 1] == b)).sum()) for b in (1.0, -1.0)] for a in (1.0, -1.0)]
    expected = 2.0 * min(fisher_exact(cells, side).pvalue for side in ("less", "greater"))
    found = graph._exact_p(m, q, float(n), np.array([0]), np.array([1]))[0]
    np.testing.assert_allclose(found, min(expected, 1.0), rtol=1e-9)
