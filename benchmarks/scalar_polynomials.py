"""Time of the exact fit of one column to degree four, six and eight, beside scipy and the fit of several columns.

``python -m benchmarks.scalar_polynomials`` prints milliseconds of CPU for one fit from the averages, microseconds a
group of many, and what two others take for the same maximum: the integration of ``polynomial.*``, over up to four
columns, from the rows; and scipy's trust-region Newton on the convex dual from the averages, on a fixed grid of 2001
points over the data and half as much again, on which there always is one. Then the time of ``solve`` of one column, of
which all classes are weighed, and of groups of 20 rows beyond a bare group-by of four moments, beside scipy's of one.

    python -m benchmarks.scalar_polynomials columns groups     these two alone
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import symcat
from symcat.loops import compiled
from symcat.models.polynomial.exact.polynomial import fitted
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.relaxation import Refusal
from symcat.models.scalar import kernels, newton

N, GROUPS = 20_000, 2000

DATA: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "gamma(4)": lambda rng: rng.gamma(4.0, size=N),
    "exponential": lambda rng: rng.exponential(size=N),
    "70/30 mixture": lambda rng: np.where(rng.random(N) < 0.7, 0.0, 3.0) + rng.normal(size=N),
    "beta(.7, .5)": lambda rng: rng.beta(0.7, 0.5, size=N),
    "two wells": lambda rng: rng.choice([-1.2, 1.2], N) + 0.35 * rng.normal(size=N),
    "t(10)": lambda rng: rng.standard_t(10, size=N),
}


def powers_of(y: np.ndarray, degree: int) -> np.ndarray:
    """Averages of y^0, ..., y^degree over the last axis, of y standardised along it."""
    y = (y - y.mean(axis=-1, keepdims=True)) / y.std(axis=-1, keepdims=True)
    return np.stack([(y**k).mean(axis=-1) for k in range(degree + 1)], axis=-1)


def milliseconds(run: Callable[[], Any], least: float = 0.2) -> float:
    """CPU time of one run, the least of several."""
    best, spent = np.inf, 0.0
    while spent < least:
        start = time.process_time()
        run()
        took = time.process_time() - start
        best, spent = min(best, took), spent + took + 1e-4
    return 1e3 * best


def by_scipy(averages: np.ndarray, lo: float, hi: float) -> float:
    """Minus the log-likelihood a row, on 2001 points from lo to hi, in units of the largest power."""
    from scipy.optimize import minimize

    y = np.linspace(lo, hi, 2001)
    size = np.max(np.abs([lo, hi])) ** np.arange(1, len(averages))
    powers, wanted = y ** np.arange(1, len(averages))[:, None] / size[:, None], averages[1:] / size

    def weights(theta: np.ndarray) -> tuple[np.ndarray, float]:
        energy = theta @ powers
        weight = np.exp(energy.min() - energy)
        return weight / weight.sum(), float(np.log(weight.sum() * (y[1] - y[0])) - energy.min())

    def dual(theta: np.ndarray) -> tuple[float, np.ndarray]:
        weight, log_z = weights(theta)
        return log_z + float(theta @ wanted), wanted - powers @ weight

    def fisher(theta: np.ndarray) -> np.ndarray:
        weight, _ = weights(theta)
        centred = powers - (powers @ weight)[:, None]
        found: np.ndarray = (centred * weight) @ centred.T
        return found

    start = np.zeros(len(wanted))
    start[1] = 0.5 * size[1]
    return float(minimize(dual, start, jac=True, hess=fisher, method="trust-exact", options={"gtol": 1e-10}).fun)


def integrated(rows: np.ndarray, degree: int) -> float | None:
    """Log-likelihood by the integration that several columns take, None where it refuses or has no such degree."""
    if degree > 6:
        return None
    fit = fitted("polynomial", rows[:, None], None, Terms.of(1, degree))
    return None if isinstance(fit, Refusal) else float(fit.log_likelihood[0])


def columns() -> None:
    """Prints the time of ``solve`` of one column of each kind: milliseconds of CPU, the least of five calls."""
    draws: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
        "exponential": lambda rng, n: rng.exponential(size=n),
        "normal": lambda rng, n: rng.normal(size=n),
        "lognormal": lambda rng, n: rng.lognormal(size=n),
        "t(3)": lambda rng, n: rng.standard_t(3, size=n),
        "two humps": lambda rng, n: rng.choice([-2.0, 2.0], n, p=[0.4, 0.6]) + rng.normal(size=n),
        "Poisson(5)": lambda rng, n: rng.poisson(5.0, size=n).astype(float),
        "rounded": lambda rng, n: np.round(rng.gamma(3.0, 2.0, size=n), 1),
    }
    sizes, times = (100, 300, 1000, 3000), []
    print("solve, fallback=None" + "".join(f"{n:>10}" for n in sizes) + "  rows, ms")
    for name, draw in draws.items():
        rng = np.random.default_rng(0)
        found = []
        for n in sizes:
            solve = partial(symcat.solve, draw(rng, n), fallback=None)
            solve()
            found.append(min(milliseconds(solve, 1e-9) for _ in range(5)))
        times += found
        print(f"{name:20s}" + "".join(f"{ms:10.1f}" for ms in found), flush=True)
    print(f"median {statistics.median(times):.1f} ms")


def groups(number: int = 1_000_000) -> None:
    """Prints the time of ``scalar.quartic`` by groups of 20 normal rows: microseconds of CPU a group."""
    import polars as pl

    rows = np.random.default_rng(0).normal(size=(number, 20))
    frame, x = pl.DataFrame({"group": np.repeat(np.arange(number), 20), "x": rows.ravel()}), pl.col("x")
    powers = [x.mean(), (x * x).mean().alias("2"), (x * x * x).mean().alias("3"), (x * x * x * x).mean().alias("4")]

    def least(run: Callable[[], Any]) -> float:
        return 1e3 * min(milliseconds(run, 1e-9) for _ in range(3)) / number

    bare = least(lambda: frame.group_by("group").agg(powers))
    ours = least(lambda: symcat.solve(frame, by="group", classes=["scalar.quartic"]))
    averages = powers_of(rows[0], 4)
    scipy = 1e3 * milliseconds(partial(by_scipy, averages, -6.0, 6.0))
    print(f"{number} groups of 20 rows: {ours:.2f} us a group, {bare:.2f} of them a bare group-by of four moments")
    print(f"beyond that {ours - bare:.2f} us; scipy, of one from its averages, {scipy:.0f} us")


def fits() -> None:
    """Prints the time of one fit, and of each of many."""
    run = compiled(kernels.maximise, kernels.INNER)

    def search(averages: np.ndarray) -> newton.Found:
        found = newton.empty(averages)
        count = np.full(len(averages), float(N))
        run(averages, count, False, True, found.theta, found.log_z, found.error, found.grid, found.seen, found.code)
        return found

    search(powers_of(np.random.default_rng(0).normal(size=(1, 100)), 4))
    print(f"{'n = 20000':14s} degree   one fit  each of many  polynomial.*     scipy  log-likelihood of the three")
    for name, draw in DATA.items():
        rng = np.random.default_rng(0)
        rows = draw(rng)
        many = np.stack([draw(rng)[:2000] for _ in range(GROUPS)])
        for degree in (4, 6, 8):
            averages = powers_of(rows[None], degree)
            found = search(averages)
            ours = -N * float(found.log_z[0] + found.theta[0] @ averages[0] + np.log(rows.std()))
            one = milliseconds(partial(search, averages))
            each = milliseconds(partial(search, powers_of(many, degree)), 1e-3) * 1e3 / GROUPS
            theirs = integrated(rows, degree)
            other = milliseconds(partial(integrated, rows, degree)) if degree < 8 else np.nan
            y = (rows - rows.mean()) / rows.std()
            pad = 0.5 * np.ptp(y)
            on_grid = partial(by_scipy, averages[0], y.min() - pad, y.max() + pad)
            peer, scipy_time = -N * (on_grid() + np.log(rows.std())), milliseconds(on_grid)
            answer = f"{ours:.3f}" if found.answered[0] else "none"
            print(
                f"{name:14s} {degree:6d} {one:7.2f} ms {each:10.0f} us {other:10.1f} ms {scipy_time:6.0f} ms  "
                f"{answer}, {'none' if theirs is None else f'{theirs:.3f}'}, {peer:.3f}",
                flush=True,
            )


def main(*asked: str) -> None:
    warnings.simplefilter("ignore")
    for part in (fits, columns, groups):
        if not asked or part.__name__ in asked:
            part()


if __name__ == "__main__":
    main(*sys.argv[1:])
