"""Ten million rows of ten spins from one Parquet file: one pass that averages, counts states and keeps a sample.

Beside it DuckDB's bare ``select ..., count(*) group by all`` over the same file, which yields the states alone, and its
sums of all columns and pairs. All take turns in one run; medians are printed, and the most memory that the pass took in
a process of its own. In memory: tables of 10 and 20 spins, opening included.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from symcat.data.ingest import open_table, read_again_if_wrong
from symcat.data.needs import Needs
from symcat.data.statistics import Statistics

ROWS = 10_000_000
COLUMNS = 10
NEEDS = Needs(states=True)


def measure(data: object) -> Statistics:
    return read_again_if_wrong(open_table(data), lambda s: Statistics(s.columns, needs=NEEDS).update(s))


def write(path: Path, kind: type[np.generic]) -> Path:
    rng = np.random.default_rng(0)
    common = rng.random(ROWS)
    columns = {f"c{j}": (rng.random(ROWS) + 0.3 * common > 0.6).astype(kind) for j in range(COLUMNS)}
    pl.DataFrame(columns).write_parquet(path)
    return path


def seconds(*runs: Callable[[], object], repeats: int = 5) -> list[float]:
    """Median time of each callable; they take turns, so that a busy moment of the machine hits all of them."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(repeats):
        for run, taken in zip(runs, times, strict=True):
            start = time.perf_counter()
            run()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def memory_mb(path: Path) -> float:
    """Most memory of a process that does nothing but the pass, libraries included (Linux)."""
    script = (
        "import sys; sys.path.insert(0, 'benchmarks'); from binary_pass import measure; "
        f"measure({str(path)!r}); print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    )
    root = Path(__file__).parents[1]
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    return float(out.stdout.split()[-1]) / 1024  # DuckDB may have drawn a progress bar before it


def from_parquet(path: Path) -> None:
    names = [f"c{j}" for j in range(COLUMNS)]
    connection = duckdb.connect()
    relation = connection.read_parquet(str(path))
    relation.create_view("rows")
    pairs = [f"sum({a}::int * {b}::int)" for i, a in enumerate(names) for b in names[i + 1 :]]
    sums = ", ".join([f"sum({a}::int)" for a in names] + pairs)
    grouped = f"select {', '.join(names)}, count(*) from rows group by all"
    ours, states, averages = seconds(
        lambda: measure(path),
        lambda: connection.sql(grouped).fetchall(),
        lambda: connection.sql(f"select {sums} from rows").fetchall(),
    )
    print(f"{path.stem:6} {ROWS} x {COLUMNS}: symcat {ours:.3f} s, at most {memory_mb(path):.0f} MB")
    print(f"       DuckDB group by all {states:.3f} s (ratio {ours / states:.2f}), sums {averages:.3f} s")


def in_memory() -> None:
    for d in (10, 20):
        rows = np.random.default_rng(0).random((10_000, d)) > 0.5
        names = [f"c{j}" for j in range(d)]
        tables = {"numpy": rows, "pandas": pd.DataFrame(rows, columns=names), "polars": pl.DataFrame(rows, names)}
        times = seconds(*(lambda table=table: measure(table) for table in tables.values()), repeats=21)
        print(f"10000 x {d}: " + ", ".join(f"{k} {1e3 * t:.1f} ms" for k, t in zip(tables, times, strict=True)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in (("uint8", np.uint8), ("bool", np.bool_)):
            from_parquet(write(Path(folder) / f"{name}.parquet", kind))
    in_memory()
