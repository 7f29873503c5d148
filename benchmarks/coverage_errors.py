"""How often 95 % intervals of robust errors cover, by what the errors are of: prints one table (some minutes).

Rows are independent, sorted, autocorrelated in time or in clusters; regressions are small and heteroscedastic, which
shows why HC3 is what ``errors="rows"`` means for them. ``python benchmarks/coverage_errors.py [TABLES]``
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.signal import lfilter

import symcat

TABLES = 1000
_LEVEL = 0.95

Floats = NDArray[np.float64]
Case = tuple[Any, dict[str, float], dict[str, Any]]
"""A table, the true values of numbers of the answer, and the options of ``solve``."""


def autoregression(rng: np.random.Generator, n: int, coefficient: float) -> Case:
    noise = rng.standard_normal(n)
    noise[0] /= np.sqrt(1.0 - coefficient**2)
    truth = {"mean": 0.0, "precision": 1.0 - coefficient**2}
    return lfilter([1.0], [1.0, -coefficient], noise), truth, {"classes": ["gaussian.full"]}


def laplace(rng: np.random.Generator, n: int, in_order: bool) -> Case:
    x = rng.laplace(size=n)
    return np.sort(x) if in_order else x, {"mean": 0.0, "precision": 0.5}, {"classes": ["gaussian.full"]}


def items(rng: np.random.Generator, n: int) -> Case:
    """Five independent items, sorted by pattern."""
    rows = (rng.random((n, 5)) < [0.9, 0.7, 0.5, 0.75, 0.85]).astype(int)
    truth = {f"J {i} {j}": 0.0 for i in range(5) for j in range(i + 1, 5)}
    return rows[np.lexsort(rows.T)], truth, {"classes": ["ising.pairwise"]}


def rare(rng: np.random.Generator) -> Case:
    """Eight rare values, 500 rows: some pairs are never seen, and the weak prior is added."""
    rows = (rng.random((500, 8)) < np.linspace(0.03, 0.12, 8)).astype(int)
    truth = {f"J {i} {j}": 0.0 for i in range(8) for j in range(i + 1, 8)}
    return rows, truth, {"classes": ["ising.pairwise"]}


def regression(rng: np.random.Generator, n: int) -> Case:
    """A skewed predictor, the noise proportional to it."""
    x = rng.lognormal(size=n)
    return np.column_stack([x, 1.0 + 0.5 * x + x * rng.standard_normal(n)]), {"coefficients": 0.5}, {"target": "x1"}


def clusters(rng: np.random.Generator, number: int) -> Case:
    """Twenty rows of each cluster, which share half of the variance of predictor and noise."""
    of = np.repeat(np.arange(number), 20)
    x = rng.standard_normal(len(of)) + rng.standard_normal(number)[of]
    y = 0.5 * x + rng.standard_normal(len(of)) + rng.standard_normal(number)[of]
    return pd.DataFrame({"x": x, "y": y, "school": of}), {"coefficients": 0.5}, {"target": "y"}


CASES: list[tuple[str, Callable[[np.random.Generator], Case], tuple[str, ...]]] = [
    ("Laplace, 2000 rows", lambda rng: laplace(rng, 2000, False), ("rows", "blocks")),
    ("the same, sorted", lambda rng: laplace(rng, 2000, True), ("rows",)),
    ("AR(1) 0, 5000 rows", lambda rng: autoregression(rng, 5000, 0.0), ("rows", "blocks")),
    ("AR(1) 0.5, 5000 rows", lambda rng: autoregression(rng, 5000, 0.5), ("rows", "blocks")),
    ("AR(1) 0.9, 5000 rows", lambda rng: autoregression(rng, 5000, 0.9), ("rows", "blocks")),
    ("five items, 1000 rows, sorted", lambda rng: items(rng, 1000), ("rows",)),
    ("eight rare values, 500 rows", rare, ("rows",)),
    *(
        (f"regression, skewed, {n} rows", lambda rng, n=n: regression(rng, n), ("HC0", "HC1", "HC2", "HC3"))
        for n in (20, 50, 100, 500)
    ),
    ("regression, 50 clusters of 20", lambda rng: clusters(rng, 50), ("rows", "cluster")),
    ("regression, 10 clusters of 20", lambda rng: clusters(rng, 10), ("cluster",)),
]


def numbers(values: dict[str, Any], names: dict[str, float]) -> Iterator[float]:
    """The numbers of an answer that are named: a parameter, or one and where in it."""
    for name in names:
        parameter, *place = name.split()
        yield float(np.asarray(values[parameter])[tuple(map(int, place))] if place else np.ravel(values[parameter])[0])


def coverage(make: Callable[[np.random.Generator], Case], errors: str, tables: int) -> tuple[dict[str, float], float]:
    """The share of intervals that cover each number, and of tables of whose order something is said."""
    rng = np.random.default_rng(20)
    inside: dict[str, list[bool]] = {}
    said = 0
    for _ in range(tables):
        data, truth, options = make(rng)
        if isinstance(data, pd.DataFrame):
            options = {**options, **({"cluster": "school"} if errors == "cluster" else {})}
            data = data if errors == "cluster" else data.drop(columns="school")
        answer = symcat.solve(data, errors=errors, **options)
        low, high = (
            {name: bounds[side] for name, bounds in answer.confidence_intervals(_LEVEL, robust=True).items()}
            for side in (0, 1)
        )
        for name, lo, value, hi in zip(truth, numbers(low, truth), truth.values(), numbers(high, truth), strict=True):
            inside.setdefault(name.split()[0], []).append(lo < value < hi)
        said += any(check.name == "order of the rows" for check in answer.checks)
    return {name: float(np.mean(found)) for name, found in inside.items()}, said / tables


def main() -> None:
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    table = Table("data", "errors", "95 % intervals cover", "order is told", title=f"{tables} tables each")
    for name, make, kinds in CASES:
        for errors in kinds:
            shares, said = coverage(make, errors, tables)
            covered = ", ".join(f"{parameter} {100 * share:.1f} %" for parameter, share in shares.items())
            table.add_row(name, errors, covered, "" if errors == "cluster" else f"{100 * said:.0f} %")
    Console(width=120).print(table)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
