"""``ising.tree`` of many columns: nothing that has a place for every pair is formed more often than it must."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import symcat
from symcat.models.ising import beliefs, checks, edges, spins
from symcat.models.ising.chow_liu import along, chow_liu

Floats = NDArray[np.float64]


def planted(d: int, n: int, seed: int = 0) -> tuple[NDArray[np.int8], set[tuple[int, int]]]:
    rng = np.random.default_rng(seed)
    rows = np.empty((n, d), dtype=np.int8)
    rows[:, 0] = 2 * rng.integers(0, 2, n) - 1
    found = set()
    for child in range(1, d):
        parent = int(rng.integers(max(0, child - 5), child))
        found.add((parent, child))
        rows[:, child] = np.where(rng.random(n) < 0.2, -rows[:, parent], rows[:, parent])
    return rows, found


def fitted(d: int) -> tuple[edges.Edges, Floats, Floats, spins.PairAverages]:
    rows = planted(d, 500)[0].astype(np.float64)
    seen = spins.PairAverages(rows.mean(axis=0)[None], (rows.T @ rows / len(rows))[None])
    ends = chow_liu(*seen)
    found = edges.Edges(ends, seen.mean, along(ends, seen.pair))
    h, j = found.couplings()
    return found, h, found.spread_out(j), seen


def test_a_planted_tree_of_520_columns_is_recovered() -> None:
    rows, planted_edges = planted(520, 2000)
    s = symcat.solve(rows, classes=["ising.tree"])
    found = {(int(i), int(k)) for i, k in np.argwhere(np.triu(s.parameters["J"] != 0.0))}
    assert len(found & planted_edges) >= 0.95 * len(planted_edges)


def test_bands_of_averages_are_those_of_all_pairs() -> None:
    found, h, j, _ = fitted(40)
    said, known = beliefs.averages(h, j), beliefs.propagate(h, j)
    bands = [beliefs.band(h, j, known, slice(start, start + 16)) for start in (0, 16, 32)]
    assert np.concatenate(bands, axis=1) == pytest.approx(said.pair[0], abs=1e-13)
    assert along(found.ends, said.pair) == pytest.approx(found.along, abs=1e-12)
    assert beliefs.products(h, j, found.ends) == pytest.approx(found.along, abs=1e-12)


def test_the_farthest_average_is_the_same_by_bands() -> None:
    _, h, j, seen = fitted(40)
    count, known = np.array([500.0]), beliefs.propagate(h, j)
    whole = checks.farthest(seen, beliefs.averages(h, j), count)
    bands = ((start, beliefs.band(h, j, known, slice(start, start + 16))) for start in (0, 16, 32))
    by_bands = checks.farthest_of_bands(seen, known.mean, bands, count)
    assert by_bands.place == whole.place
    assert [by_bands.score, by_bands.expected, by_bands.p_value] == [
        pytest.approx(value, abs=1e-9) for value in (whole.score, whole.expected, whole.p_value)
    ]
    names = [str(k) for k in range(40)]
    said = checks.forced_averages([by_bands], np.array([0]), 1, names).detail(0)
    assert said == checks.forced_averages([whole], np.array([0]), 1, names).detail(0)


@pytest.mark.slow
def test_robust_errors_that_are_asked_for_of_too_many_columns_are_refused() -> None:
    rows = np.random.default_rng(0).integers(0, 2, (6500, 2100)).astype(bool)
    with pytest.raises(symcat.InvalidData, match=r"errors='rows' cannot be had of ising\.tree"):
        symcat.solve(rows, classes=["ising.tree"], errors="rows")
