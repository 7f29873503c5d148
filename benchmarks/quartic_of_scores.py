"""Real tables: whether a quartic F of the normal scores describes rows held out better than a Gaussian of them.

    python benchmarks/quartic_of_scores.py                     all tables of two to four columns, and of five to twelve
    python benchmarks/quartic_of_scores.py --tables 100        a random hundred of each
    python benchmarks/quartic_of_scores.py --asked             how often the device is reached where no class is named

The tables are those of ``real_tables.py``. Both classes have the same margins, so that the difference of their log
densities at the rows held out is that of the laws of the scores. Nats are per row.
"""

from __future__ import annotations

import argparse
import re
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from itertools import islice

import numpy as np
from real_tables import FLOOR, tables
from rich.progress import track

import symcat

GAUSSIAN, QUARTIC = "scores(gaussian.full)", "scores(polynomial.quartic)"
CLEARLY = 0.005
"""Nats a row by which a law is better that counts so."""

SIZES = {"integrated": (2, 4), "series": (5, 12)}


@dataclass(frozen=True)
class Compared:
    """One table: why the quartic has no answer, or by how much its BIC and its log density held out are better."""

    columns: int
    refused: str
    bic: float = np.nan  # below the Gaussian's
    gain: float = np.nan  # nats a row held out
    time: float = np.nan  # CPU ms beyond the Gaussian's


def compared(rows: np.ndarray, rng: np.random.Generator) -> Compared | None:
    """One table, half of which is fitted; None where even the Gaussian has no answer."""
    shuffled = rng.permutation(rows)
    fit, score = shuffled[: len(rows) // 2], shuffled[len(rows) // 2 :]
    try:
        begin = time.process_time()
        gaussian = symcat.solve(fit, classes=[GAUSSIAN], fallback=None)
        first = time.process_time() - begin
    except symcat.SymcatError:
        return None
    try:
        begin = time.process_time()
        quartic = symcat.solve(fit, classes=[QUARTIC], fallback=None)
        took = 1e3 * (time.process_time() - begin - first)
    except symcat.SymcatError as error:
        return Compared(rows.shape[1], _cause(str(error)))
    held_out = [np.maximum(one.log_density(score), FLOOR).mean() for one in (quartic, gaussian)]
    return Compared(rows.shape[1], "", gaussian.bic - quartic.bic, float(held_out[0] - held_out[1]), took)


def _cause(said: str) -> str:
    """The first words of a refusal, without its figures."""
    of_series = rf"correction +{re.escape(QUARTIC)}: ([^;,\n]*)"
    found = re.search(of_series, said) or re.search(r"of the scores: ([^:;,\n]*)", said)
    found = found or re.search(rf"{re.escape(QUARTIC)}: ([^:;,\n]*)", said)
    return re.sub(r"\d[\d,.]*", "N", found[1] if found else said.splitlines()[0])[:80]


def report(found: list[Compared]) -> None:
    """Answered, taken by BIC, better held out."""
    answered = [one for one in found if not one.refused]
    print(f"{len(found)} tables, {len(answered)} settle")
    for columns in sorted({one.columns for one in found}):
        own = [one for one in found if one.columns == columns]
        print(f"  {columns} columns: {sum(not one.refused for one in own)} of {len(own)}")
    for words, some in (
        ("settled", answered),
        ("taken by BIC", [one for one in answered if one.bic > 0.0]),
        ("not taken", [one for one in answered if one.bic <= 0.0]),
    ):
        if some:
            gain = np.array([one.gain for one in some])
            print(
                f"{words}: {len(some)}; better held out by {CLEARLY} nats a row in {(gain > CLEARLY).sum()}, worse in "
                f"{(gain < -CLEARLY).sum()}; mean {gain.mean():.3f}, median {np.median(gain):.3f}, "
                f"worst {gain.min():.3f}, best {gain.max():.3f}"
            )
    if answered:
        times = [one.time for one in answered]
        print(f"CPU ms beyond the Gaussian: median {np.median(times):.0f}, 95 % {np.quantile(times, 0.95):.0f}")
    for cause, count in Counter(one.refused for one in found if one.refused).most_common():
        print(f"refused {count}: {cause}")


SERIES, DECLINED, REFUSED, SETTLED = (
    "answered by the series",
    "the series declines",
    "no class has an answer",
    "settled before the series is asked",
)


def asked_of(rows: np.ndarray) -> str:
    """How a table is answered where no class is named and the device is forbidden."""
    try:
        answer = symcat.solve(rows, fallback=None)
    except symcat.SymcatError:
        return REFUSED
    if answer.source == "correction":
        return SERIES
    return DECLINED if any(step.strategy == "correction" for step in answer.trail) else SETTLED


def report_asked(found: Counter[str]) -> None:
    """Of how many tables the device would be asked, without the strategy and with it."""
    print(f"{found.total()} tables: " + ", ".join(f"{count} {words}" for words, count in found.most_common()))
    after = found[DECLINED] + found[REFUSED]
    print(f"the device is reached by {after + found[SERIES]} without the series, by {after} with it", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, help="how many of each size, chosen at random; all if left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=SIZES, help="tables of this size alone")
    parser.add_argument("--asked", action="store_true", help="count the strategies instead")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    for name, (fewest, most) in SIZES.items():
        if asked.only in (None, name):
            rng = np.random.default_rng(asked.seed + 1)
            every = islice(tables(asked.seed, fewest, most), asked.tables)
            print(f"\n## {name}: {fewest} to {most} columns\n")
            if asked.asked:
                report_asked(Counter(asked_of(rows) for _, rows in track(every, total=asked.tables)))
                continue
            found = [compared(rows, rng) for _, rows in track(every, total=asked.tables)]
            report([one for one in found if one is not None])


if __name__ == "__main__":
    main()
