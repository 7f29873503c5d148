"""How far the series of ``polynomial.quartic`` reaches: against exact integration, sampled tables, and itself.

Run from the root of the repository: ``python -m benchmarks.corrections``. ``PART`` (orders, tables, pairs, coverage,
honesty, speed) as an argument runs one part alone. Numbers of ``docs/corrections.md`` are from here.
"""

from __future__ import annotations

import sys
import time
from itertools import permutations

import numpy as np

from symcat import catalogue
from symcat.models.base import Couplings
from symcat.models.polynomial.exact.bases import Axes, every_term
from symcat.models.polynomial.exact.maximum import Maximum, maximum
from symcat.models.polynomial.exact.newton import Problem
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.moved import about
from symcat.models.polynomial.series.cumulants import Cumulants, cumulants_of
from symcat.models.polynomial.series.expansion import COUPLINGS, Expansion, symmetric
from symcat.models.polynomial.series.hermite import Hermites
from symcat.models.polynomial.series.judging import couplings_of_statistics, judge
from symcat.models.polynomial.series.polynomial import fitted
from symcat.models.polynomial.series.summing import PADE, Series
from symcat.models.relaxation import Refusal

EXPANSION = Expansion.of(catalogue.default().terms("polynomial.quartic"))
LABEL = "polynomial.quartic"


# --- tables ----------------------------------------------------------------------------------------------------------


def weak(d: int, size: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Every cubic and quartic coupling of about ``size``, the quartic form positive."""
    one = np.eye(d)
    u = symmetric(0.5 * size * rng.normal(size=(d,) * 4)) + 2.0 * size * symmetric(np.einsum("ij,kl->ijkl", one, one))
    for i in range(d):
        u[i, i, i, i] += size
    return {"h": np.zeros(d), "K": one, "g": symmetric(size * rng.normal(size=(d,) * 3)), "u": u}


def beyond(c: dict[str, np.ndarray], y: np.ndarray) -> np.ndarray:
    """(n,) F less that of the Gaussian."""
    d = y.shape[1]
    pairs = (y[:, :, None] * y[:, None, :]).reshape(len(y), -1)
    cubic = ((pairs @ c["g"].reshape(d * d, d)) * y).sum(axis=1) / 6.0
    quartic: np.ndarray = ((pairs @ c["u"].reshape(d * d, d * d)) * pairs).sum(axis=1) / 24.0
    return quartic + cubic + y @ c["h"] + 0.5 * pairs @ (c["K"] - np.eye(d)).reshape(-1)


def rows_of(c: dict[str, np.ndarray], n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, d) independent rows, those of the Gaussian that are kept by their weight."""
    d = len(c["h"])
    most = 0.1 + float(np.max(-beyond(c, rng.standard_normal((200_000, d)))))
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < n:
        y = rng.standard_normal((100_000, d))
        parts.append(y[np.log(rng.random(len(y))) < -beyond(c, y) - most])
    return np.concatenate(parts)[:n]


# --- exact integration of d = 1, 2, 3 --------------------------------------------------------------------------------


def averages_of(c: dict[str, np.ndarray], points: int = 61, reach: float = 9.0) -> np.ndarray:
    """(M,) averages of all monomials to degree four, by the trapezoidal rule."""
    d = len(c["h"])
    axis = np.linspace(-reach, reach, points)
    y = np.stack([one.ravel() for one in np.meshgrid(*[axis] * d, indexing="ij")], axis=1)
    weight = np.exp(-0.5 * (y * y).sum(axis=1) - beyond(c, y))
    values = Terms.of(d, 4).values(y)
    out: np.ndarray = weight @ values / weight.sum()
    return out


def orders() -> None:
    """The error of every order against the coupling, and its power."""
    sizes = np.array([0.001, 0.002, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0])
    print("Largest error of a coupling u_ijkl of whitened columns, by the largest u_ijkl; g goes with its square root.")
    for d in (1, 2, 3):
        base = weak(d, 1.0, np.random.default_rng(d))
        largest = np.abs(base["u"]).max()
        errors = []
        for size in sizes / largest:
            c = {"h": base["h"], "K": base["K"], "g": np.sqrt(size) * 0.3 * base["g"], "u": size * base["u"]}
            data = cumulants_of(averages_of(c, 201 if d == 1 else 61), 1.0, np.zeros(d), np.ones(d))
            back = np.linalg.inv(data.axes.matrix)  # y = back z + mean
            exact = np.einsum("abcd,ai,bj,ck,dl->ijkl", c["u"], back, back, back, back, optimize=True)
            series = Series.of(EXPANSION.at(data.tensors[3], data.tensors[4]), EXPANSION.highest)
            of_steps = np.cumsum([step[4] for step in series.steps], axis=0)
            row = [float(np.abs(one - exact).max()) for one in of_steps]
            pade = next((one for one in series.sums() if one.name == PADE), None)
            errors.append([*row, np.nan if pade is None else float(np.abs(pade.tensors[4] - exact).max())])
        table = np.array(errors)
        slopes = np.diff(np.log(table[:, :3]), axis=0) / np.diff(np.log(sizes))[:, None]
        print(f"\nd = {d}\n| u | order 2 | order 4 | order 6 | Pade [1/1] |\n|---|---|---|---|---|")
        for size, line in zip(sizes, table, strict=True):
            print(f"| {size:g} | " + " | ".join(f"{one:.1e}" for one in line) + " |")
        for k in (0, 2):
            said = ", ".join(f"{one:.2f}" for one in slopes[k])
            print(f"slopes from {sizes[k]:g} to {sizes[k + 1]:g}: {said} (promised 2, 3, 4)")


# --- sampled tables --------------------------------------------------------------------------------------------------


def pairs() -> None:
    """Likewise of terms of one and two columns, where the table has no others."""
    tables("pairs")


def of_pairs(couplings: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Without the terms of three columns or four."""
    kept = {name: [len(set(index)) <= 2 for index in np.ndindex(*value.shape)] for name, value in couplings.items()}
    return {name: value * np.reshape(kept[name], value.shape) for name, value in couplings.items()}


def tables(couplings: Couplings = "all") -> None:
    """Couplings of sampled rows against the true ones, in standard errors."""
    for d, n, size in ((5, 1_000_000, 0.05), (10, 1_000_000, 0.03)):
        c = weak(d, size, np.random.default_rng(d))
        c = of_pairs(c) if couplings == "pairs" else c
        rows = rows_of(c, n, np.random.default_rng(1))
        began = time.process_time()
        fit = fitted(LABEL, rows, None, EXPANSION, couplings=couplings)
        seconds = time.process_time() - began
        if isinstance(fit, Refusal):
            print(f"d = {d}, n = {n:,}: {fit.reason}")
            continue
        scores = {
            name: np.abs((fit.parameters[name][0] - value) / np.maximum(fit.standard_errors[name][0], 1e-12)).max()
            for name, value in about(c, fit.parameters["mean"][0]).items()
        }
        said = ", ".join(f"{name} {score:.2f}" for name, score in scores.items())
        print(f"d = {d}, n = {n:,}, {fit.n_parameters} couplings, {seconds:.1f} s of CPU: largest score {said}")
        print(f"  {fit.note}", flush=True)


def coverage(tables_made: int = 200) -> None:
    """Share of 95 % intervals that hold the true coupling, two columns."""
    n, g, u = 20_000, np.zeros((2,) * 3), np.zeros((2,) * 4)
    g[0, 0, 0] = 0.25
    g[0, 1, 1] = g[1, 0, 1] = g[1, 1, 0] = -0.1
    u[0, 0, 0, 0], u[1, 1, 1, 1] = 0.2, 0.1
    for index in set(permutations((0, 0, 1, 1))):
        u[index] = 0.05
    c = {"h": np.zeros(2), "K": np.eye(2), "g": g, "u": u}
    inside, total, declined = 0, 0, 0
    for seed in range(tables_made):
        fit = fitted(LABEL, rows_of(c, n, np.random.default_rng(seed)), None, EXPANSION, seed=seed)
        if isinstance(fit, Refusal) or fit.n_parameters != 14:
            declined += 1
            continue
        for name, value in about(c, fit.parameters["mean"][0]).items():
            index = [i for i in np.ndindex(*value.shape) if list(i) == sorted(i)]
            score = (fit.parameters[name][0] - value) / fit.standard_errors[name][0]
            inside += sum(abs(score[i]) < 1.96 for i in index)
            total += len(index)
    print(f"d = 2, n = {n:,}: {100 * inside / total:.1f} % of {total} intervals, {declined} of {tables_made} declined")


# --- honesty ---------------------------------------------------------------------------------------------------------


def honesty() -> None:
    """One column, kurtosis 1.05 to 3 and skewness to 0.8: answers, and truncations larger than stated."""
    terms, axes = Terms.of(1, 4), Axes(np.eye(1), np.zeros(1))
    basis = every_term(axes, terms, np.zeros(1))
    for n in (1e3, 1e4, 1e5, 1e6):
        asked = answered = understated = strong = 0
        names: dict[str, int] = {}
        for skewness in np.arange(0.0, 0.81, 0.05):
            for kurtosis in np.arange(max(1.05, 1.02 + skewness**2), 3.001, 0.05):
                asked += 1
                data = Cumulants(axes, n, np.array([0.0, 0.0, 0.0, skewness, kurtosis - 3.0]))
                series = Series.of(EXPANSION.at(data.tensors[3], data.tensors[4]), EXPANSION.highest)
                found = judge(series, data, basis, 0)
                if isinstance(found, Refusal):
                    continue
                answered, strong = answered + 1, strong + (kurtosis < 1.8)
                names[found.sum.name] = names.get(found.sum.name, 0) + 1
                problem = Problem(np.array([1.0, 0.0, 1.0, skewness, kurtosis]), np.eye(5)[1:], terms)
                exact = maximum(problem, 1e4, np.full(1, -6.0), np.full(1, 6.0), "quartic")
                if not isinstance(exact, Maximum):
                    print("  no exact answer at", skewness, kurtosis)
                    continue
                own = couplings_of_statistics(Hermites.of(1).in_monomials(found.sum.tensors), basis)
                off = np.abs(own + np.array([0.0, 0.5, 0.0, 0.0]) - exact.dual.theta[1:])
                understated += bool((off > np.maximum(np.abs(found.step), np.abs(found.omitted)) + 1e-9).any())
        print(
            f"n = {n:.0e}: {answered} of {asked} points answered ({names}), {understated} understated, "
            f"{strong} answered below kurtosis 1.8",
            flush=True,
        )


def speed() -> None:
    """All orders of ten columns, given the cumulants."""
    rng, d = np.random.default_rng(0), 10
    k3, k4 = symmetric(0.1 * rng.normal(size=(d,) * 3)), symmetric(0.1 * rng.normal(size=(d,) * 4))
    took = []
    for _ in range(6):
        began, wall = time.process_time(), time.perf_counter()
        found = EXPANSION.at(k3, k4)
        took.append((time.process_time() - began, time.perf_counter() - wall))
    count = sum(len(which) for name in COUPLINGS for which in EXPANSION.diagrams[name].values())
    first, least = took[0], min(took[1:])
    print(
        f"d = {d}: {count} diagrams to order {max(found['u'])}; first call {1e3 * first[0]:.0f} ms of CPU, then "
        f"{1e3 * least[0]:.0f} ms ({1e3 * least[1]:.0f} ms by the clock)"
    )


PARTS = {"orders": orders, "tables": tables, "pairs": pairs, "coverage": coverage, "honesty": honesty, "speed": speed}


def main() -> None:
    for name, part in PARTS.items():
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            print(f"\n## {name}\n")
            part()


if __name__ == "__main__":
    main()
