"""How often each whole number occurs in a column, counted from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.models.base import Floats, Masses

LARGEST = 1e10
"""Beyond, logarithms of factorials are rounded by more than 2e-5 nats, so that probabilities of values have no digits.
"""
MOST_DISTINCT = 1 << 22

_BATCHED = 1 << 16  # distinct values that are put together at a time


@dataclass(frozen=True)
class Histogram:
    """Distinct whole numbers in ascending order, and what each counts."""

    values: Floats
    counts: Floats

    @property
    def n(self) -> float:
        return float(self.counts.sum())

    @property
    def mean(self) -> float:
        return float(self.counts @ self.values) / self.n

    @property
    def variance(self) -> float:
        return float(self.counts @ (self.values - self.mean) ** 2) / self.n

    @cached_property
    def above(self) -> Floats:
        """The share of rows above each of 0, 1, ... that is below the largest."""
        longest = int(self.values.max(initial=0.0))
        ends = np.bincount(self.values.astype(np.intp), self.counts, longest + 1)
        out: Floats = np.cumsum(ends[:0:-1])[::-1] / self.n
        return out

    def average(self, of_values: Floats) -> float:
        """Of a function's values at the distinct numbers."""
        return float(self.counts @ of_values) / self.n


def histogram(rows: Masses, column: str) -> Histogram | str:
    """Of the only column of the rows; or, in words, why there is none."""
    values, counts = np.empty(0), np.empty(0)
    held: list[tuple[Floats, Floats]] = []
    waiting = 0
    for batch, weight in rows:
        x = batch[:, 0]
        wrong = ~((x >= 0.0) & (x == np.floor(x)))
        if wrong.any():
            return f"column {column!r} holds {x[wrong.argmax()]:.9g}, which is no whole number of zero or more"
        if x.max(initial=0.0) > LARGEST:
            return (
                f"column {column!r} holds {x.max():.9g}, and beyond {LARGEST:g} rounding leaves no digits of the "
                "probability of a single value"
            )
        seen, place = np.unique(x, return_inverse=True)
        held.append((seen, np.bincount(place, weights=weight, minlength=len(seen)).astype(np.float64)))
        waiting += len(seen)
        if waiting > _BATCHED:
            values, counts = _together([(values, counts), *held])
            held, waiting = [], 0
            if len(values) > MOST_DISTINCT:
                return f"column {column!r} has more than {MOST_DISTINCT:,} distinct values, too many to be counted"
    values, counts = _together([(values, counts), *held])
    return Histogram(values[counts > 0.0], counts[counts > 0.0])


def _together(parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    every, weight = (np.concatenate(one) for one in zip(*parts, strict=True))
    values, place = np.unique(every, return_inverse=True)
    return values, np.bincount(place, weights=weight, minlength=len(values)).astype(np.float64)
