"""The one pass: averages, averages of consecutive blocks and a random sample, from batches of rows; all of it merges.

Rows with a missing value are dropped and counted. Sums are taken about an origin and in a unit chosen from the first
rows and moved by exact algebra if later rows lie elsewhere, so that data at offset 1e8, of spread 1e-150, or sorted,
keeps its digits (Chan, Golub, LeVeque 1983, Am. Stat. 37, 242 review the alternatives).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.ingest import Source, open_source
from symcat.moments import Floats, Moments, Needs
from symcat.statistics import scaling, storing
from symcat.statistics.blocks import Blocks
from symcat.statistics.sampling import Reservoir
from symcat.statistics.sums import ColumnRows, Layout, Rows, gather

_FAR = 4.0  # standard deviations between mean and origin from which the origin is moved


class Statistics:
    """What the models need to know of a table, accumulated batch by batch.

    Parameters
    ----------
    columns : names of the columns to measure, in order; None takes those of the first batch.
    needs : which averages to keep (`symcat.moments.Needs`).
    sample_size : rows kept as a uniform random sample.
    max_blocks : consecutive blocks whose averages are kept apart, at most; fewer for wide data, to bound memory.
    seed : of the sample.
    """

    def __init__(
        self,
        columns: Sequence[str] | None = None,
        *,
        needs: Needs = Needs.ALL,
        sample_size: int = 8192,
        max_blocks: int = 256,
        seed: int = 0,
    ) -> None:
        if sample_size < 0 or max_blocks < 2:
            raise ValueError("sample_size must not be negative and max_blocks must be at least 2")
        self._needs = needs
        self._sample_size = sample_size
        self._max_blocks = max_blocks
        self._seed = seed
        self._n_missing = 0
        self._unit: float | None = None  # None as long as all rows are equal
        self._origin: Floats | None = None
        self._recentre_at = 1
        self._layout: Layout | None = None
        if columns is not None:
            self._begin(tuple(columns))

    def _begin(self, columns: tuple[str, ...]) -> None:
        self._layout = Layout(columns, self._needs)
        self._blocks = Blocks(self._layout, self._max_blocks)
        self._reservoir = Reservoir(self._sample_size, len(columns), self._seed)

    # --- what was measured -------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the measured columns; empty before the first batch if they were not given."""
        return self._layout.columns if self._layout else ()

    @property
    def needs(self) -> Needs:
        """Which averages are kept."""
        return self._needs

    @property
    def n_rows(self) -> int:
        """Number of complete rows."""
        return self._blocks.n_rows if self._layout else 0

    @property
    def n_missing(self) -> int:
        """Number of rows dropped because a value was missing."""
        return self._n_missing

    @property
    def moments(self) -> Moments:
        """Averages over all rows, a batch of one (G = 1)."""
        return self._averages(self._known_sums().sum(axis=0, keepdims=True))

    @property
    def blocks(self) -> Moments:
        """The same averages over consecutive blocks of rows (G = number of blocks), about one origin."""
        return self._averages(self._known_sums())

    @property
    def sample(self) -> Floats:
        """(m, d) rows drawn uniformly without replacement from the complete rows, in no particular order."""
        self._known_sums()
        return self._reservoir.rows

    def _known_sums(self) -> Floats:
        if self._layout is None or not len(self._blocks.sums):
            dropped = f": all {self._n_missing} rows hold a missing value" if self._n_missing else ""
            raise InvalidData(f"There are no complete rows{dropped}. Pass rows with a value in every measured column.")
        return self._blocks.sums

    def _averages(self, sums: Floats) -> Moments:
        assert self._layout is not None
        assert self._origin is not None
        moments = self._layout.averages(sums, self._origin, scaling.working_unit(self._unit))
        return moments if self._unit is None else moments.in_unit(self._unit)

    # --- taking in rows ----------------------------------------------------------------------------------------

    def update(self, batch: object) -> Self:
        """Take in more rows: anything `symcat.solve` accepts as data, or an (m, d) array in the order of the columns.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : an infinity, or a value so far out that its powers overflow; the message names column and row.
            The rows before it have been taken in.
        """
        source = batch if isinstance(batch, Source) else self._open(batch)
        if self._layout is None:
            self._begin(source.columns)
        if len(source.columns) != len(self.columns):
            raise InvalidData(
                f"This batch has {len(source.columns)} columns, but {len(self.columns)} are measured "
                f"({', '.join(self.columns)}): pass batches of the same columns."
            )
        if source.n_rows:
            self._blocks.make_room(source.n_rows)
        if source.views is not None:
            self._take(ColumnRows(source.views))
            return self
        for rows in source.batches():
            self._take(rows)
        return self

    def _open(self, batch: object) -> Source:
        named = self._layout is not None and not isinstance(batch, np.ndarray | list | tuple)
        return open_source(batch, self.columns if named else None, allow_empty=True)

    def _take(self, rows: Rows) -> None:
        assert self._layout is not None
        if not len(rows):
            return
        before = self.n_rows + self._n_missing
        self._blocks.make_room(len(rows))
        if self._unit is None:
            self._settle(scaling.finite_rows(gather(rows, scaling.probed(len(rows)))))
        step = self._layout.chunk_rows
        dropped: list[NDArray[np.intp]] = []
        for start in range(0, len(rows), step):
            chunk = rows[start : start + step]
            if self._unit is None or not self._add(chunk):
                missing = self._add_with_care(gather(chunk), before + start)
                if len(missing):
                    dropped.append(missing + start)
                    self._n_missing += len(missing)
        self._reservoir.offer(rows, np.delete(np.arange(len(rows)), np.concatenate(dropped)) if dropped else None)
        if self.n_rows >= self._recentre_at:
            self._recentre()

    def _settle(self, rows: Floats) -> None:
        """Fix origin and unit from complete finite rows, if they are not fixed yet."""
        if self._unit is not None or not len(rows):
            return
        if self._origin is None:
            self._origin = scaling.choose_origin(rows)
        # Rows taken in so far all equal the origin: their sums are zero in any unit.
        self._unit = scaling.choose_unit(rows, self._origin, self.columns)

    def _add_with_care(self, chunk: Floats, first_row: int) -> NDArray[np.intp]:
        """Add the complete rows of a chunk that holds missing, infinite or wild values, or is constant so far.

        Returns the numbers of the rows dropped.
        """
        scaling.reject_infinity(chunk, self.columns, first_row)
        missing = np.isnan(chunk).any(axis=1)
        clean = chunk[~missing] if missing.any() else chunk
        if len(clean):
            self._settle(clean)
            assert self._origin is not None
            if not self._add(clean):
                raise scaling.overflow_error(chunk, self._origin, self._unit or 1.0, self.columns, first_row)
        return np.flatnonzero(missing)

    def _add(self, rows: Rows) -> bool:
        """Add at most a chunk of rows; False, with nothing added, if a sum is not finite."""
        return self._origin is not None and self._blocks.add(rows, self._origin, scaling.working_unit(self._unit))

    def _recentre(self) -> None:
        """Move the origin to the mean if it turned out to lie far from it. Asked each time the rows have doubled."""
        assert self._origin is not None
        self._recentre_at = 2 * self.n_rows
        if self._unit is None:
            return
        total = self.moments
        offset, square = total.first[0], np.diagonal(total.second[0])
        if (offset**2 > _FAR**2 * np.maximum(square - offset**2, 0.0)).any():
            self._move(total.mean[0], self._unit)

    def _move(self, origin: Floats, unit: float) -> None:
        """Restate the sums about another origin and in another unit."""
        assert self._layout is not None
        moments = self.blocks.about(origin).in_unit(scaling.working_unit(unit))
        self._origin, self._unit = np.array(origin), unit
        self._blocks.sums = self._layout.sums(moments)

    # --- merging and storing -----------------------------------------------------------------------------------

    def merge(self, other: Statistics) -> Self:
        """Take in all that ``other``, which stays as it is, has measured; its rows count as coming after these.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : the two measured other columns or averages, or their spreads are too far apart.
        """
        if other._layout is None:
            return self
        if self._layout is None:
            self._begin(other.columns)
        if (self.columns, self._needs) != (other.columns, other._needs):
            raise InvalidData(
                f"Statistics of columns {self.columns} ({self._needs}) and of {other.columns} ({other._needs}) cannot "
                "be merged: measure the same columns, in the same order, with the same needs."
            )
        self._n_missing += other._n_missing
        if not len(other._blocks.sums):
            return self
        assert other._origin is not None
        if self._origin is None:
            self._origin, self._unit = other._origin, other._unit
        self._blocks.extend(self._restated(other), other._blocks.length)
        self._reservoir.merge(other._reservoir)
        self._recentre()
        return self

    def _restated(self, other: Statistics) -> Floats:
        """The sums of ``other`` about the origin and in the unit of this one, which may change its unit for it."""
        assert self._layout is not None
        assert self._origin is not None
        assert other._origin is not None
        units = [unit for unit in (self._unit, other._unit) if unit is not None]
        apart = scaling.choose_unit(np.array([other._origin]), self._origin, self.columns)
        if apart is not None and not units:
            units = [apart]
        if len(units) == 2 and max(units) > min(units) * 2.0**200:
            raise InvalidData(
                f"The two statistics have spreads of about {units[0]:.1g} and {units[1]:.1g}: too far apart to be "
                "merged. Check that both measured the same quantity in the same unit."
            )
        if units and self._unit != max(units):
            self._move(self._origin, max(units))
        theirs = other._layout.averages(other._blocks.sums, other._origin, scaling.working_unit(other._unit))  # type: ignore[union-attr]
        unit = scaling.working_unit(self._unit)
        with np.errstate(over="ignore", invalid="ignore"):
            restated = self._layout.sums(theirs.in_unit(unit).about(self._origin))
        if not np.isfinite(restated).all():
            raise InvalidData(
                "The two statistics lie too far apart, compared with their spreads, to be merged: check that both "
                "measured the same quantity in the same unit."
            )
        return restated

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to ``path`` in numpy's npz format (no pickle), replacing the file in one step."""
        state: dict[str, Any] = {
            "columns": None if self._layout is None else list(self.columns),
            "needs": self._needs.value,
            "sample_size": self._sample_size,
            "max_blocks": self._max_blocks,
            "seed": self._seed,
            "n_missing": self._n_missing,
            "unit": self._unit,
            "recentre_at": self._recentre_at,
        }
        arrays: storing.Arrays = {}
        if self._layout is not None:
            state |= {"length": self._blocks.length, **self._reservoir.state}
            arrays = {"sums": self._blocks.sums, "sample": self._reservoir.rows}
            if self._origin is not None:
                arrays["origin"] = self._origin
        storing.write(Path(path), state, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        InvalidData : the file is missing, damaged or of another version.
        """
        try:
            state, arrays = storing.read(Path(path))
            options = {name: state[name] for name in ("sample_size", "max_blocks", "seed")}
            loaded = cls(state["columns"], needs=Needs(state["needs"]), **options)
            loaded._restore(state, arrays)
        except storing.DAMAGE as error:
            raise InvalidData(
                f"{path} does not hold symcat statistics ({type(error).__name__}: {error}). Pass a file written by "
                "Statistics.save, or measure the data again."
            ) from error
        return loaded

    def _restore(self, state: dict[str, Any], arrays: storing.Arrays) -> None:
        self._n_missing, self._recentre_at = int(state["n_missing"]), int(state["recentre_at"])
        self._unit = None if state["unit"] is None else float(state["unit"])
        if self._layout is None:
            return
        sums, sample, d = arrays["sums"], arrays["sample"], len(self.columns)
        belong = sums.ndim == sample.ndim == 2 and sums.shape[1] == self._layout.width and sample.shape[1] == d
        if not belong or not np.isfinite(sums).all() or not np.isfinite(sample).all():
            raise ValueError("the arrays do not belong together")
        self._blocks.sums, self._blocks.length = sums, int(state["length"])
        self._reservoir.restore(sample, state)
        if len(sums):
            self._origin = arrays["origin"].reshape(d)
