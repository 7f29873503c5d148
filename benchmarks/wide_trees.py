"""Planted trees of 10^3 and 10^4 two-valued columns, 10^4 rows: time, memory and the share of edges that is found.

Beside ``symcat.solve(rows, classes=["ising.tree"])`` the bare work: one product of the rows in double precision by
numpy, the mutual informations, and scipy's spanning tree. Each in a process of its own, whose largest resident size is
printed; times are of the processor, without the imports. Columns may be stated: ``wide_trees.py 500 1000``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

ROWS = 10_000
FLIPPED = 0.2  # share of rows in which a column differs from its parent
REACH = 20  # a parent is among so many columns before


def planted(d: int) -> tuple[NDArray[np.int8], set[tuple[int, int]]]:
    rng = np.random.default_rng(0)
    rows = np.empty((ROWS, d), dtype=np.int8, order="F")
    rows[:, 0] = 2 * rng.integers(0, 2, ROWS) - 1
    edges = set()
    for child in range(1, d):
        parent = int(rng.integers(max(0, child - REACH), child))
        edges.add((parent, child))
        rows[:, child] = np.where(rng.random(ROWS) < FLIPPED, -rows[:, parent], rows[:, parent])
    return rows, edges


def by_symcat(rows: NDArray[np.int8]) -> set[tuple[int, int]]:
    import symcat

    coupled = np.triu(symcat.solve(rows, classes=["ising.tree"]).parameters["J"] != 0.0)
    return {(int(i), int(j)) for i, j in np.argwhere(coupled)}


def bare(rows: NDArray[np.int8]) -> set[tuple[int, int]]:
    from scipy.sparse.csgraph import minimum_spanning_tree

    spins = rows.astype(np.float64)
    mean, pair = spins.mean(axis=0), spins.T @ spins / len(spins)
    information = np.zeros_like(pair)
    for a in (1, -1):
        for b in (1, -1):
            alone = 0.25 * (1 + a * mean)[:, None] * (1 + b * mean)
            both = np.maximum(0.25 * (1 + a * mean[:, None] + b * mean + a * b * pair), 1e-300)
            information += both * np.log(both / alone)
    found = minimum_spanning_tree(-np.triu(information, 1) - 1e-12).tocoo()
    return {(int(min(i, j)), int(max(i, j))) for i, j in zip(found.row, found.col, strict=True)}


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[2] in ("symcat", "bare"):
        d = int(sys.argv[1])
        if sys.argv[2] == "symcat":
            import symcat

            symcat.solve(np.eye(2, dtype=np.int8)[[0, 1, 0, 0, 1, 1]], classes=["ising.tree"])
        else:
            import scipy.sparse.csgraph  # noqa: F401
        rows, edges = planted(d)
        start, wall = time.process_time(), time.perf_counter()
        found = (by_symcat if sys.argv[2] == "symcat" else bare)(rows)
        seconds, elapsed = time.process_time() - start, time.perf_counter() - wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        share = len(found & edges) / len(edges)
        print(f"| {d} | {sys.argv[2]} | {seconds:.1f} | {elapsed:.1f} | {peak:.2f} | {share:.4f} |", flush=True)
        return
    print("| columns | by | CPU s | wall s | peak GB | edges found |\n|---|---|---|---|---|---|", flush=True)
    for d in map(int, sys.argv[1:] or ("1000", "10000")):
        for by in ("symcat", "bare"):
            subprocess.run([sys.executable, __file__, str(d), by], check=True)


if __name__ == "__main__":
    main()
