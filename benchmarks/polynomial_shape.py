"""Level and power of the check that decides whether a polynomial of several columns describes them.

``python -m benchmarks.polynomial_shape`` prints, for tables drawn from a polynomial and tables that are not, the share
that the check of shape rejects at 5, 1 and 0.1 %, beside that of the next even power, which is only told; the
milliseconds that fit and checks take; and how many tables had no answer of that degree. Options: ``--tables``,
``--only``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from symcat.data.schema import Schema
from symcat.models.polynomial.checks import run
from symcat.models.polynomial.exact.polynomial import fitted
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.relaxation import Refusal

LEVELS = (0.05, 0.01, 0.001)
Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def wells(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Independent columns of degree four, each with other wells, turned: no symmetry."""
    y = np.linspace(-5.0, 5.0, 8001)
    columns = []
    for j in range(d):
        weight = np.exp(0.8 * y**2 - 0.5 * y**4 + (0.35 + 0.15 * j) * y - 0.1 * (j - 1) * y**3)
        columns.append(rng.choice(y, size=n, p=weight / weight.sum()) * (1.0 + 0.3 * j))
    rows: np.ndarray = np.stack(columns, axis=1) @ np.linalg.qr(np.random.default_rng(1).normal(size=(d, d)))[0]
    return rows


def clusters(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Three clouds in a row."""
    centre = rng.choice([-2.0, 0.0, 2.5], p=[0.3, 0.4, 0.3], size=(n, 1))
    rows: np.ndarray = centre * np.linspace(1.0, 0.6, d) + 0.35 * rng.normal(size=(n, d))
    return rows


def bent(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """One column goes like a sine of another."""
    rows = rng.uniform(-1.7, 1.7, size=(n, d))
    rows[:, 1] = np.sin(2.5 * rows[:, 0]) + 0.4 * rows[:, 1]
    return rows


DATA: dict[str, tuple[Draw, int]] = {
    "drawn from the class": (wells, 4),
    "gamma(2), degree 4": (lambda rng, n, d: rng.gamma(2.0, size=(n, d)), 4),
    "gamma(2), degree 6": (lambda rng, n, d: rng.gamma(2.0, size=(n, d)), 6),
    "Laplace, degree 6": (lambda rng, n, d: rng.laplace(size=(n, d)), 6),
    "a square, degree 4": (lambda rng, n, d: rng.uniform(size=(n, d)), 4),
    "three clouds, degree 4": (clusters, 4),
    "bent, degree 4": (bent, 4),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=400)
    parser.add_argument("--columns", type=int, nargs="*", default=[2, 3])
    parser.add_argument("--rows", type=int, nargs="*", default=[300, 2000])
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    print(f"{'':24s} d     n   made  none  shape at 5, 1, 0.1 %    next power         ms")
    for name, (draw, degree) in DATA.items():
        for d in given.columns:
            for n in given.rows:
                if given.only in name:
                    print(line(name, draw, degree, d, n, given.tables), flush=True)


def line(name: str, draw: Draw, degree: int, d: int, n: int, tables: int) -> str:
    """What is printed of one kind of table."""
    schema, terms, none, spent = Schema.real([f"x{j}" for j in range(d)]), Terms.of(d, degree), 0, []
    p_values: dict[str, list[float]] = {"shape": [], "next moment": []}
    for seed in range(tables if name == "drawn from the class" else max(tables // 10, 1)):
        rows = draw(np.random.default_rng(seed), n, d)
        start = time.perf_counter()
        fit = fitted("polynomial", rows, None, terms)
        if isinstance(fit, Refusal):
            none += 1
            continue
        for check in run(fit, schema, degree + 2):
            if check.name in p_values:
                p_values[check.name].append(float(check.p_value[0]))
        spent.append(time.perf_counter() - start)
    shares = ["  ".join(f"{(np.array(p) < level).mean():5.3f}" for level in LEVELS) for p in p_values.values() if p]
    return (
        f"{name:24s} {d} {n:5d} {len(spent):6d} {none:5d}  {'   '.join(shares)} {1e3 * np.mean(spent or [np.nan]):7.0f}"
    )


if __name__ == "__main__":
    main()
