"""Rows taken in one after the other: their sums over consecutive blocks, a random sample, the counted states.

A row that occurred n times is n rows, also where blocks end and a sample is drawn; one with a weight of importance is
one row, of which the averages take as much as the weight says.

Sums are taken about an origin and in a unit chosen from the first rows and moved by exact algebra if later rows lie
elsewhere, so that data at offset 1e8, of spread 1e-150, or sorted, keeps its digits (Chan, Golub, LeVeque 1983, Am.
Stat. 37, 242 review the alternatives). Two-valued columns, which hold -1 and +1, have the origin zero, and a table of
discrete columns alone the unit one: their sums are whole numbers. The codes of categorical columns are not summed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest import SpinRows
from symcat.data.moments import Floats, Moments
from symcat.data.states import States, joint
from symcat.data.statistics import scaling
from symcat.data.statistics.blocks import Blocks
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.plausibility import check_sample, check_sums
from symcat.data.statistics.sampling import Reservoir
from symcat.data.statistics.spin_sums import Tally
from symcat.data.statistics.storing import Arrays
from symcat.data.statistics.sums import Rows, gather
from symcat.errors import InvalidData

_SAMPLED = 1 << 24  # numbers of the sample: of very wide data it is smaller
_FAR = 4.0  # standard deviations between mean and origin from which the origin is moved


class Beside(Protocol):
    """What takes in the same rows beside."""

    def make_room(self, rows: int) -> None:
        """So many rows will come, some of them with missing values."""

    def add(self, rows: Rows) -> None:
        """Complete finite rows."""

    def add_weighted(self, rows: Floats, weight: Floats) -> None:
        """Likewise, which count as their ``weight`` says."""


class Summation:
    """Everything that rows of the columns of ``layout`` are summed into; each complete row goes to ``beside`` too."""

    def __init__(
        self, layout: Layout, sample_size: int, max_blocks: int, seed: int, beside: Sequence[Beside] = ()
    ) -> None:
        d = layout.dimension
        self.layout = layout
        self.beside = beside
        self.blocks = Blocks(layout, max_blocks)
        self.reservoir = Reservoir(
            min(sample_size, max(_SAMPLED // d, 1)), d + layout.weighted, seed
        )  # a weight lies beside its row
        self.n_missing = 0
        self.weighed = 0  # rows taken in with a count or a weight, whatever that was
        self.origin: Floats | None = None
        self.unit: float | None = None  # None as long as all rows are equal
        self.recentre_at = 1
        self.discrete = layout.discrete
        self.tally = Tally(self.discrete, layout.sizes, weighted=layout.weighted) if layout.counted else None
        if self.discrete.all():
            self.origin, self.unit = np.zeros(d), 1.0

    @property
    def n_rows(self) -> int:
        """Number of complete rows."""
        return self.blocks.n_rows

    @property
    def untouched(self) -> bool:
        """Whether it is as it was made, but for rows that were dropped."""
        return not self.n_rows and not self.weighed and (self.unit is None or bool(self.discrete.all()))

    def averages(self, sums: Floats) -> Moments:
        """The Moments of blocks from their sums (B, width)."""
        assert self.origin is not None
        moments = self.layout.averages(sums, self.origin, scaling.working_unit(self.unit))
        return moments if self.unit is None else moments.in_unit(self.unit)

    @property
    def moments(self) -> Moments:
        """Averages over all rows, a batch of one. The count is that of rows, or what weighted ones are worth."""
        sums = self.blocks.sums
        total = sums if len(sums) == 1 else sums.sum(axis=0, keepdims=True)
        averages = self.averages(total)
        return replace(averages, count=self.layout.effective(total)) if self.layout.weighted else averages

    @property
    def block_moments(self) -> Moments:
        """Averages over the blocks. The counts add up to that of all rows."""
        sums = self.blocks.sums
        averages = self.averages(sums)
        if not self.layout.weighted:
            return averages
        total = sums.sum(axis=0, keepdims=True)
        return replace(averages, count=self.layout.effective(total)[0] * (sums[:, 0] / total[0, 0]))

    @property
    def sample(self) -> tuple[Floats, Floats]:
        """(m, d) a random sample of the rows, and (m,) the weights beside them."""
        rows = self.reservoir.rows
        return (rows[:, :-1], rows[:, -1]) if self.layout.weighted else (rows, np.ones(len(rows)))

    # --- taking in rows ----------------------------------------------------------------------------------------

    def make_room(self, rows: int) -> None:
        """Let the blocks be as long as so many more rows need."""
        self.blocks.make_room(rows)
        for other in self.beside:
            other.make_room(rows)

    def take(self, rows: Rows) -> None:
        """Take in rows. InvalidData for an infinity or a value whose powers overflow; the rows before it are in."""
        before = self.n_rows + self.n_missing
        if isinstance(rows, SpinRows):
            complete = rows.without_missing()
            self.n_missing += len(rows) - len(complete)
            rows = complete
        if not len(rows):
            return
        self.make_room(len(rows))
        if self.unit is None:
            self._settle(scaling.finite_rows(gather(rows, scaling.probed(len(rows)))))
        step = self.blocks.chunk_rows(rows)
        dropped: list[NDArray[np.intp]] = []
        for start in range(0, len(rows), step):
            chunk = rows[start : start + step]
            if self.unit is None or not self._add(chunk):
                missing = self._add_with_care(gather(chunk), before + start)
                if len(missing):
                    dropped.append(missing + start)
                    self.n_missing += len(missing)
        self.reservoir.offer(rows, np.delete(np.arange(len(rows)), np.concatenate(dropped)) if dropped else None)
        if self.n_rows >= self.recentre_at:
            self.recentre()

    def take_weighted(self, rows: Floats, weight: Floats) -> None:
        """Take in rows (m, d) that count as their ``weight`` (m,) says. Those that count nothing are not looked at."""
        numbers = self.weighed + np.flatnonzero(weight > 0.0)
        self.weighed += len(rows)
        rows, weight = rows[weight > 0.0], weight[weight > 0.0]
        missing = np.isnan(rows).any(axis=1)
        if not len(rows):
            return
        units = np.ones(len(rows)) if self.layout.weighted else weight
        self.n_missing += int(units[missing].sum())
        columns = self.layout.columns
        infinite = np.isinf(rows).any(axis=1)
        if infinite.any():
            place = int(infinite.argmax())
            scaling.reject_infinity(rows[place : place + 1], columns, int(numbers[place]))
        rows, weight, units, numbers = rows[~missing], weight[~missing], units[~missing], numbers[~missing]
        if not len(rows):
            return
        self.make_room(int(units.sum()))
        if self.unit is None:
            self._settle(rows[scaling.probed(len(rows))])
        if self.unit is None:
            self._settle(rows)
        assert self.origin is not None
        step = self.layout.chunk_rows
        for start in range(0, len(rows), step):
            run = slice(start, start + step)
            if not self.blocks.add_weighted(rows[run], weight[run], self.origin, scaling.working_unit(self.unit)):
                far = rows[run]
                raise scaling.overflow_error(far, self.origin, self.unit or 1.0, columns, int(numbers[start]))
            if self.tally is not None:
                self.tally.add(rows[run], weight[run])
            for other in self.beside:
                other.add_weighted(rows[run], weight[run])
        if self.layout.weighted:
            self.reservoir.offer(np.concatenate([rows, weight[:, None]], axis=1))
        else:
            self.reservoir.offer_counted(rows, weight)
        if self.n_rows >= self.recentre_at:
            self.recentre()

    def _settle(self, rows: Floats) -> None:
        """Fix origin and unit from complete finite rows, if they are not fixed yet."""
        if self.unit is not None or not len(rows):
            return
        if self.origin is None:
            self.origin = np.where(self.discrete, 0.0, scaling.choose_origin(rows))
        # Rows taken in so far all equal the origin: their sums are zero in any unit.
        self.unit = scaling.choose_unit(rows, self.origin, self.layout.columns)

    def _add_with_care(self, chunk: Floats, first_row: int) -> NDArray[np.intp]:
        """Add the complete rows of a chunk that holds missing, infinite or wild values, or is constant so far.

        Returns the numbers of the rows dropped.
        """
        columns = self.layout.columns
        scaling.reject_infinity(chunk, columns, first_row)
        missing = np.isnan(chunk).any(axis=1)
        clean = chunk[~missing] if missing.any() else chunk
        if len(clean):
            self._settle(clean)
            assert self.origin is not None
            if not self._add(clean):
                raise scaling.overflow_error(chunk, self.origin, self.unit or 1.0, columns, first_row)
        return np.flatnonzero(missing)

    def _add(self, rows: Rows) -> bool:
        """Add at most a chunk of rows; False, with nothing added, if a sum is not finite."""
        if self.origin is None or not self.blocks.add(rows, self.origin, scaling.working_unit(self.unit)):
            return False
        if self.tally is not None:
            self.tally.add(rows)
        for other in self.beside:
            other.add(rows)
        return True

    def recentre(self) -> None:
        """Move the origin to the mean if it turned out to lie far from it. Asked each time the rows have doubled."""
        assert self.origin is not None
        self.recentre_at = 2 * self.n_rows
        if self.unit is None or self.discrete.all():
            return
        total = self.moments
        offset, square = total.first[0], np.diagonal(total.second[0])
        far = offset**2 > _FAR**2 * np.maximum(square - offset**2, 0.0)
        if (far & ~self.discrete).any():
            self._move(np.where(self.discrete, 0.0, total.mean[0]), self.unit)

    def _move(self, origin: Floats, unit: float) -> None:
        """Restate the sums about another origin and in another unit."""
        sums = self.blocks.sums
        moments = self.averages(sums).about(origin).in_unit(scaling.working_unit(unit))
        self.origin, self.unit = np.array(origin), unit
        self.blocks.sums = self.layout.carried(sums, moments)

    # --- merging and storing -----------------------------------------------------------------------------------

    def merge(self, other: Summation) -> None:
        """Take in all that ``other`` of the same layout has summed; its rows come after these.

        Raises InvalidData if their spreads are too far apart.
        """
        if not len(other.blocks.sums):
            self.n_missing += other.n_missing
            return
        assert other.origin is not None
        if self.origin is None:
            self.origin, self.unit = other.origin, other.unit
        self.blocks.extend(self._restated(other), other.blocks.length)
        self.n_missing += other.n_missing
        self.weighed += other.weighed
        self.reservoir.merge(other.reservoir)
        if self.tally is not None:
            assert other.tally is not None
            self.tally.include(other.tally.states)
        self.recentre()

    def _restated(self, other: Summation) -> Floats:
        """The sums of ``other`` about the origin and in the unit of this one, which may change its unit for it."""
        assert self.origin is not None
        assert other.origin is not None
        units = [unit for unit in (self.unit, other.unit) if unit is not None]
        apart = scaling.choose_unit(np.array([other.origin]), self.origin, self.layout.columns)
        if apart is not None and not units:
            units = [apart]
        if len(units) == 2 and max(units) > min(units) * 2.0**200:
            raise InvalidData(
                f"The two statistics have spreads of about {units[0]:.1g} and {units[1]:.1g}: too far apart to be "
                "merged. Check that both measured the same quantity in the same unit."
            )
        if units and self.unit != max(units):
            self._move(self.origin, max(units))
        if (other.origin == self.origin).all() and scaling.working_unit(other.unit) == scaling.working_unit(self.unit):
            return other.blocks.sums
        theirs = other.layout.averages(other.blocks.sums, other.origin, scaling.working_unit(other.unit))
        unit = scaling.working_unit(self.unit)
        with np.errstate(over="ignore", invalid="ignore"):
            restated = self.layout.carried(other.blocks.sums, theirs.in_unit(unit).about(self.origin))
        if not np.isfinite(restated).all():
            raise InvalidData(
                "The two statistics lie too far apart, compared with their spreads, to be merged: check that both "
                "measured the same quantity in the same unit."
            )
        return restated

    def stored(self) -> tuple[dict[str, Any], Arrays]:
        """Everything, as a record that JSON can hold and arrays."""
        state = {
            "n_missing": self.n_missing,
            "unit": self.unit,
            "recentre_at": self.recentre_at,
            "weighed": self.weighed,
            "length": self.blocks.length,
            "states": self.tally is not None and not self.tally.given_up,
            **self.reservoir.state,
        }
        arrays: Arrays = {"sums": self.blocks.sums, "sample": self.reservoir.rows}
        if self.origin is not None:
            arrays["origin"] = self.origin
        states = None if self.tally is None else self.tally.states
        if states is not None:
            arrays |= {"codes": states.codes, "counts": states.counts}
        return state, arrays

    def restore(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        """Continue where another summation was ``stored``. ValueError or KeyError if the parts do not fit together."""
        self.n_missing, self.recentre_at = int(state["n_missing"]), int(state["recentre_at"])
        self.weighed = int(state.get("weighed", 0))
        self.unit = None if state["unit"] is None else float(state["unit"])
        sums, sample, d = arrays["sums"], arrays["sample"], self.layout.dimension
        belong = (
            sums.ndim == sample.ndim == 2
            and sums.shape[1] == self.layout.width
            and sample.shape[1] == d + self.layout.weighted
        )
        if not belong or not np.isfinite(sums).all() or not np.isfinite(sample).all():
            raise ValueError("the arrays do not belong together")
        self.blocks.sums, self.blocks.length = sums, int(state["length"])
        check_sums(self.layout, sums)
        self.reservoir.restore(sample, state)
        if len(sums):
            self.origin = arrays["origin"].reshape(d)
            check_sample(self.layout, sums.sum(axis=0), sample, self.origin, scaling.working_unit(self.unit))
        if self.tally is not None:
            states = States(self.tally.sizes, arrays["codes"], arrays["counts"]) if state["states"] else None
            if states is not None:
                self._check_states(states)
            self.tally.include(states)

    def _check_states(self, states: States) -> None:
        """Raises ValueError for counted states that are not those of the rows summed."""
        total = self.blocks.sums.sum(axis=0)
        counts = states.counts
        if not self.layout.weighted and (states.n_rows != self.n_rows or (counts < 1).any()):
            raise ValueError("the counted states do not belong to the sums")
        if (states.codes < 0).any() or (states.codes >= joint(states.sizes)).any():
            raise ValueError("a counted state is of no level")
        if self.n_rows:
            # Of all discrete columns, those whose values are summed.
            summed = np.array([kind == "two-valued" for kind in self.layout.kinds if kind != "real"])
            of_states = (counts @ states.rows)[summed]
            of_sums = total[self.layout.slices[0]][self.layout.two_valued] * scaling.working_unit(self.unit)
            if (np.abs(of_states - of_sums) > 1e-9 * counts.sum() * self.layout.weighted).any():
                raise ValueError("the counted states have other averages than the sums")
