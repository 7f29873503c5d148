"""A bounded uniform sample of the rows of a stream, without replacement.

Joining two samples draws how many rows come from each side from the hypergeometric law, which keeps every subset of
rows equally likely (Vitter 1985, ACM TOMS 11, 37 gives the row-by-row form; batches need only these two draws).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.data.statistics.sums import Rows, gather

_HYPERGEOMETRIC_LIMIT = 10**9  # numpy's own; beyond it the binomial law differs by less than size / 1e9


class Reservoir:
    """At most ``size`` rows of d columns, drawn uniformly from all rows offered; reproducible from ``seed``."""

    def __init__(self, size: int, dimension: int, seed: int) -> None:
        self.size = size
        self.seen = 0
        self._rows: Floats = np.empty((0, dimension))
        self._filled = 0
        self.generator = np.random.Generator(np.random.PCG64(seed))

    @property
    def rows(self) -> Floats:
        """(m, d) the sampled rows, in no particular order."""
        return self._rows[: self._filled]

    @rows.setter
    def rows(self, rows: Floats) -> None:
        self._rows, self._filled = rows, len(rows)

    @property
    def state(self) -> dict[str, Any]:
        """All but the rows, as JSON can hold it."""
        return {
            "seen": self.seen,
            "reservoir_size": self.size,
            "generator": self.generator.bit_generator.state,
        }

    def restore(self, rows: Floats, state: Mapping[str, Any]) -> None:
        """Continue where another reservoir of these ``rows`` and this ``state`` was."""
        self.rows = rows
        self.seen, self.size = int(state["seen"]), int(state["reservoir_size"])
        self.generator.bit_generator.state = state["generator"]

    def offer(self, rows: Rows, keep: NDArray[np.intp] | None = None) -> None:
        """Offer the rows (m, d), or only those whose numbers are in ``keep``."""
        offered = len(rows) if keep is None else len(keep)
        taken = self._share(offered)
        if taken:
            pick = self.generator.choice(offered, taken, replace=False, shuffle=False)
            self._replace(gather(rows, pick if keep is None else keep[pick]))
        self.seen += offered

    def offer_counted(self, rows: Floats, counts: Floats) -> None:
        """Offer each of the rows (m, d) so many times."""
        stop = np.cumsum(counts)
        offered = int(stop[-1])
        taken = self._share(offered)
        if taken:
            pick = self.generator.choice(offered, taken, replace=False, shuffle=False)
            self._replace(rows[np.searchsorted(stop, pick, side="right")])
        self.seen += offered

    def merge(self, other: Reservoir) -> None:
        """Take in another sample, of other rows; the joint size is the smaller of the two."""
        self.size = min(self.size, other.size)
        taken = self._share(other.seen)
        self._replace(other.rows[self.generator.choice(len(other.rows), taken, replace=False)])
        self.seen += other.seen

    def drawn(self, weight: Floats, seed: int) -> NDArray[np.intp]:
        """Which of the rows kept, evenly spaced along their weights, as many as so weighted rows are worth.

        Each comes as often as its weight says, once more or less.
        """
        total, square = weight.sum(), weight @ weight
        if not square > 0.0:
            return np.empty(0, dtype=np.intp)
        size = max(1, int(total**2 / square))
        at = (np.random.default_rng(seed).random() + np.arange(size)) / size
        place = np.searchsorted(np.cumsum(weight) / total, at, side="right")
        return np.minimum(place, len(weight) - 1)

    def _share(self, offered: int) -> int:
        """How many rows of the joint sample come from ``offered`` new ones."""
        if self.seen + offered <= self.size:
            return offered
        if self.seen == 0:
            return self.size
        if max(self.seen, offered) < _HYPERGEOMETRIC_LIMIT:
            return int(self.generator.hypergeometric(offered, self.seen, self.size))
        return int(self.generator.binomial(self.size, offered / (self.seen + offered)))

    def _replace(self, chosen: Floats) -> None:
        """Put ``chosen`` in, in the places of as many random old rows as do not fit."""
        if self._filled > self.size:
            self.rows = self.rows[self.generator.choice(self._filled, self.size, replace=False, shuffle=False)]
        added = min(len(chosen), self.size - self._filled)
        if len(self._rows) < self._filled + added:
            grown = np.empty((min(self.size, 2 * (self._filled + added)), self._rows.shape[1]))
            grown[: self._filled] = self.rows
            self._rows = grown
        old = self._filled
        self._rows[old : old + added] = chosen[:added]
        self._filled += added
        if added < len(chosen):
            places = self.generator.choice(old, len(chosen) - added, replace=False, shuffle=False)
            self._rows[places] = chosen[added:]
