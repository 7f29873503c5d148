"""All rows of one column, of a batch of one or of many groups at once, for classes that sum over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.at_hand import at_hand
from symcat.models.base import Floats, Masses
from symcat.models.fit import Observed


@dataclass(frozen=True)
class Run:
    """Some of the rows: values, what each counts, and which of the G groups it is of."""

    x: Floats  # (m,)
    weight: Floats  # (m,)
    group: NDArray[np.intp]  # (m,)
    groups: int

    def sums(self, values: Floats) -> Floats:
        """(G,) of ``values`` (m,), each as often as it counts."""
        if self.groups == 1:
            return np.array([self.weight @ values])
        return np.bincount(self.group, self.weight * values, self.groups).astype(np.float64, copy=False)

    def of_groups(self, values: Floats) -> Floats:
        """Those of ``values`` (G,) that are of the rows, one for all of them where there is one group."""
        return values if self.groups == 1 else values[self.group]

    def first(self, wrong: NDArray[np.bool_], said: Callable[[float], str]) -> dict[int, str]:
        """Group -> what is said of the first of its values that is ``wrong`` (m,)."""
        if not len(wrong) or not wrong[wrong.argmax()]:
            return {}
        if self.groups == 1:
            return {0: said(float(self.x[wrong.argmax()]))}
        at = np.flatnonzero(wrong)
        groups, place = np.unique(self.group[at], return_index=True)
        return {g: said(float(self.x[at[k]])) for g, k in zip(groups.tolist(), place.tolist(), strict=True)}


@dataclass(frozen=True)
class _Batches:
    """The rows of a batch of one, read once more each time they are iterated over."""

    every: Masses

    def __iter__(self) -> Iterator[Run]:
        for batch, weight in self.every:
            yield Run(batch[:, 0], weight, np.zeros(len(batch), dtype=np.intp), 1)


def runs(rows: Masses | None, observed: Observed) -> Iterable[Run] | None:
    """All rows, to be iterated over as often as need be; None where some of them are forgotten."""
    if observed.rows_of is not None:
        usable = np.isfinite(observed.moments.mean[:, 0])
        table = observed.rows_of(usable)
        if table is None:
            return None
        return [Run(table.values[:, 0], table.weight, np.repeat(np.arange(len(usable)), table.sizes), len(usable))]
    every = at_hand(rows, observed)
    return None if every is None else _Batches(every)
