"""64 spins with couplings N(0, beta^2 / 64), 15 000 rows: symcat's answer and its check beside pseudolikelihood.

Both start from the rows. symcat's time includes the averages, the closed form, the sampling that checks it, standard
errors and log Z; the peer gives couplings alone. Run it with ``python benchmarks/ising_wide.py``.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.corrections import correct
from symcat.models.ising.wide.search import fit_wide
from symcat.models.ising.wide.wide_fit import WideFit

Floats = NDArray[np.float64]

COLUMNS = 64
ROWS = 15_000
SEED = 3
PEERS = {  # the fastest of these is the peer; threads of the matrix products, None for as many as there are cores
    "newton-cholesky": ("newton-cholesky", None),
    "newton-cholesky, one thread": ("newton-cholesky", 1),
    "lbfgs, one thread": ("lbfgs", 1),
}
ASKED_SPEED = 5.0
ASKED_ERROR = 1.02


def glass(beta: float) -> Floats:
    """(64, 64) symmetric couplings of the Sherrington-Kirkpatrick model."""
    upper = np.triu(np.random.default_rng(SEED).normal(size=(COLUMNS, COLUMNS)), 1) * beta / np.sqrt(COLUMNS)
    return upper + upper.T


def symcat_fit(rows: Floats) -> WideFit:
    data = Data(rows.mean(axis=0), rows.T @ rows / len(rows), float(len(rows)))
    exact = fit_wide(data)
    return exact if exact.accepted else correct(data)


def pseudolikelihood(rows: Floats, solver: str, threads: int | None) -> Floats:
    """One unregularised logistic regression of every column on the others; both estimates of a coupling averaged."""
    found = np.zeros((COLUMNS, COLUMNS))
    with threadpool_limits(threads):
        for i in range(COLUMNS):
            others = np.delete(np.arange(COLUMNS), i)
            fitted = LogisticRegression(C=np.inf, solver=solver).fit(rows[:, others], rows[:, i])
            found[i, others] = 0.5 * fitted.coef_[0]
    return 0.5 * (found + found.T)


def relative_error(found: Floats, true: Floats) -> float:
    return float(np.linalg.norm(found - true) / np.linalg.norm(true))


def main() -> None:
    console = Console()
    said = []
    table = Table("beta", "method", "seconds", "error of J", title=f"{COLUMNS} spins, {ROWS} rows")
    for beta in (0.5, 1.0, 1.3):
        true = glass(beta)
        rows = gibbs.sample(np.zeros(COLUMNS), true, ROWS, np.random.default_rng(SEED))
        answers: dict[str, WideFit | Floats] = {}
        times: dict[str, list[float]] = {name: [] for name in ("symcat", *PEERS)}
        for _ in range(3 if beta == 0.5 else 1):  # in turns, so that a busy moment of the machine hits all of them
            for name, taken in times.items():
                start = time.perf_counter()
                answers[name] = symcat_fit(rows) if name == "symcat" else pseudolikelihood(rows, *PEERS[name])
                taken.append(time.perf_counter() - start)
        seconds = {name: statistics.median(taken) for name, taken in times.items()}
        best = min(PEERS, key=seconds.__getitem__)
        ours, theirs = answers["symcat"], answers[best]
        assert isinstance(ours, WideFit)
        assert isinstance(theirs, np.ndarray)
        said.append(f"beta {beta}, {'accepted' if ours.accepted else 'refused'}: {ours.detail}")
        mine, other = relative_error(ours.J, true), relative_error(theirs, true)
        table.add_row(f"{beta}", f"symcat, {ours.method}", f"{seconds['symcat']:.3f}", f"{mine:.4f}")
        table.add_row("", f"scikit-learn, {best}", f"{seconds[best]:.3f}", f"{other:.4f}")
        if ours.accepted:
            speed, worse = seconds[best] / seconds["symcat"], mine / other
            met = speed >= ASKED_SPEED and worse <= ASKED_ERROR
            asked = f"asked {ASKED_SPEED:g} x faster, error at most {100 * (ASKED_ERROR - 1):.0f} % higher"
            verdict = f"{asked}: {'met' if met else 'MISSED'}"
            table.add_row("", verdict, f"{speed:.1f} x", f"{100.0 * (worse - 1.0):+.1f} %")
    console.print(table, *said, sep="\n")


if __name__ == "__main__":
    main()
