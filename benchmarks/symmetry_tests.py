"""Level and power of ``symcat.test_symmetry`` on the laws of Chiu & Bloem-Reddy (arXiv 2307.15834, 2412.14391).

    python benchmarks/symmetry_tests.py                  1000 tables of each law, 199 randomisations
    python benchmarks/symmetry_tests.py --tables 100

Beside the best power of a valid test in these papers, and, of normal laws, the power of the exact chi-square test that
knows the law but for its mean.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats

import symcat

SHIFT = 0.4


@dataclass(frozen=True)
class Law:
    name: str
    group: str
    center: float | None
    draw: Callable[[np.random.Generator], np.ndarray]
    published: float | None = None
    known: float | None = None  # power where the law is known but for its mean


def shifted(n: int, d: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.normal(size=(n, d)) + SHIFT * np.eye(d)[0]


def of_mean(n: int, d: int) -> float:
    """Power at 5 % of the chi-square test of the mean of normal rows with known variance."""
    return float(stats.ncx2.sf(stats.chi2.ppf(0.95, d), d, n * SHIFT**2))


def wishart(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    root = rng.normal(size=(d, d))
    return rng.normal(size=(n, d)) @ root.T


def correlated(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Exchangeable normal rows with negative correlation."""
    x = rng.normal(size=(n, d))
    return x - x.mean(axis=1, keepdims=True)


LAWS = (
    Law("null: normal, rotation, n = 50, d = 4", "rotation", 0.0, lambda rng: rng.normal(size=(50, 4))),
    Law("null: t with 2 degrees, z2, n = 50", "z2", 0.0, lambda rng: rng.standard_t(2, size=(50, 2))),
    Law("null: two-valued, permutation, n = 50", "permutation", None, lambda rng: rng.integers(2, size=(50, 3)) * 1.0),
    Law("null: exchangeable, n = 200, d = 10", "permutation", None, lambda rng: correlated(rng, 200, 10)),
    Law("null, centre estimated: normal, z2, n = 50", "z2", None, lambda rng: rng.normal(size=(50, 1))),
    Law("null, centre estimated: normal, z2, n = 500", "z2", None, lambda rng: rng.normal(size=(500, 1))),
    Law("null, centre estimated: t with 5, z2, n = 500", "z2", None, lambda rng: rng.standard_t(5, size=(500, 2))),
    Law("null, centre estimated: normal, z2, n = 30", "z2", None, lambda rng: rng.normal(size=(30, 1))),
    Law("null, centre estimated: t with 3, z2, n = 30", "z2", None, lambda rng: rng.standard_t(3, size=(30, 1))),
    Law("null, centre estimated: t with 3, z2, n = 100", "z2", None, lambda rng: rng.standard_t(3, size=(100, 1))),
    Law("SO(4), n = 50", "rotation", 0.0, shifted(50, 4), 0.496, of_mean(50, 4)),
    Law("SO(4), n = 100", "rotation", 0.0, shifted(100, 4), 0.809, of_mean(100, 4)),
    Law("SO(4), n = 200", "rotation", 0.0, shifted(200, 4), 0.984, of_mean(200, 4)),
    Law("SO(20), n = 200", "rotation", 0.0, shifted(200, 20), 0.874, of_mean(200, 20)),
    Law("S_10, random covariance, n = 200", "permutation", None, lambda rng: wishart(rng, 200, 10), 1.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--randomizations", type=int, default=199)
    given = parser.parse_args()
    table = Table("law", "rejected at 5 %", "+-", "at 1 %", "published", "law known", "CPU, ms a test")
    for law in track(LAWS, transient=True):
        p, start = np.empty(given.tables), time.process_time()
        for k in range(given.tables):
            rows = law.draw(np.random.default_rng([k, 1]))
            found = symcat.test_symmetry(
                rows, law.group, center=law.center, randomizations=given.randomizations, seed=k
            )
            p[k] = found.p_value
        spent = 1e3 * (time.process_time() - start) / given.tables
        share = float((p <= 0.05).mean())
        table.add_row(
            law.name,
            f"{share:.3f}",
            f"{np.sqrt(share * (1 - share) / given.tables):.3f}",
            f"{(p <= 0.01).mean():.3f}",
            "" if law.published is None else f"{law.published:.3f}",
            "" if law.known is None else f"{law.known:.3f}",
            f"{spent:.0f}",
        )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
