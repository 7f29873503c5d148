"""SQL macros beside the bare aggregates that they need: processor seconds, medians of interleaved runs, and ratios.

python -m benchmarks.sql [--rows 10_000_000] [--groups 1_000_000] [--runs 3]
"""

from __future__ import annotations

import argparse
import statistics
import time

import duckdb

from symcat.catalogue.file import PACKAGED

QUERIES = {
    "bare m2, m4": "avg(y*y) AS a, avg(y*y*y*y) AS b",
    "z2_quartic": "symcat.z2_quartic(avg(y*y), avg(y*y*y*y)) AS a",
    "z2_quartic with errors": "symcat.z2_quartic(avg(y*y), avg(y*y*y*y), n := count(*)) AS a",
    "bare regr_slope, regr_intercept": "regr_slope(y, x) AS a, regr_intercept(y, x) AS b",
    "linear_regression": "symcat.linear_regression(y, x) AS a",
}
BASES = {
    "z2_quartic": "bare m2, m4",
    "z2_quartic with errors": "bare m2, m4",
    "linear_regression": "bare regr_slope, regr_intercept",
}


def seconds(connection: duckdb.DuckDBPyConnection, columns: str) -> float:
    """Of a query that writes every answer into a table in memory."""
    start = time.process_time()
    connection.execute(f"CREATE OR REPLACE TEMP TABLE answers AS SELECT k, {columns} FROM rows GROUP BY k")
    return time.process_time() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--groups", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=3)
    asked = arguments.parse_args()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)")
        connection.execute(
            "CREATE TEMP TABLE rows AS SELECT (hash(i) % $groups)::INTEGER AS k, "
            "2 * random() - 1 + (i % 2) AS y, random() AS x FROM range($rows) AS t(i)",
            {"groups": asked.groups, "rows": asked.rows},
        )
        found: dict[str, list[float]] = {name: [] for name in QUERIES}
        for _ in range(asked.runs):
            for name, columns in QUERIES.items():
                found[name].append(seconds(connection, columns))
    print(f"DuckDB {duckdb.__version__}, {asked.rows:,} rows, {asked.groups:,} groups, {asked.runs} runs")
    print("| query | CPU s | of the bare aggregates |\n|---|---|---|")
    for name, times in found.items():
        base = BASES.get(name)
        ratio = f"{statistics.median(times) / statistics.median(found[base]):.2f}" if base else ""
        print(f"| {name} | {statistics.median(times):.2f} | {ratio} |")


if __name__ == "__main__":
    main()
