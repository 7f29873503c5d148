"""Logistic regression: the joint model's reading, and the conditional maximum beside scikit-learn's, in one run.

``python benchmarks/logistic.py [--rows 1000000]``: 10 binary columns, and a tenth as many rows of both kinds, from
models whose coefficients are known. All ways start from the same columns. Medians of repeated runs; distances are in
standard errors of maximum likelihood.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import symcat
from symcat import catalogue
from symcat.data.levels import MINUS_PLUS
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.ising.pairwise import Pairwise
from symcat.models.mixed.conditional_gaussian import ConditionalGaussian

Floats = NDArray[np.float64]


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    taken, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - start)
    return median(taken), result


def peer(predictors: Floats, up: NDArray[np.bool_], solver: str) -> Floats:
    """scikit-learn on the rows, standardised for the solver's sake, in the units of the data again."""
    centre, scale = predictors.mean(axis=0), predictors.std(axis=0)
    found = LogisticRegression(C=np.inf, solver=solver, tol=1e-8, max_iter=200).fit((predictors - centre) / scale, up)
    beta = found.coef_[0] / scale
    return np.append(found.intercept_ - beta @ centre, beta)


def counted_peer(table: dict[str, Any], target: str) -> Floats:
    """The strong peer where all columns are binary: rows counted once, then scikit-learn on the distinct ones."""
    d = len(table)
    codes = np.zeros(len(table[target]), dtype=np.int64)
    for j, column in enumerate(table.values()):
        codes |= column.astype(np.int64) << j
    counts = np.bincount(codes, minlength=1 << d)
    states = np.flatnonzero(counts)
    bits = ((states[:, None] >> np.arange(d)) & 1).astype(np.float64)
    at = list(table).index(target)
    search = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8, max_iter=200)
    found = search.fit(np.delete(bits, at, axis=1), bits[:, at] > 0.0, sample_weight=counts[states])
    return np.append(found.intercept_, found.coef_[0])


def information_errors(predictors: Floats, up: NDArray[np.bool_], beta: Floats) -> Floats:
    design = np.column_stack([np.ones(len(up)), predictors])
    p = 1.0 / (1.0 + np.exp(-design @ beta))
    return np.sqrt(np.diag(np.linalg.inv(design.T @ (design * (p * (1.0 - p))[:, None]))))


def binary(rng: np.random.Generator, rows: int) -> tuple[dict[str, Any], Floats]:
    d = 10
    j = np.triu(0.25 * rng.standard_normal((d, d)), 1)
    h = 0.3 * rng.standard_normal(d)
    names = tuple(f"q{i}" for i in range(d))
    model = Pairwise(Schema.two_valued(names), Options(), catalogue.default())
    spins = model.sample({"h": h, "J": j + j.T}, rows, rng)
    slopes = 4.0 * j[0, 1:]
    table = {name: (spins[:, i] > 0.0).astype(np.int8) for i, name in enumerate(names)}
    return table, np.append(2.0 * h[0] - 0.5 * slopes.sum(), slopes)


def both_kinds(rng: np.random.Generator, rows: int) -> tuple[dict[str, Any], Floats]:
    p, k = 4, 6
    j = np.triu(0.25 * rng.standard_normal((p, p)), 1)
    truth = {
        "h": 0.3 * rng.standard_normal(p),
        "J": j + j.T,
        "mean": rng.standard_normal(k),
        "precision": np.eye(k) + 0.2,
        "coupling": 0.4 * rng.standard_normal((p, k)),
    }
    two_valued, reals = tuple(f"q{i}" for i in range(p)), tuple(f"x{i}" for i in range(k))
    model = ConditionalGaussian(
        Schema(two_valued + reals, (MINUS_PLUS,) * p + (None,) * k), Options(), catalogue.default()
    )
    values = model.sample(truth, rows, rng)
    slopes, real = 4.0 * j[0, 1:], 2.0 * truth["coupling"][0]
    table: dict[str, Any] = {f"q{i}": (values[:, i] > 0.0).astype(np.int8) for i in range(p)}
    table |= {f"x{i}": np.ascontiguousarray(values[:, p + i]) for i in range(k)}
    intercept = 2.0 * truth["h"][0] - 0.5 * slopes.sum() - real @ truth["mean"]
    return table, np.concatenate([[intercept], slopes, real])


def report(title: str, table: dict[str, Any], truth: Floats, repeats: int) -> None:
    target, *others = table
    rows = len(table[target])

    def by_rows(solver: str) -> Floats:
        return peer(np.column_stack([table[name] for name in others]).astype(np.float64), table[target] > 0, solver)

    ours, answer = timed(lambda: symcat.solve(table, target=target), repeats)
    print(f"{title}: {rows:,} rows, {len(table)} columns")
    print(f"  joint model          {ours:8.3f} s   ({answer.label}, {answer.source})")
    beta = np.empty(0)
    for solver in ("newton-cholesky", "lbfgs"):
        theirs, beta = timed(lambda s=solver: by_rows(s), repeats)
        print(f"  scikit-learn {solver:16s}{theirs:5.3f} s   {theirs / ours:6.1f} times as long")
    if all(column.dtype == np.int8 for column in table.values()):
        theirs, beta = timed(lambda: counted_peer(table, target), repeats)
        print(f"  newton-cholesky, rows counted {theirs:.3f} s   {theirs / ours:6.1f} times as long")
    predictors = np.column_stack([table[name] for name in others]).astype(np.float64)
    errors = information_errors(predictors, table[target] > 0, beta)
    found = np.append(answer.parameters["intercept"], answer.parameters["coefficients"])
    said = np.append(answer.standard_errors["intercept"], answer.standard_errors["coefficients"])
    print(
        f"  farthest from scikit-learn {np.abs((found - beta) / errors).max():.2f}, from the truth: joint model "
        f"{np.abs((found - truth) / said).max():.2f}, scikit-learn {np.abs((beta - truth) / errors).max():.2f}"
    )
    print(f"  standard errors, joint over conditional: {(said / errors).min():.3f} to {(said / errors).max():.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    rng = np.random.default_rng(0)
    report("all binary", *binary(rng, chosen.rows), chosen.repeats)
    report("both kinds", *both_kinds(rng, chosen.rows // 10), chosen.repeats)


if __name__ == "__main__":
    main()
