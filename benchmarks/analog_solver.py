"""What the analog solver recovers: ``python benchmarks/analog_solver.py [wells coverage glass tails ...]``.

Without arguments all parts are run. Every part prints what was asked of it and what came out.
"""

from __future__ import annotations

import os
import statistics as middle
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

import symcat
from symcat.analog import Device
from symcat.analog.answers import Answer
from symcat.analog.energies import Polynomial
from symcat.analog.metropolis import stepper
from symcat.analog.rows import fit
from symcat.analog.solver import match_averages
from symcat.models.ising.couplings import pair_matrix, pair_values
from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.relaxation import closed_form
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]
ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
WELLS = 5
SPINS = 40
ROWS = 100_000


def devices(seed: int) -> dict[str, Device]:
    linear = Device(seed=seed + 1, replicas=32, single_precision=True)
    return {"device": Device(seed=seed, replicas=1024), "linear": linear}


def wells() -> tuple[SufficientStatistics, Floats]:
    """Five double wells -a x^2 + x^4 / 2, a from 1 to 1.4, joined by normal couplings of standard deviation 1/2."""
    eye = np.eye(WELLS, dtype=np.int64)
    i, j = np.triu_indices(WELLS, 1)
    joined = np.random.default_rng(4).normal(size=(WELLS, WELLS))[i, j] * 0.5
    couplings = np.concatenate([-1.0 - 0.1 * np.arange(WELLS), np.full(WELLS, 0.5), joined])
    return SufficientStatistics.monomials([*(2 * eye), *(4 * eye), *(eye[i] + eye[j])]), couplings


def well_rows(n: int, seed: int) -> Floats:
    """Independent chains that start inside the wells: 600 relaxations of a step that nearly all accept."""
    found, truth = wells()
    rng = np.random.default_rng(seed)
    rows = 0.5 * rng.normal(size=(n, WELLS)).clip(-2.0, 2.0)
    stepper(Polynomial(found.exponents, truth), 1.0, n, rng)(rows, 0.03, 600)
    return rows


def recover_wells() -> None:
    sets, truth = wells()
    rows = well_rows(ROWS, 0)
    mean, covariance, n = sets.observe(rows)
    answer = match_averages(mean, sets, n, covariance, budget_s=120.0, **devices(1))
    said("five double wells, 1e5 rows, 20 couplings", answer)
    if answer.accepted:
        z = np.abs(answer.couplings - truth) / answer.standard_errors
        print(f"  largest deviation {z.max():.2f} standard errors (asked: below 4), root mean square {rms(z):.2f}")
    every = SufficientStatistics.invariants(WELLS, 4, "z2")
    mean, covariance, n = every.observe(rows)
    answer = match_averages(mean, every, n, covariance, budget_s=240.0, **devices(3))
    said("the same, all 85 even monomials to degree 4", answer)
    place = {tuple(e): k for k, e in enumerate(every.exponents.tolist())}
    full = np.zeros(every.count)
    for e, c in zip(sets.exponents.tolist(), truth, strict=True):
        full[place[tuple(e)]] = c
    if answer.accepted:
        z = np.abs(answer.couplings - full) / answer.standard_errors
        print(f"  largest deviation {z.max():.2f} standard errors (asked: below 4), root mean square {rms(z):.2f}")


def coverage() -> None:
    sets, truth = wells()
    rows = well_rows(100 * 1000, 1).reshape(100, 1000, WELLS)
    inside, robust, refused, seconds = [], [], 0, []
    for run, some in enumerate(rows):
        mean, covariance, n = sets.observe(some)
        answer = match_averages(mean, sets, n, covariance, budget_s=60.0, seed=run, **devices(10 + 2 * run))
        seconds.append(answer.wall_time_s)
        if not answer.accepted:
            refused += 1
            print(f"  run {run}: {answer.detail}")
            continue
        assert answer.robust_standard_errors is not None
        off = np.abs(answer.couplings - truth)
        inside.append(off < 1.96 * answer.standard_errors)
        robust.append(off < 1.96 * answer.robust_standard_errors)
    print(f"coverage of 95 % intervals, 100 runs of 1000 rows: {100 * np.mean(inside):.1f} % (asked 90 to 99)")
    each = np.mean(inside, axis=0)
    print(f"  per coupling {100 * each.min():.0f} to {100 * each.max():.0f} %; robust {100 * np.mean(robust):.1f} %;")
    print(f"  {refused} refused; median {middle.median(seconds):.2f} s")


def glass() -> None:
    from sklearn.linear_model import LogisticRegression

    upper = np.triu(np.random.default_rng(3).normal(size=(SPINS, SPINS)), 1) / np.sqrt(SPINS)
    true = upper + upper.T
    rows = gibbs.sample(np.zeros(SPINS), true, ROWS, np.random.default_rng(3))
    began = time.perf_counter()
    single = rows.astype(np.float32)
    pairs = (single.T @ single).astype(np.float64) / len(rows)
    sets = SufficientStatistics.pairwise(SPINS)
    target = np.concatenate([rows.mean(axis=0), pair_values(pairs[None])[0]])
    start = closed_form(rows.mean(axis=0), pairs)
    # Without log Z, which pseudolikelihood does not give either.
    answer = match_averages(target, sets, len(rows), budget_s=120.0, start=start, log_partition=False, **devices(5))
    ours = time.perf_counter() - began
    said(f"{SPINS} SK spins, beta 1, 1e5 rows", answer)
    found = -pair_matrix(answer.couplings[None, SPINS:], SPINS)[0]
    peer, best = np.zeros_like(true), np.inf
    for solver in ("newton-cholesky", "lbfgs"):
        began = time.perf_counter()
        for i in range(SPINS):
            others = np.delete(np.arange(SPINS), i)
            peer[i, others] = (
                0.5 * LogisticRegression(C=np.inf, solver=solver).fit(rows[:, others], rows[:, i]).coef_[0]
            )
        best = min(best, time.perf_counter() - began)
    peer = 0.5 * (peer + peer.T)
    mine, other = (float(np.linalg.norm(j - true) / np.linalg.norm(true)) for j in (found, peer))
    print(
        f"  error of J {mine:.4f}, pseudolikelihood {other:.4f}: {100 * (mine / other - 1):+.1f} % (asked: at most +5)"
    )
    print(f"  {ours:.1f} s, scikit-learn {best:.1f} s (asked: no more)")


def tails() -> None:
    rng = np.random.default_rng(0)
    rows = 0.3 * rng.normal(size=(20_000, 1))
    stepper(Polynomial(np.array([[2], [4], [6]]), np.array([4.0, -1.0, 0.065])), 1.0, len(rows), rng)(rows, 0.03, 8000)
    for name, x in (("x^2, -x^4, x^6 known", rows), ("daily returns of an index", returns())):
        if x is None:
            print(f"{name}: no data here")
            continue
        y = x - x.mean(axis=0)
        kurtosis = float((y**4).mean() / (y**2).mean() ** 2)
        fallback(f"one column, {name}, kurtosis {kurtosis:.2f}", x[:, 0])


def fallback(name: str, x: Floats) -> None:
    """What ``solve`` says where no class of the catalogue fits, with nothing learned before."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["SYMCAT_HOME"] = home
        began = time.perf_counter()
        try:
            found = symcat.solve(x, fallback="analog", budget_s=240.0)
            said_of_it = f"{found.label}, {found.trail[-1].reason}; " + "; ".join(c.detail for c in found.checks[1:])
        except symcat.NoEntry as error:
            said_of_it = "refused:" + str(error).partition("no answer either:")[2]
        print(f"{name}: {said_of_it} ({time.perf_counter() - began:.1f} s)")


def returns() -> Floats | None:
    path = DATA / "index_returns.csv"
    if not path.is_file():
        return None
    names = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
    return np.genfromtxt(path, delimiter=",", skip_header=1)[:, [len(names) - 1]]


def geyser() -> None:
    path = DATA / "old_faithful.csv"
    if not path.is_file():
        print("Old Faithful: no data here")
        return
    rows = np.loadtxt(path, delimiter=",", skiprows=1)[:, 1:]
    fallback("Old Faithful, two columns", rows)


def retina() -> None:
    path = DATA / "retina_me1_20ms.parquet"
    if not path.is_file():
        print("retina: no data here")
        return
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    rows = 2.0 * np.stack([table[c].to_numpy() for c in table.column_names], axis=1).astype(np.float64) - 1.0
    began = time.perf_counter()
    exact = symcat.solve(rows, classes=["ising.pairwise"])
    seconds = time.perf_counter() - began
    d = rows.shape[1]
    sets = SufficientStatistics.pairwise(d)
    mean, covariance, n = sets.observe(rows)
    share = 1.0 / (n + 1.0)  # the exact answer's prior: one row, spread evenly over all states
    mean, spread = mean * (1.0 - share), covariance * (1.0 - share) + share * np.eye(len(mean))
    spread += share * (1.0 - share) * np.outer(mean, mean)
    start = closed_form(mean[:d], pair_matrix(mean[None, d:], d)[0] + np.eye(d))
    answer = match_averages(mean, sets, n + 1.0, spread, budget_s=180.0, start=start, **devices(11))
    said("retina, 16 cells", answer)
    h, j = np.asarray(exact.parameters["h"]), np.asarray(exact.parameters["J"])
    truth = -np.concatenate([h, pair_values(j[None])[0]])
    z = (answer.couplings - truth) / answer.standard_errors
    print(f"  from the exact answer ({seconds:.2f} s): r.m.s. {rms(z):.2f}, largest {np.abs(z).max():.2f} errors")


def digits() -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "symcat"
    import matplotlib.pyplot as plt
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    runs = {
        "SGD": {"method": "sgd", "rate": 2.0},
        "Adam": {"method": "adam"},
        "natural gradient, exact": {"method": "natural"},
        "thermodynamic, t = 0": {"time_tau": 0.0},
        "thermodynamic, t = 1": {"time_tau": 1.0},
        "thermodynamic, t = 10": {"time_tau": 10.0},
        "thermodynamic, t = 100": {"time_tau": 100.0},
        "t = 10, noise 0.1": {"time_tau": 10.0, "noise": 0.1},
        "t = 10, noise 1": {"time_tau": 10.0, "noise": 1.0},
        "t = 10, noise 3": {"time_tau": 10.0, "noise": 3.0},
    }
    figure, axes = plt.subplots(1, 2, figsize=(9.0, 3.8), layout="constrained", sharey=True)
    print("digits, softmax regression of 650 coefficients: loss after 1, 5, 10, 20, 40 iterations; modelled ms; wall s")
    for name, settings in runs.items():
        found = fit(x / 16.0, y, iterations=40, **settings)
        steps = " ".join(f"{found.loss[k]:8.4f}" for k in (1, 5, 10, 20, 40))
        print(f"  {name:26s}{steps}  {1e3 * found.modelled_time_s[-1]:8.3f}  {found.wall_time_s:6.2f}")
        axes[0].semilogy(found.loss, label=name, linewidth=1.2)
        axes[1].loglog(found.modelled_time_s[1:], found.loss[1:], linewidth=1.2)
    axes[0].set(xlabel="iterations", ylabel="loss (nats per row)", ylim=(1e-2, 10.0))
    axes[1].set(xlabel="modelled time (s)")
    axes[0].legend(frameon=False, fontsize=6)
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    figure.savefig(ROOT / "docs" / "analog_digits.svg", metadata={"Date": None})


def rms(z: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(z))))


def said(name: str, answer: Answer) -> None:
    print(f"{name}: {'accepted' if answer.accepted else 'refused'}, {answer.detail}", flush=True)
    noise = np.median(answer.emulation_errors / answer.standard_errors)
    print(
        f"  {answer.wall_time_s:.1f} s here, device (modelled) {answer.device_time_s:.3g} s; emulation's part of the "
        f"errors {noise:.2f}; log Z {answer.log_partition:.4f} +- {answer.log_partition_error:.2g}"
    )


PARTS = {
    "wells": recover_wells, "coverage": coverage, "glass": glass, "tails": tails, "geyser": geyser, "retina": retina,
    "digits": digits,
}  # fmt: skip


if __name__ == "__main__":
    with threadpool_limits(1):
        for part in sys.argv[1:] or PARTS:
            PARTS[part]()
