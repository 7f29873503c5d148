"""symcat beside its strongest peers, in one run: prints one table of medians and ratios (``make bench``).

Ratios are the result; the milliseconds belong to the machine. symcat's calls are whole calls, with standard errors,
log Z, evidence and checks; the peers give the parameters alone.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from newton_on_a_grid import Floats, bfgs_on_rows, moments, newton
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LinearRegression

import symcat

ROWS = 1_000_000
COLUMNS = 20
GROUPS = 1_000_000
ROWS_A_GROUP = 10
LOOPED_GROUPS = 1_000  # of the groups, those that the loop of Newton's method solves


@dataclass(frozen=True)
class Figure:
    """One comparison of symcat's time with a peer's, and the limit it is held to, if any."""

    task: str
    symcat: float
    peer: str
    other: float
    asked: str = ""
    met: bool | None = None

    @classmethod
    def faster(cls, task: str, ours: float, peer: str, other: float, factor: float) -> Figure:
        """At least ``factor`` times faster than the peer."""
        return cls(task, ours, peer, other, f"{factor:g} x faster", other >= factor * ours)

    @classmethod
    def within(cls, task: str, ours: float, peer: str, other: float, factor: float) -> Figure:
        """At most ``factor`` times the peer's time."""
        return cls(task, ours, peer, other, f"within {factor:g} x", ours <= factor * other)


def seconds(*runs: Callable[[], object], repeats: int = 7) -> list[float]:
    """Median time of each callable; they take turns, so that a busy moment of the machine hits all of them."""
    for run in runs:
        run()
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(repeats):
        for run, taken in zip(runs, times, strict=True):
            start = time.perf_counter()
            run()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def double_well(rng: np.random.Generator, rows: int) -> Floats:
    """Exact draws of exp(-F), kurtosis about 1.7: from a fine table of the distribution function."""
    y = np.linspace(-4, 4, 200_001)
    weight = np.exp(1.2 * y**2 / 2 - 2.5 * y**4 / 24)
    return 7.0 + np.interp(rng.random(rows), np.cumsum(weight) / weight.sum(), y)


def one_column(rng: np.random.Generator) -> list[Figure]:
    x = double_well(rng, ROWS)
    task = f"{ROWS:.0e} rows, 1 column, z2.quartic"
    ours, classified, peer = seconds(
        lambda: symcat.solve(x, classes=["z2.quartic"]),
        lambda: symcat.solve(x),
        lambda: newton(*moments(x)),
        repeats=15,
    )
    (rows,) = seconds(lambda: bfgs_on_rows(x), repeats=3)
    return [
        Figure.faster(task, ours, "scipy BFGS on the rows", rows, 50),
        Figure.within(task, ours, "numpy moments, Newton on a grid", peer, 4),
        Figure.within(f"{ROWS:.0e} rows, 1 column, all classes", classified, "symcat, z2.quartic alone", ours, 5),
    ]


def regression(rng: np.random.Generator) -> list[Figure]:
    x = rng.normal(size=(ROWS, COLUMNS)) @ rng.normal(size=(COLUMNS, COLUMNS)) + 3.0
    y = x @ rng.normal(size=COLUMNS) + rng.normal(size=ROWS)
    data = np.column_stack([x, y])
    with_one = np.column_stack([np.ones(ROWS), x])

    ours, normal, sklearn = seconds(
        lambda: symcat.solve(data, target=f"x{COLUMNS}"),
        lambda: np.linalg.solve(with_one.T @ with_one, with_one.T @ y),
        lambda: LinearRegression().fit(x, y),
    )
    task = f"regression, {ROWS:.0e} x {COLUMNS}"
    return [
        Figure.within(task, ours, "numpy X'X, X'y, solve", normal, 2),
        Figure.faster(task, ours, "scikit-learn LinearRegression", sklearn, 5),
    ]


def groups(rng: np.random.Generator) -> list[Figure]:
    x = double_well(rng, GROUPS * ROWS_A_GROUP) - 7.0
    frame = pl.DataFrame({"g": np.repeat(np.arange(GROUPS), ROWS_A_GROUP), "x": x})
    squares = x.reshape(GROUPS, ROWS_A_GROUP) ** 2
    m2, m4 = squares.mean(axis=1), (squares**2).mean(axis=1)
    solvable = np.flatnonzero((m4 / m2**2 > 1.001) & (m4 / m2**2 < 2.9999))
    some = solvable[:LOOPED_GROUPS]
    looked_up, looped = seconds(
        lambda: symcat.lookup_batch("z2.quartic", m2=m2, m4=m4),
        lambda: [newton(m2[g], m4[g]) for g in some],
        repeats=5,
    )
    figures = [
        Figure.faster(
            "one group of 1e6, from its moments",
            looked_up / GROUPS,
            "Newton on a grid, in a loop",
            looped / len(some),
            1000,
        )
    ]

    shuffled = rng.permutation(len(frame))
    return [*figures, *grouped(frame, "together"), *grouped(frame[shuffled], "shuffled")]


def grouped(frame: pl.DataFrame, rows: str) -> list[Figure]:
    """``by=`` beside the bare group-by in the engine the data is in; the rows of a group together or shuffled."""
    relation = duckdb.connect().from_arrow(frame.to_arrow())
    square = pl.col("x") * pl.col("x")
    bare = [pl.len(), square.mean().alias("m2"), (square * square).mean().alias("m4")]

    def by(data: object, center: float | None = 0.0) -> object:
        return symcat.solve(data, by="g", classes=["z2.quartic"], center=center)

    polars, estimated, eager, lazy = seconds(
        lambda: by(frame),
        lambda: by(frame, center=None),
        lambda: frame.group_by("g").agg(bare),
        lambda: frame.lazy().group_by("g").agg(bare).collect(engine="streaming"),
        repeats=3,
    )
    ours, theirs = seconds(
        lambda: by(relation),
        lambda: relation.aggregate("g, count(*), avg(x * x), avg(x * x * x * x)").to_arrow_table(),
        repeats=3,
    )
    task = f"1e6 groups of 10 rows, {rows}, by="
    return [
        Figure.within(f"{task}, polars", polars, "polars group-by of m2, m4", eager, 2),
        Figure.within(f"{task}, polars", polars, "the same, lazy and streaming", lazy, 2),
        Figure.within(f"{task}, DuckDB", ours, "DuckDB group-by of m2, m4", theirs, 2),
        Figure(f"{task}, polars, centre estimated", estimated, "symcat, the centre known", polars),
    ]


def duration(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.3g} ms" if value >= 1e-4 else f"{value * 1e6:.3g} us"


def ratio(figure: Figure) -> str:
    times = figure.other / figure.symcat
    return f"{times:.3g} x faster" if times >= 1 else f"{1 / times:.3g} x slower"


def main() -> None:
    rng = np.random.default_rng(0)
    table = Table("task", "symcat", "peer", "peer's time", "symcat is", "asked", "met")
    for figure in [*one_column(rng), *regression(rng), *groups(rng)]:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        table.add_row(
            figure.task, duration(figure.symcat), figure.peer, duration(figure.other), ratio(figure), figure.asked, met
        )
    console = Console(width=150)
    console.print(table)
    console.print(f"Medians of repeated whole calls. Python {platform.python_version()}, {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
