"""``student.scalar`` beside ``scipy.stats.t.fit``: log-likelihood and time; and how often its 95 % intervals cover.

``python benchmarks/student.py [TABLES]`` prints two tables (some minutes for 1000 tables).
"""

from __future__ import annotations

import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

import symcat

TABLES = 1000
ROWS = 2000
LABEL = "student.scalar"


def compared(console: Console) -> None:
    table = Table("nu", "rows", "symcat, log-likelihood less scipy's", "symcat, ms", "scipy, ms", box=None)
    symcat.solve(np.random.default_rng(0).standard_t(3, size=100), classes=[LABEL])  # imports
    for nu, n in ((1.0, 10_000), (3.0, 10_000), (3.0, 100_000), (30.0, 100_000), (3.0, 1_000_000)):
        x = np.random.default_rng(1).standard_t(nu, size=n)
        start = time.perf_counter()
        answer = symcat.solve(x, classes=[LABEL])
        middle = time.perf_counter()
        found = stats.t.fit(x)
        end = time.perf_counter()
        gain = float(answer.log_density(x).sum() - stats.t.logpdf(x, *found).sum())
        table.add_row(f"{nu:g}", str(n), f"{gain:.2e}", f"{1e3 * (middle - start):.0f}", f"{1e3 * (end - middle):.0f}")
    console.print(table)


def coverage(console: Console, tables: int) -> None:
    table = Table("nu", "errors", "mean", "scale", "degrees of freedom", box=None)
    for nu in (1.0, 3.0, 6.0):
        truth = {"mean": 0.0, "scale": 1.0, "degrees_of_freedom": nu}
        covered = {robust: dict.fromkeys(truth, 0) for robust in (False, True)}
        for seed in range(tables):
            x = np.random.default_rng(seed).standard_t(nu, size=ROWS)
            answer = symcat.solve(x, classes=[LABEL])
            for robust, count in covered.items():
                for name, (low, high) in answer.confidence_intervals(0.95, robust=robust).items():
                    count[name] += bool(low < truth[name] < high)
        for robust, count in covered.items():
            shares = [f"{100.0 * value / tables:.1f} %" for value in count.values()]
            table.add_row(f"{nu:g}", "robust" if robust else "model", *shares)
    console.print(table)


if __name__ == "__main__":
    terminal = Console()
    compared(terminal)
    coverage(terminal, int(sys.argv[1]) if len(sys.argv) > 1 else TABLES)
