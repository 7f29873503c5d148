"""Classes in charts: what the coordinate costs beside the bare pass, and beside scipy; how often intervals cover.

``python benchmarks/charts.py [--draws 400]``. Times are the best of three, after a first call; the pass over 10^6 rows
and a group-by of 10^6 rows. Coverage is of 95 % intervals at n = 2000, of rows drawn from ``log(z2.quartic)``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

import symcat

LABELS = ("gaussian.full", "log(gaussian.full)", "asinh(gaussian.full)")


def best(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    work()
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1e3 * min(taken)


def times() -> None:
    rng = np.random.default_rng(0)
    print("milliseconds           n = 1000     10^5     10^6   10^6 in 1000 groups")
    tables = [rng.lognormal(1.0, 0.5, size=n) for n in (1000, 10**5, 10**6)]
    grouped = {"x": tables[-1], "k": rng.integers(0, 1000, 10**6)}
    for label in LABELS:
        alone = [best(lambda x=x, label=label: symcat.solve(x, classes=[label])) for x in tables]
        groups = best(lambda label=label: symcat.solve(grouped, by="k", classes=[label]))
        print(f"{label:22}{alone[0]:9.1f}{alone[1]:9.1f}{alone[2]:9.1f}{groups:9.1f}")
    peer = [best(lambda x=x: stats.lognorm.fit(x, floc=0)) for x in tables]
    print(f"{'scipy lognorm.fit':22}{peer[0]:9.1f}{peer[1]:9.1f}{peer[2]:9.1f}   (parameters alone)")


def coverage(draws: int) -> None:
    truth = symcat.model("log(z2.quartic)", mean=1.0, r=-1.0, u=6.0)
    hits: dict[str, int] = {}
    for seed in range(draws):
        found = symcat.solve(truth.sample(2000, seed=seed), classes=["log(z2.quartic)"])
        for robust in (False, True):
            for name, (low, high) in found.confidence_intervals(robust=robust).items():
                key = f"{name}, {'robust' if robust else 'model-based'}"
                hits[key] = hits.get(key, 0) + bool(low <= truth.parameters[name] <= high)
    error = 100.0 * np.sqrt(0.95 * 0.05 / draws)
    print(f"\ncoverage of 95 % intervals, {draws} tables of 2000 rows (+- {error:.1f}):")
    for key, number in hits.items():
        print(f"  {key:20} {100.0 * number / draws:5.1f} %")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    options = parser.parse_args()
    times()
    coverage(options.draws)
