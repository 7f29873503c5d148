"""How often do 95 % intervals hold the true couplings, where BIC takes a smaller class than that of all pairs?

    python -m benchmarks.averaged_couplings             100 tables of each kind, about two minutes

Rows of two-valued columns whose pairs are all coupled, weakly, and of Gaussian columns likewise. Intervals are those of
the class that is taken (a coupling that it leaves out is zero without error), of the average over whether each coupling
is there (``average="bic"``), and of the class of all pairs.
"""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from itertools import product

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

import symcat

WIDTH = 1.959963984540054


def spins(rng: np.random.Generator, n: int, d: int, strength: float) -> tuple[object, np.ndarray]:
    """Rows of d spins with normal couplings, and these."""
    j = np.triu(rng.normal(0.0, strength, size=(d, d)), 1)
    s = np.array(list(product((-1.0, 1.0), repeat=d)))
    weight = np.exp(np.einsum("si,ij,sj->s", s, j, s))
    rows = s[rng.choice(len(s), size=n, p=weight / weight.sum())]
    return pl.DataFrame({f"s{i}": rows[:, i].astype(int) for i in range(d)}), j + j.T


def gaussians(rng: np.random.Generator, n: int, d: int, strength: float) -> tuple[object, np.ndarray]:
    """Rows of d Gaussian columns with normal couplings, and the precision."""
    k = np.triu(rng.normal(0.0, strength, size=(d, d)), 1)
    k = np.eye(d) + k + k.T
    k += max(0.0, 0.2 - float(np.linalg.eigvalsh(k)[0])) * np.eye(d)
    return rng.multivariate_normal(np.zeros(d), np.linalg.inv(k), size=n), k


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    found = Table("rows", "columns", "strength", "taken", "class taken", "averaged", "all pairs", box=None)
    kinds = (("J", spins, "ising.pairwise", 8), ("precision", gaussians, "gaussian.full", 6))
    for name, drawn, richest, d in kinds:
        for n in (300, 3000):
            for strength in (0.1, 0.2):
                inside: Counter[str] = Counter()
                taken: Counter[str] = Counter()
                total = 0
                for k in range(asked.tables):
                    data, truth = drawn(np.random.default_rng([asked.seed, k, n]), n, d, strength)
                    pairs = np.triu_indices(d, 1)
                    due = truth[pairs]
                    answer = symcat.solve(data, fallback=None)
                    whole = symcat.solve(data, classes=[richest], average="bic", fallback=None)
                    taken[answer.label] += 1
                    total += len(due)
                    for what, values, errors in (
                        ("class taken", answer.parameters, answer.standard_errors or {}),
                        ("averaged", whole.averaged.parameters, whole.averaged.standard_errors),
                        ("all pairs", whole.parameters, whole.standard_errors),
                    ):
                        own, error = (
                            np.broadcast_to(one.get(name, np.zeros(())), (d, d))[pairs] for one in (values, errors)
                        )
                        inside[what] += int((np.abs(own - due) <= WIDTH * error).sum())
                most = ", ".join(f"{label} {times}" for label, times in taken.most_common(2))
                found.add_row(
                    f"{n:,}",
                    str(d),
                    f"{strength:g}",
                    most,
                    *(f"{inside[w] / total:.3f}" for w in ("class taken", "averaged", "all pairs")),
                )
    Console(width=150).print(found)


if __name__ == "__main__":
    main()
