"""How far the share of the multi-information that is told may be from the truth, and when it is withheld.

``python -m benchmarks.multi_information``: tables drawn from pairwise models with random couplings, so that pairs are
all the dependence there is and the true share is 1. Below the table, the extremes of the shares that were told.
"""

from __future__ import annotations

import warnings

import numpy as np
from rich.console import Console
from rich.table import Table

import symcat

COLUMNS, STRENGTHS, ROWS = (4, 6, 9, 12, 16), (0.3, 0.6, 1.0), (200, 1000, 5000, 30_000)


def drawn(d: int, strength: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, d) rows of a pairwise model whose couplings have this strength times ``d ** -0.5``."""
    states = ((np.arange(2**d)[:, None] >> np.arange(d)) & 1) * 2 - 1
    couplings = np.triu(rng.normal(0.0, strength / np.sqrt(d), (d, d)), 1)
    log_weight = states @ rng.normal(0.0, 0.5, d) + np.einsum("si,ij,sj->s", states, couplings, states)
    share = np.exp(log_weight - log_weight.max())
    return states[rng.choice(len(states), size=n, p=share / share.sum())]


def main() -> None:
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(0)
    table = Table("columns", "strength", "rows", "share", "corrected")
    told: list[tuple[float, float]] = []
    for d in COLUMNS:
        for strength in STRENGTHS:
            for n in ROWS:
                found = symcat.solve(drawn(d, strength, n, rng), classes=["ising.pairwise"], fallback=None).information
                shares = None if found is None or found.share is None else (found.share, found.share_corrected)
                told += [] if shares is None else [shares]
                words = ["withheld"] * 2 if shares is None else [f"{value:.3f}" for value in shares]
                table.add_row(str(d), str(strength), str(n), *words)
    Console().print(table)
    for name, values in zip(("share", "corrected"), zip(*told, strict=True), strict=True):
        print(f"{name}: {min(values):.3f} to {max(values):.3f} in {len(told)} tables; the truth is 1")


if __name__ == "__main__":
    main()
