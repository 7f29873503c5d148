"""How often 95 % intervals of logistic regressions hold the truth, for predictors that no joint model would describe.

Prints the share of tables in which the interval of each coefficient covers it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

import symcat

Floats = NDArray[np.float64]
Design = Callable[[np.random.Generator, int], dict[str, Floats]]


def _groups(dice: np.random.Generator, n: int) -> dict[str, Floats]:
    group = dice.integers(0, 3, n)
    return {"b": (group == 1).astype(float), "c": (group == 2).astype(float)}


def _square(dice: np.random.Generator, n: int) -> dict[str, Floats]:
    x = dice.standard_normal(n)
    return {"x": x, "x2": x**2}


CASES: dict[str, tuple[Design, tuple[float, ...]]] = {
    "lognormal": (lambda dice, n: {"x": np.exp(dice.standard_normal(n))}, (-1.0, 0.6)),
    "exponential": (lambda dice, n: {"x": dice.exponential(size=n)}, (-1.0, 0.8)),
    "t3": (lambda dice, n: {"x": dice.standard_t(3, n)}, (0.3, 0.7)),
    "x and x^2": (_square, (-0.5, 0.6, 0.4)),
    "one-hot, three groups": (_groups, (-0.5, 0.7, 1.2)),
}
"""Predictors, and the true intercept and coefficients."""


def coverage(case: str, n: int, tables: int, seed: int = 0) -> tuple[Floats, int]:
    """(k,) shares of tables of n rows whose interval covers, and how many of the tables needed a prior."""
    draw, truth = CASES[case]
    dice = np.random.default_rng([seed, n, list(CASES).index(case)])
    covered, priors = np.zeros(len(truth)), 0
    for _ in range(tables):
        columns = draw(dice, n)
        log_odds = truth[0] + sum(b * x for b, x in zip(truth[1:], columns.values(), strict=True))
        answer = symcat.solve(columns | {"up": dice.random(n) < 1.0 / (1.0 + np.exp(-log_odds))}, target="up")
        priors += any(not check.passed for check in answer.checks if check.name == "finite maximum")
        ends = answer.confidence_intervals(0.95)
        low, high = (np.append(ends["intercept"][end], ends["coefficients"][end]) for end in (0, 1))
        covered += (low < truth) & (truth < high)
    return covered / tables, priors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=2000)
    chosen = parser.parse_args()
    print(f"coverage of 95 % intervals, {chosen.tables} tables each; sampling error {0.22 / chosen.tables**0.5:.3f}")
    print(f"{'predictors':24s}{'n':>6s}   intercept and coefficients   tables with a prior")
    for case in CASES:
        for n in (100, 200, 500, 1000):
            shares, priors = coverage(case, n, chosen.tables)
            print(f"{case:24s}{n:6d}   {'  '.join(f'{share:.3f}' for share in shares):27s}  {priors}")


if __name__ == "__main__":
    main()
