"""Columns of several levels: time of exact fits, coverage of intervals, and how often checks reject true laws.

    python -m benchmarks.potts times
    python -m benchmarks.potts coverage --tables 4000
    python -m benchmarks.potts levels --tables 2000

``times``: a fit of all pairs from counted rows, by numbers of columns and levels, its largest error against the shares
that it was drawn from, and the whole call on a million rows of ten columns beside DuckDB's GROUP BY. ``coverage``: the
share of 95 % intervals that hold the truth, over all numbers of h and of J. ``levels``: the
shares of tables of a true law that each check rejects at 5 %, 1 % and 0.1 %.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np

import symcat
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.potts.counted import counted
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.layout import Floats, Integers, Layout
from symcat.models.potts.pairwise import Pairwise
from symcat.models.potts.potts import Potts
from symcat.models.potts.replay import random_couplings
from symcat.models.potts.tree import Tree

SEED = 20261127
MEMBERS: tuple[type[Potts], ...] = (Independent, CurieWeiss, Tree, Pairwise)
_Z = 1.959963984540054


def of(member: type[Potts], sizes: tuple[int, ...]) -> Potts:
    """The class for columns of so many levels."""
    names = tuple(f"x{j}" for j in range(len(sizes)))
    return member(Schema(names, tuple(tuple(range(size)) for size in sizes)), Options())


def law(member: type[Potts], layout: Layout, strength: float, seed: int) -> tuple[Floats, Floats, Floats]:
    """Random h, J, the couplings ``strength`` times those of the replay, and the probabilities of all states."""
    h, j = random_couplings(member, layout, np.random.default_rng(seed))
    j = strength * j
    energy = layout.minus_energy(layout.digits(np.arange(layout.states)), h, j)
    p = np.exp(energy - energy.max())
    return h, j, p / p.sum()


def drawn(layout: Layout, p: Floats, n: int, rng: np.random.Generator) -> Integers:
    """(n, d) digits."""
    return layout.digits(np.searchsorted(np.cumsum(p), rng.random(n) * p.sum(), side="right"))


# --- time ------------------------------------------------------------------------------------------------------------


def times() -> None:
    """A line for each table of all pairs."""
    for sizes in ((3,) * 8, (3,) * 12, (4,) * 11, (10,) * 6, (6,) * 8, (2,) * 20 + (3,)):
        model = of(Pairwise, sizes)
        layout, rng = model.layout, np.random.default_rng(SEED)
        assert isinstance(model, Pairwise)
        sums = model.sums
        if isinstance(sums, str):
            print(f"{sizes}: {sums}")
            continue
        theta = rng.normal(size=(1, model.couplings.number)) * 0.5 / np.sqrt(len(sizes))
        target = sums.average(theta[0])[None]
        start = time.process_time()
        found = sums.maximum(target, np.zeros_like(target))
        took = time.process_time() - start
        error = np.abs(found.theta - theta).max()
        print(
            f"{len(sizes):3d} columns of up to {max(sizes):2d} levels: {layout.states:9,} states, "
            f"{model.couplings.number:5,} parameters: {took:6.2f} s of processors, error {error:.1e}"
        )
    one_pass()


def one_pass() -> None:
    """A million rows of ten columns of four levels of text."""
    import duckdb
    import pyarrow as pa

    rng = np.random.default_rng(SEED)
    levels = np.array(["north", "east", "south", "west"])
    names = [f"c{j}" for j in range(10)]
    text = pa.table({name: levels[rng.integers(4, size=1_000_000)] for name in names})
    start = time.process_time()
    duckdb.sql(f"select {', '.join(names)}, count(*) from text group by all").fetchnumpy()
    grouped = time.process_time() - start
    start = time.process_time()
    symcat.solve(text, classes=["potts.tree"])
    solved = time.process_time() - start
    print(f"10^6 x 10 rows of text, seconds of processors: GROUP BY {grouped:.2f}, solve to potts.tree {solved:.2f}")


# --- coverage --------------------------------------------------------------------------------------------------------


def coverage(tables: int) -> None:
    """A line for each class and table."""
    for sizes, n in (((3, 3, 3), 300), ((3, 2, 4), 500), ((3, 2, 4), 2000), ((4, 3, 3, 2), 2000), ((3, 3, 3, 3), 1000)):
        for member in MEMBERS:
            if member is CurieWeiss and len(set(sizes)) > 1:
                continue
            covered(member, sizes, n, tables)


def covered(member: type[Potts], sizes: tuple[int, ...], n: int, tables: int) -> None:
    """One line: every parameter of the true law; of a tree also over the tables in which the true one was found, since
    the errors are those of the tree that was found."""
    model = of(member, sizes)
    layout, rng = model.layout, np.random.default_rng(SEED)
    h, j, p = law(member, layout, 0.7, SEED)
    rows = np.concatenate([drawn(layout, p, n, rng) for _ in range(tables)])
    group = np.repeat(np.arange(tables), n)
    seen = counted(layout, [(rows, np.ones(len(rows)), group)], tables)
    fit = model.fitted(seen)
    truth = {"h": h, "J": j}
    if member is CurieWeiss:
        size = sizes[0]
        truth = {"h": h[:size], "J": j[:size, size : 2 * size]}
    without = fit.statistics["prior_rows"] == 0.0
    found = np.ones(tables, dtype=bool)
    if member is Tree:
        found = ((fit.parameters["J"] != 0.0) == (j != 0.0)).all(axis=(1, 2))
    said = []
    for name, value in fit.parameters.items():
        right = truth[name]
        there = np.broadcast_to(right != 0.0, value.shape) & (fit.standard_errors[name] > 0.0)
        inside = np.abs(value - right) < _Z * fit.standard_errors[name]
        said.append(f"{name} {inside[there].mean():.4f}")
        if not found.all():
            said[-1] += f" ({inside[found][there[found]].mean():.4f} where the tree is the true one)"
    of_tree = f"; the true tree in {found.mean():.3f} of the tables" if member is Tree else ""
    without_prior = f"without a prior {without.mean():.3f} of the tables"
    print(f"{member.label:18} {sizes} n = {n}: {', '.join(said)}; {without_prior}{of_tree}")


# --- levels ----------------------------------------------------------------------------------------------------------


def levels(tables: int) -> None:
    """Lines for each class and table."""
    cases = (
        ((3, 2, 4), 100),
        ((3, 3, 3, 3), 160),
        ((3, 3, 3, 3), 1000),
        ((6, 5, 4), 500),
        ((6, 5, 4), 5000),
        ((2, 2, 3, 2, 2), 300),
    )
    for sizes, n in cases:
        for member in MEMBERS:
            if member is CurieWeiss and len(set(sizes)) > 1:
                continue
            rejected(member, sizes, n, tables)


def rejected(member: type[Potts], sizes: tuple[int, ...], n: int, tables: int) -> None:
    """A line for each check of a class."""
    model = of(member, sizes)
    layout, rng = model.layout, np.random.default_rng(SEED)
    _, _, p = law(member, layout, 0.7, SEED)
    found: dict[str, list[float]] = {}
    for _ in range(tables):
        rows = drawn(layout, p, n, rng)
        seen = counted(layout, [(rows, np.ones(n), np.zeros(n, dtype=np.intp))], 1, (), layout.states)
        for check in model.fitted(seen).checks:
            if not np.isnan(check.p_value[0]):
                found.setdefault(check.name, []).append(float(check.p_value[0]))
    for name, values in found.items():
        shares = ", ".join(f"{(np.array(values) < level).mean():.4f}" for level in (0.05, 0.01, 0.001))
        print(f"{member.label:18} {sizes} n = {n}: {name}: {shares} of {len(values)} tables", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("times", "coverage", "levels"))
    parser.add_argument("--tables", type=int, default=2000)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    runs: dict[str, Callable[[], None]] = {
        "times": times,
        "coverage": lambda: coverage(given.tables),
        "levels": lambda: levels(given.tables),
    }
    runs[given.what]()


if __name__ == "__main__":
    main()
