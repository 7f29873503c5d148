"""Rows in order of time: levels of checks and tests, coverage of intervals, and which class is taken.

    python benchmarks/series.py [TABLES]
    python benchmarks/series.py TABLES levels       of the right class alone: the choice among several takes longer

First-order autoregressions of coefficient rho with Gaussian margins, and their signs; independent columns. For each
length the share of tables in which a check rejects at 5 %, the share of 95 % intervals that hold the truth, and the
share in which the right class is taken, beside that of as many independent rows as these are worth.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

import symcat

COEFFICIENTS = (0.5, 0.9)
LENGTHS = (200, 2000, 20_000)
REAL = ["gaussian.full", "z2.quartic", "student.scalar", "scalar.quartic"]
TWO_VALUED = ["ising.independent", "ising.curie_weiss", "ising.tree", "ising.pairwise"]
Floats = np.ndarray

THRESHOLDS = np.array([-0.6, 0.0, 0.4, 0.8])
FIELDS = np.arctanh([math.erf(at / math.sqrt(2.0)) for at in THRESHOLDS])
LEVEL = 0.05


def autoregression(rng: np.random.Generator, n: int, rho: float, columns: int = 1) -> Floats:
    """(n, columns) stationary, of variance one."""
    noise = rng.standard_normal((n, columns)) * np.sqrt(1.0 - rho**2)
    noise[0] /= np.sqrt(1.0 - rho**2)
    return lfilter([1.0], [1.0, -rho], noise, axis=0)


def inside(answer: symcat.Solution, name: str, truth: float | Floats, robust: bool = False) -> float:
    """The share of the intervals of a parameter that hold the truth."""
    low, high = answer.confidence_intervals(0.95, robust=robust)[name]
    return float(np.mean((np.asarray(low) <= truth) & (truth <= np.asarray(high))))


def table(
    make: Callable[[np.random.Generator, int, float], Floats], n: int, rho: float, tables: int, choice: bool
) -> dict[str, float]:
    """Shares over many tables."""
    rng = np.random.default_rng(int(1000 * rho) + n)
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(tables):
        x = make(rng, n, rho)
        real = x.shape[1] == 1
        right = "gaussian.full" if real else "ising.independent"
        every = REAL if real else TWO_VALUED
        own = symcat.solve(x, classes=[right], order="time")
        for check in own.checks:
            if check.p_value is not None and check.name != "order of the rows" and np.isfinite(check.p_value):
                found[f"level: {check.name}"].append(check.p_value < LEVEL)
        for name, truth in (("mean", 0.0), ("precision", 1.0)) if real else (("h", FIELDS),):
            found[f"interval: {name}"].append(inside(own, name, truth))
        found["worth"].append(own.n_effective or n)
        if not choice:
            continue
        found["found"].append(symcat.solve(x, classes=[right]).order == "found")
        found["right class"].append(symcat.solve(x, classes=every, order="time").label == right)
        found["as if independent"].append(symcat.solve(x, classes=every, order=None).label == right)
        few = make(rng, max(8, round(own.n_effective or n)), 0.0)
        found["right class of so many independent rows"].append(
            symcat.solve(few, classes=every, order=None).label == right
        )
    return {name: float(np.mean(values)) for name, values in found.items()}


def real_column(rng: np.random.Generator, n: int, rho: float) -> Floats:
    """A Gaussian column."""
    return autoregression(rng, n, rho)


def signs(rng: np.random.Generator, n: int, rho: float) -> Floats:
    """Four independent two-valued columns."""
    return np.sign(autoregression(rng, n, rho, 4) + THRESHOLDS)


def main(tables: int, choice: bool) -> None:
    """Prints each law and length as it is done."""
    warnings.simplefilter("ignore")
    for make in (real_column, signs):
        for rho in COEFFICIENTS:
            for n in LENGTHS:
                made = tables if n < 10_000 else max(tables // 4, 1)
                print(f"\n{make.__doc__} rho = {rho}, {n:,} rows, {made} tables")
                for name, value in table(make, n, rho, made, choice).items():
                    print(f"    {name:48s}{value:10.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, "levels" not in sys.argv[2:])
