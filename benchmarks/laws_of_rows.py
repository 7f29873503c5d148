"""Laws of one column that are fitted to rows, beside scipy: log-likelihood and time; how often 95 % intervals cover.

``python benchmarks/laws_of_rows.py [TABLES]`` prints two tables (a few minutes for 1000 tables).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import stats

import symcat

TABLES = 1000
ROWS = 2000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A class, its true parameters, how rows are drawn, and the log-likelihood of scipy's own fit."""

    label: str
    truth: dict[str, float]
    draw: Callable[[np.random.Generator, int], Any]
    peer: Callable[[Floats], float]
    sizes: tuple[int, ...] = (10_000, 100_000)

    @property
    def name(self) -> str:
        return f"{self.label} " + ", ".join(f"{value:g}" for value in self.truth.values())


def student(nu: float) -> Case:
    truth = {"mean": 0.0, "scale": 1.0, "degrees_of_freedom": nu}
    return Case(
        "student.scalar",
        truth,
        lambda rng, n: rng.standard_t(nu, size=n),
        lambda x: float(stats.t.logpdf(x, *stats.t.fit(x)).sum()),
    )


def gamma(shape: float) -> Case:
    return Case(
        "gamma.scalar",
        {"shape": shape, "rate": 0.5},
        lambda rng, n: rng.gamma(shape, 2.0, size=n),
        lambda x: float(stats.gamma.logpdf(x, *stats.gamma.fit(x, floc=0.0)).sum()),
    )


def negative_binomial(mean: float, dispersion: float) -> Case:
    size = 1.0 / dispersion

    def peer(x: Floats) -> float:
        bounds = {"n": (0.01, 100.0), "p": (0.001, 0.999)}
        return -float(stats.fit(stats.nbinom, x.astype(int), bounds).nllf())

    return Case(
        "counts.negative_binomial",
        {"mean": mean, "dispersion": dispersion},
        lambda rng, n: rng.negative_binomial(size, size / (size + mean), size=n),
        peer,
        (10_000,),
    )


def beta(alpha: float, second: float) -> Case:
    return Case(
        "beta.scalar",
        {"alpha": alpha, "beta": second},
        lambda rng, n: rng.beta(alpha, second, size=n),
        lambda x: float(stats.beta.logpdf(x, *stats.beta.fit(x, floc=0.0, fscale=1.0)).sum()),
    )


def von_mises(mean: float, concentration: float) -> Case:
    return Case(
        "vonmises.scalar",
        {"mean": mean, "concentration": concentration},
        lambda rng, n: rng.vonmises(mean, concentration, size=n),
        lambda x: float(stats.vonmises.logpdf(x, *stats.vonmises.fit(x, fscale=1.0)).sum()),
    )


CASES = (
    student(1.0),
    student(3.0),
    student(6.0),
    Case(
        "exponential.scalar",
        {"rate": 0.5},
        lambda rng, n: rng.exponential(2.0, size=n),
        lambda x: float(stats.expon.logpdf(x, *stats.expon.fit(x, floc=0.0)).sum()),
    ),
    gamma(0.5),
    gamma(5.0),
    beta(0.6, 3.0),
    beta(5.0, 2.0),
    von_mises(1.0, 0.5),
    von_mises(1.0, 8.0),
    Case(
        "counts.poisson",
        {"rate": 3.0},
        lambda rng, n: rng.poisson(3.0, size=n),
        lambda x: float(stats.poisson.logpmf(x, x.mean()).sum()),
    ),
    negative_binomial(4.0, 0.5),
    negative_binomial(50.0, 0.2),
)


def compared(console: Console) -> None:
    columns = ("", "rows", "log-likelihood less scipy's", "symcat, ms", "scipy, ms")
    table = Table(*columns, box=None)
    for case in CASES:
        symcat.solve(case.draw(np.random.default_rng(0), 100), classes=[case.label])  # imports
        for n in case.sizes:
            x = np.asarray(case.draw(np.random.default_rng(1), n), dtype=np.float64)
            start = time.perf_counter()
            answer = symcat.solve(x, classes=[case.label])
            middle = time.perf_counter()
            peer = case.peer(x)
            end = time.perf_counter()
            assert answer.log_likelihood is not None
            cells = (answer.log_likelihood - peer, 1e3 * (middle - start), 1e3 * (end - middle))
            table.add_row(case.name, str(n), f"{cells[0]:.2e}", f"{cells[1]:.0f}", f"{cells[2]:.0f}")
    console.print(table)


def coverage(console: Console, tables: int) -> None:
    table = Table("", "errors", "intervals that cover", box=None)
    for case in CASES:
        covered = {robust: dict.fromkeys(case.truth, 0) for robust in (False, True)}
        for seed in range(tables):
            x = case.draw(np.random.default_rng(seed), ROWS)
            answer = symcat.solve(x, classes=[case.label])
            for robust, count in covered.items():
                for name, (low, high) in answer.confidence_intervals(0.95, robust=robust).items():
                    count[name] += bool(low < case.truth[name] < high)
        for robust, count in covered.items():
            shares = ", ".join(f"{name} {100.0 * value / tables:.1f} %" for name, value in count.items())
            table.add_row(case.name, "robust" if robust else "model", shares)
    console.print(table)


if __name__ == "__main__":
    terminal = Console(width=140)
    compared(terminal)
    coverage(terminal, int(sys.argv[1]) if len(sys.argv) > 1 else TABLES)
