"""Two-valued columns: whole calls of symcat beside enumeration and Newton in plain numpy, in one run (``make bench``).

Prints the time of ``solve`` for 10, 15, 20 and 22 columns of 10 000 rows, the error of the couplings when the averages
are exact, and what the peer needs where it can hold its table of all states.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

import symcat
from symcat import catalogue
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.ising import hypercube
from symcat.models.ising.pairwise import Pairwise

Floats = NDArray[np.float64]
ROWS = 10_000
ASKED = {10: 0.05, 15: 0.2, 20: 1.5, 22: 4.0}  # seconds
LARGEST_OF_THE_PEER = 15  # its table of statistics takes 2^d (d + d (d - 1) / 2) numbers


def median_time(run: Callable[[], object], repeats: int = 5) -> float:
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def enumeration_and_newton(rows: Floats) -> tuple[Floats, Floats]:
    """The peer: statistics of all states as one matrix, Newton's method with halved steps; parameters and errors."""
    n, d = rows.shape
    above = np.triu_indices(d, 1)

    def statistics_of(spins: Floats) -> Floats:
        return np.concatenate([spins, spins[:, above[0]] * spins[:, above[1]]], axis=1)

    states = 2.0 * ((np.arange(1 << d)[:, None] >> np.arange(d)) & 1) - 1.0
    table, target = statistics_of(states), statistics_of(rows).mean(axis=0)
    theta = np.zeros(table.shape[1])
    energy = table @ theta
    objective = np.logaddexp.reduce(energy) - theta @ target
    while True:
        p = np.exp(energy - np.logaddexp.reduce(energy))
        mean = p @ table
        fisher = (table * p[:, None]).T @ table - np.outer(mean, mean)
        step = np.linalg.solve(fisher, target - mean)
        if step @ (target - mean) < 1e-20:
            return theta, np.sqrt(np.diag(np.linalg.inv(fisher)) / n)
        scale = 1.0
        while True:
            trial = theta + scale * step
            energy = table @ trial
            after = np.logaddexp.reduce(energy) - trial @ target
            if after <= objective + 1e-12:
                break
            scale *= 0.5
        theta, objective = trial, after


def pairwise(d: int) -> Pairwise:
    return Pairwise(Schema.two_valued(tuple(f"x{i}" for i in range(d))), Options(), catalogue.default())


def drawn(d: int, seed: int = 0) -> tuple[Pairwise, Floats, NDArray[np.bool_]]:
    """A model of d columns with random couplings, its couplings, and rows drawn from it."""
    rng = np.random.default_rng(seed)
    model = pairwise(d)
    theta = np.concatenate([rng.normal(0.0, 0.2, d), rng.normal(0.0, 0.7 / d**0.5, d * (d - 1) // 2)])
    named = {name: value[0] for name, value in model.arrange(theta[None]).items()}
    return model, theta, model.sample(named, ROWS, rng) > 0.0


def round_trip_error(d: int) -> float:
    """Largest error of a coupling found from the exact averages."""
    model, theta, _ = drawn(d, seed=1)
    masks = hypercube.pair_masks(d)
    exact = hypercube.averages(model.probabilities(theta)[None], masks)[0]
    q = np.eye(d)
    q[np.triu_indices(d, 1)] = exact[d:]
    found = symcat.lookup("ising.pairwise", m=exact[:d], q=np.maximum(q, q.T) + np.minimum(q, q.T) - np.eye(d))
    return float(np.abs(model.theta_of(found.parameters) - theta).max())


def main() -> None:
    table = Table(title=f"{ROWS} rows, whole call of solve: classes weighed, errors, checks, entropies")
    for name in (
        "columns",
        "solve, s",
        "asked, s",
        "ising.pairwise alone, s",
        "numpy: enumeration + Newton, s",
        "ratio",
    ):
        table.add_column(name, justify="right")
    table.add_column("error of couplings from exact averages", justify="right")
    for d, asked in ASKED.items():
        _, _, rows = drawn(d)
        ours = median_time(lambda rows=rows: symcat.solve(rows), 3)
        alone = median_time(lambda rows=rows: symcat.solve(rows, classes=["ising.pairwise"]), 3)
        peer = ratio = ""
        if d <= LARGEST_OF_THE_PEER:
            spins = 2.0 * rows - 1.0
            other = median_time(lambda spins=spins: enumeration_and_newton(spins), 3)
            theta, _ = enumeration_and_newton(spins)
            found = symcat.solve(rows, classes=["ising.pairwise"])
            assert np.abs(pairwise(d).theta_of(found.parameters) - theta).max() < 1e-6, "symcat and its peer disagree"
            peer, ratio = f"{other:.4f}", f"{other / alone:.1f}"
        table.add_row(str(d), f"{ours:.3f}", f"{asked:g}", f"{alone:.4f}", peer, ratio, f"{round_trip_error(d):.1e}")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
