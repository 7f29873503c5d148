"""Exact sums block by block and along narrow graphs, against the sum over all states."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat.errors import NoEntry
from symcat.models.ising.wide import graph
from symcat.models.potts import blocks
from symcat.models.potts.blocks import Blocks, sums_of
from symcat.models.potts.junction import Junction
from symcat.models.potts.layout import Layout
from symcat.models.potts.space import Space
from symcat.models.potts.terms import statistics_of

ROWS = 2000


def random_sets(rng: np.random.Generator, d: int) -> list[tuple[int, ...]]:
    pairs = [pair for pair in combinations(range(d), 2) if rng.random() < 0.5]
    larger = [(0, 2, d - 1)] if rng.random() < 0.5 else []
    return [(j,) for j in range(d)] + pairs + larger


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_elimination_is_the_sum_over_all_states(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layout = Layout(tuple(rng.integers(2, 5, size=5).tolist()))
    sets = random_sets(rng, 5)
    joined = graph.adjacency(5, (pair for chosen in sets for pair in combinations(chosen, 2)))
    order = graph.elimination(joined, 4)
    assert order is not None
    every, along = Space(layout, statistics_of(layout, sets)), Junction(layout, sets, order)
    theta = rng.normal(scale=0.5, size=(2, along.number))
    assert along.evaluate(theta)[1] == pytest.approx(every.evaluate(theta)[1], abs=1e-10)
    for mine, his in zip(along.statistics(theta), every.statistics(every.evaluate(theta)[0]), strict=True):
        assert mine == pytest.approx(his, abs=1e-10)
    assert along.average(theta[0]) == pytest.approx(every.average(theta[0]), abs=1e-10)
    assert along.pair_shares(theta[0]) == pytest.approx(every.pair_shares(theta[0]), abs=1e-10)
    drawn = along.drawn(theta[0], 20_000, rng)
    seen = np.bincount(layout.codes(drawn), minlength=layout.states) / len(drawn)
    assert seen == pytest.approx(every.evaluate(theta)[0][0], abs=0.02)


def test_blocks_are_fitted_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    layout, sets = Layout((3, 2, 4, 3)), [(0,), (1,), (2,), (3,), (0, 2), (1, 3)]
    every = sums_of(layout, sets)
    monkeypatch.setattr(blocks, "LARGEST", 12)  # states: one block is summed over them, one along its graph
    apart = sums_of(layout, sets)
    assert isinstance(every, Space)
    assert isinstance(apart, Blocks)
    theta = np.random.default_rng(0).normal(scale=0.6, size=(1, len(every.rows)))
    target = every.average(theta[0])[None]
    for sums in (every, apart):
        found = sums.maximum(target, np.zeros_like(target))
        assert found.theta == pytest.approx(theta, abs=1e-9)
        assert found.log_z == pytest.approx(every.log_partition(theta[0]), abs=1e-10)
        assert sums.pair_shares(theta[0]) == pytest.approx(every.pair_shares(theta[0]), abs=1e-12)
    assert apart.average(theta[0]) == pytest.approx(target[0], abs=1e-12)
    assert apart.drawn(theta[0], 10, np.random.default_rng(1)).shape == (10, 4)


def ladder(d: int = 14) -> tuple[dict[str, np.ndarray], list[tuple[str, str]]]:
    """Columns of three levels, each like those one and two before it."""
    rng = np.random.default_rng(1)
    columns = [rng.integers(3, size=ROWS)]
    for j in range(1, d):
        other = columns[rng.integers(max(0, j - 2), j)]
        columns.append(np.where(rng.random(ROWS) < 0.4, other, rng.integers(3, size=ROWS)))
    names = np.array(["a", "b", "c"])
    pairs = [(f"q{i:02d}", f"q{j:02d}") for j in range(d) for i in range(max(0, j - 2), j)]
    return {f"q{j:02d}": names[column] for j, column in enumerate(columns)}, pairs


def test_named_pairs_of_many_columns_have_an_exact_answer() -> None:
    """4.8 million different rows, whose couplings have a graph of width two."""
    rows, pairs = ladder()
    wide = symcat.solve(rows, classes=["potts.pairwise"], interactions=pairs)
    assert (wide.label, wide.source, wide.n_parameters) == ("potts.pairwise", "exact", 28 + 4 * len(pairs))
    # The shares of single columns and of the named pairs are those of the rows.
    m = np.concatenate([[(values == level).mean() for level in ("a", "b", "c")] for values in rows.values()])
    assert wide.moments()["m"] == pytest.approx(m, abs=1e-9)
    both = np.mean((rows["q03"] == "a") & (rows["q05"] == "c"))
    assert wide.moments()["q"][9, 17] == pytest.approx(both, abs=1e-9)
    assert np.shape(wide.sample(5)) == (5, 14)


def test_what_is_too_wide_is_refused_in_one_sentence() -> None:
    rows, _ = ladder()
    with pytest.raises(NoEntry, match="name the few pairs that are coupled with interactions="):
        symcat.solve(rows, classes=["potts.pairwise"])
