"""Sums of two-valued columns from the counts of their states, and the counted states of the whole table.

A block of rows of few such columns is known by how often each of the 2^d states occurs in it: one table of what each
state adds turns counts into sums, so that no row is multiplied out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest import SpinRows
from symcat.data.moments import Floats
from symcat.data.states import MOST_COLUMNS, MOST_STATES, States, codes_of, joint
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.sums import Rows, gather

_DENSE_STATES = 1 << 16  # joint states that all have a place in one array
_COUNTED_COLUMNS = 12
_ROWS_A_STATE = 8
_HELD = 1 << 16  # counts held before they are joined


class CountedSums:
    """Sums of runs of complete rows of spins by counting their states."""

    def __init__(self, layout: Layout) -> None:
        self.possible = layout.dimension <= _COUNTED_COLUMNS and not (layout.n_powers or layout.radial)
        self._layout = layout
        self._table: Floats | None = None

    def worthwhile(self, rows: Rows, block: int) -> bool:
        """Whether a block has so many rows that reading the table once is less work than multiplying them out."""
        return isinstance(rows, SpinRows) and self.possible and block >= _ROWS_A_STATE << self._layout.dimension

    def add(self, codes: NDArray[Any], out: Floats) -> None:
        """Write the sums of a run of rows, given by their codes, into ``out`` (width,)."""
        d = self._layout.dimension
        if self._table is None:
            states = np.arange(1 << d)
            rows = States((2,) * d, states, states).rows
            products = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), d * d)
            self._table = np.concatenate([np.ones((len(rows), 1)), rows, products], axis=1)
        out[:] = np.bincount(codes, minlength=1 << d) @ self._table


class Tally:
    """Counts the distinct rows of the discrete columns of a table; gives up beyond ``MOST_STATES`` of them.

    ``chosen`` (d,) marks these columns, which have ``sizes`` levels. Where rows are ``weighted``, what is counted are
    their weights.
    """

    def __init__(self, chosen: NDArray[np.bool_], sizes: tuple[int, ...], *, weighted: bool = False) -> None:
        self.chosen, self.sizes = chosen, sizes
        self.given_up = joint(sizes) > 1 << MOST_COLUMNS
        self._type = np.float64 if weighted else np.int64
        dense = joint(sizes) <= _DENSE_STATES
        self._dense = np.zeros(joint(sizes), dtype=self._type) if dense else None
        self._parts: list[States] = []
        self._held = 0
        self._join_at = _HELD

    def add(self, rows: Rows, times: Floats | None = None) -> None:
        """Count complete rows, which occurred so many ``times`` (m,) each, or once."""
        if self.given_up:
            return
        codes = rows.codes if isinstance(rows, SpinRows) else codes_of(gather(rows)[:, self.chosen], self.sizes)
        if self._dense is not None:
            self._dense += np.bincount(codes, times, minlength=len(self._dense)).astype(self._type)
        else:
            self.include(States.of_codes(self.sizes, codes, times, self._type))

    def include(self, states: States | None) -> None:
        """Count in what another tally has counted; None: it has given up."""
        if states is None or self.given_up:
            self._give_up()
        elif self._dense is not None:
            self._dense[states.codes] += states.counts
        else:
            self._parts.append(states)
            self._held += len(states.codes)
            if self._held > self._join_at:
                self._join()

    @property
    def states(self) -> States | None:
        """The distinct rows and their counts, None if they are too many."""
        if self._dense is not None:
            codes = np.flatnonzero(self._dense)
            return States(self.sizes, codes, self._dense[codes])
        self._join()
        if self.given_up:
            return None
        nothing = np.empty(0, dtype=np.int64)
        return self._parts[0] if self._parts else States(self.sizes, nothing, nothing.astype(self._type))

    def _join(self) -> None:
        if len(self._parts) > 1:
            self._parts = [States.joined(self._parts)]
        self._held = sum(len(part.codes) for part in self._parts)
        # Twice what is there, so that the work of joining stays proportional to what comes in.
        self._join_at = max(_HELD, 2 * self._held)
        if self._held > MOST_STATES:
            self._give_up()

    def _give_up(self) -> None:
        self.given_up, self._parts, self._dense, self._held = True, [], None, 0
