"""Logistic regressions of many groups at once, beside scikit-learn's and a Newton loop of one group after the other.

``python benchmarks/groups_logistic.py [--groups 10000 --rows 50 --predictors 2]``. The peers are timed on some of the
groups and extrapolated to all; distances are the largest between coefficients, in their standard errors. Times are of
the clock and of the processor, medians of repeated runs.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import symcat

Floats = NDArray[np.float64]

_TIMED = 200  # groups of which a peer is timed
_CONVERGED = 1e-10


def table(rng: np.random.Generator, groups: int, rows: int, predictors: int) -> pd.DataFrame:
    """Groups of as many rows, each with coefficients of its own."""
    key = np.repeat(np.arange(groups), rows)
    x = rng.normal(size=(groups * rows, predictors))
    beta = rng.normal(scale=0.6, size=(groups, predictors + 1))
    log_odds = beta[key, 0] + np.einsum("mi,mi->m", x, beta[key, 1:])
    up = rng.random(len(key)) < 1.0 / (1.0 + np.exp(-log_odds))
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(predictors)]).assign(group=key, up=up)


def designs(frame: pd.DataFrame, groups: int) -> list[tuple[Floats, Floats]]:
    """(m, k) design and (m,) target of each of the first groups."""
    names = [name for name in frame if str(name).startswith("x")]
    parts = [frame[frame["group"] == g] for g in range(groups)]
    return [(np.column_stack([np.ones(len(part)), part[names]]), part["up"].to_numpy(dtype=float)) for part in parts]


def scikit_learn(design: Floats, up: Floats) -> Floats:
    """Newton's steps with no penalty."""
    found = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8).fit(design[:, 1:], up)
    return np.append(found.intercept_, found.coef_[0])


def newton(design: Floats, up: Floats) -> Floats:
    """The textbook loop, with no check of anything."""
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        step = np.linalg.solve((design * (p * (1.0 - p))[:, None]).T @ design, design.T @ (up - p))
        beta = beta + step
        if np.abs(step).max() < _CONVERGED:
            break
    return beta


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, float, Any]:
    clock, processor, result = [], [], None
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        result = work()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return median(clock), median(processor), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("groups", 10_000), ("rows", 50), ("predictors", 2), ("repeats", 3), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    frame = table(np.random.default_rng(asked.seed), asked.groups, asked.rows, asked.predictors)
    symcat.solve(frame[frame["group"] < 100], by="group", target="up")  # loads what it needs
    clock, processor, found = timed(lambda: symcat.solve(frame, by="group", target="up"), asked.repeats)
    print(f"{asked.groups} groups of {asked.rows} rows, {asked.predictors} predictors; seconds of clock and processor")
    print(f"{'symcat, by=':28} {clock:8.2f} {processor:8.2f}  {1e3 * clock / asked.groups:8.3f} ms a group")
    infinite = found["failed"].fillna("").str.contains("finite maximum").to_numpy()
    print(f"{'':28} {int(infinite.sum())} separated, {int(found['reason'].notna().sum())} refused")
    some = min(_TIMED, asked.groups)
    names = ["intercept", *(f"coefficient_x{i}" for i in range(asked.predictors))]
    ours = found[names].to_numpy()[:some]
    errors = found[[f"{name}_se" for name in names]].to_numpy()[:some]
    chosen = [g for g in range(some) if not infinite[g] and np.isfinite(ours[g]).all()]
    parts = designs(frame, some)
    for name, peer in (("scikit-learn", scikit_learn), ("Newton, one by one", newton)):

        def work(peer: Callable[[Floats, Floats], Floats] = peer) -> Floats:
            return np.stack([peer(*parts[g]) for g in chosen])

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clock, processor, theirs = timed(work, 1)
        scale = asked.groups / len(chosen)
        apart = np.abs((theirs - ours[chosen]) / errors[chosen]).max()
        print(
            f"{name + ', extrapolated':28} {clock * scale:8.2f} {processor * scale:8.2f}  "
            f"{1e3 * clock / len(chosen):8.3f} ms a group, {apart:.1e} apart"
        )


if __name__ == "__main__":
    main()
