"""How long ``solve(..., budget_s=b)`` takes, and how it ends: at most 1.2 b + 1 s on every table.

Run from the root of the repository: ``python -m benchmarks.budgets``. It prints the table, and fails where a call took
longer.
"""

from __future__ import annotations

import time

import symcat
from tests.tables_of_budgets import TABLES

BUDGETS = (2.0, 4.0, 10.0)


def main() -> None:
    late = 0
    print("| table | budget, s | took, s | ended |\n|---|---|---|---|")
    for name, make in TABLES.items():
        data = make()
        for budget in BUDGETS:
            began = time.perf_counter()
            try:
                found = symcat.solve(data, budget_s=budget, learn=False)
                ended = f"{found.label}, {found.source}"
            except symcat.NoEntry as error:
                ended = f"{type(error).__name__}: {getattr(error, 'detail', '') or 'no class fits'}"
            took = time.perf_counter() - began
            late += took > 1.2 * budget + 1.0
            print(f"| {name} | {budget:g} | {took:.1f} | {ended} |", flush=True)
    if late:
        raise SystemExit(f"{late} calls took longer than 1.2 times their budget and a second")


if __name__ == "__main__":
    main()
