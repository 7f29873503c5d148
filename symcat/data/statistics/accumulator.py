"""The one pass: averages, averages of consecutive blocks and a random sample, from batches of rows; all of it merges.

Rows with a missing value are dropped and counted. Columns may be two-valued: their values are spins then, -1 and +1.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np

from symcat.data.ingest import Source, open_table
from symcat.data.moments import Floats, Moments, Needs
from symcat.data.schema import MINUS_PLUS, ZERO_ONE, Schema
from symcat.data.states import States
from symcat.data.statistics import storing
from symcat.data.statistics.summing import Summation
from symcat.data.statistics.sums import ColumnRows, Layout
from symcat.errors import InvalidData


class Statistics:
    """What the models need to know of a table, accumulated batch by batch.

    Parameters
    ----------
    columns : names of the columns to measure, in order; None takes those of the first batch.
    needs : which averages to keep (`Needs`); with ``Needs.STATES`` the distinct rows of spins too. None
        keeps what the classes for such data need: of numbers all averages, of spins the second moments and the states.
    kind : what raw batches hold: "real" takes them as numbers; "spin" as two-valued columns, whose values the first
        batch shows and the later ones must keep to.
    coding : the two values of each column, None for continuous ones, if they are known: for batches of either kind.
    sample_size : rows kept as a uniform random sample.
    max_blocks : consecutive blocks whose averages are kept apart, at most; fewer for wide data, to bound memory.
    seed : of the sample.
    """

    def __init__(
        self,
        columns: Sequence[str] | None = None,
        *,
        needs: Needs | None = None,
        kind: Literal["spin", "real"] = "real",
        coding: Schema | None = None,
        sample_size: int = 8192,
        max_blocks: int = 256,
        seed: int = 0,
    ) -> None:
        if sample_size < 0 or max_blocks < 2:
            raise ValueError("sample_size must not be negative and max_blocks must be at least 2")
        if kind not in ("spin", "real"):
            raise ValueError(f"kind must be 'spin' or 'real', not {kind!r}")
        self._needs = _usual_needs(kind, coding) if needs is None else needs
        self._kind = kind
        self._sample_size = sample_size
        self._max_blocks = max_blocks
        self._seed = seed
        self._coding: Schema | None = None
        self._given = coding is not None
        self._sums: Summation | None = None  # None until the columns are known
        if columns is None and coding is not None:
            columns = coding.columns
        if columns is not None:
            self._begin(tuple(columns), coding)

    def _begin(self, columns: tuple[str, ...], coding: Schema | None) -> None:
        """Measure these columns in this coding, as long as there are no complete rows."""
        if coding is not None:
            if len(coding.levels) != len(columns):
                raise InvalidData(
                    f"The coding is of {len(coding.levels)} columns, but {len(columns)} are measured "
                    f"({', '.join(columns)}): pass the coding of these columns."
                )
            coding = Schema(columns, coding.levels) if coding.spins.any() else None
        dropped = self.n_missing
        layout = Layout(columns, self._needs)
        self._coding = coding
        self._sums = Summation(layout, coding, self._sample_size, self._max_blocks, self._seed)
        self._sums.n_missing = dropped

    # --- what was measured -------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the measured columns; empty before the first batch if they were not given."""
        return self._sums.layout.columns if self._sums else ()

    @property
    def needs(self) -> Needs:
        """Which averages are kept."""
        return self._needs

    @property
    def coding(self) -> Schema | None:
        """The two values of each column, None for continuous ones; None if all columns are continuous."""
        return self._coding

    @property
    def n_rows(self) -> int:
        """Number of complete rows."""
        return self._sums.n_rows if self._sums else 0

    @property
    def n_missing(self) -> int:
        """Number of rows dropped because a value was missing."""
        return self._sums.n_missing if self._sums else 0

    @property
    def moments(self) -> Moments:
        """Averages over all rows, a batch of one (G = 1)."""
        return self._measured().moments

    @property
    def blocks(self) -> Moments:
        """The same averages over consecutive blocks of rows (G = number of blocks), about one origin."""
        measured = self._measured()
        return measured.averages(measured.blocks.sums)

    @property
    def sample(self) -> Floats:
        """(m, d) rows drawn uniformly without replacement from the complete rows, in no particular order."""
        return self._measured().reservoir.rows

    @property
    def states(self) -> States | None:
        """The distinct rows of the spin columns, counted over the complete rows.

        None without ``Needs.STATES`` or spin columns, for more than 62 of them, and beyond 2^20 distinct rows.
        """
        tally = self._measured().tally
        return None if tally is None else tally.states

    def _measured(self) -> Summation:
        if self._sums is None or not self._sums.n_rows:
            dropped = f": all {self.n_missing} rows hold a missing value" if self.n_missing else ""
            raise InvalidData(f"There are no complete rows{dropped}. Pass rows with a value in every measured column.")
        return self._sums

    # --- taking in rows ----------------------------------------------------------------------------------------

    def update(self, batch: object) -> Self:
        """Take in more rows: anything `symcat.solve` accepts as data, or an (m, d) array in the order of the columns.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : an infinity, a value so far out that its powers overflow, or a value that is neither of a spin's
            two; the message names column and row. The rows before it have been taken in. Or an opened ``Source`` of
            another coding.
        """
        source = batch if isinstance(batch, Source) else self._open(batch)
        if self._sums is None:
            self._begin(source.columns, source.coding)
        if len(source.columns) != len(self.columns):
            raise InvalidData(
                f"This batch has {len(source.columns)} columns, but {len(self.columns)} are measured "
                f"({', '.join(self.columns)}): pass batches of the same columns."
            )
        if source.n_rows == 0:
            return self
        if not self.n_rows and not self._given:
            if self._coding or source.coding:
                self._begin(self.columns, source.coding)
        elif isinstance(batch, Source):
            self._coding = self._joint(source.coding, [False] * len(self.columns))
        elif source.coding is not None:
            self._coding = Schema(self.columns, source.coding.levels)
        assert self._sums is not None
        if source.n_rows:
            self._sums.blocks.make_room(source.n_rows)
        if source.views is not None:
            self._sums.take(ColumnRows(source.views))
            return self
        for rows in source.batches() if source.spins is None else source.spins():
            self._sums.take(rows)
        return self

    def _open(self, batch: object) -> Source:
        """A raw batch, in the coding known so far."""
        columns = None if self._sums is None or isinstance(batch, np.ndarray | list | tuple) else self.columns
        if self._given or self.n_rows:
            known, ones = self._coding, self._only_ones()
            return open_table(batch, columns, kind="real", coding=known, only_ones=ones, allow_empty=True)
        return open_table(batch, columns, kind=self._kind, allow_empty=True)

    def _only_ones(self) -> list[bool]:
        """Which columns may be of 0 and 1 or of -1 and +1, as nothing but 1 has been seen of them."""
        if self._coding is None or self._given or not self.n_rows:
            return [False] * len(self.columns)
        plus = self.moments.mean[0] == 1.0
        return [pair in (ZERO_ONE, MINUS_PLUS) and bool(p) for pair, p in zip(self._coding.levels, plus, strict=True)]

    def _joint(self, coding: Schema | None, only_ones: list[bool]) -> Schema | None:
        """The coding shared with other rows, which are coded so; InvalidData if there is none."""
        if self._coding is None and coding is None:
            return None
        continuous = Schema(self.columns, (None,) * len(self.columns))
        theirs = continuous if coding is None else Schema(self.columns, coding.levels)
        return (self._coding or continuous).reconciled(theirs, self._only_ones(), only_ones)

    # --- merging and storing -----------------------------------------------------------------------------------

    def merge(self, other: Statistics) -> Self:
        """Take in all that ``other``, which stays as it is, has measured; its rows count as coming after these.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : the two measured other columns or averages, in another coding, or their spreads are too far apart.
        """
        if other._sums is None:
            return self
        if self._sums is None:
            self._begin(other.columns, other._coding)
        assert self._sums is not None
        if (self.columns, self._needs) != (other.columns, other._needs):
            raise InvalidData(
                f"Statistics of columns {self.columns} ({self._needs}) and of {other.columns} ({other._needs}) cannot "
                "be merged: measure the same columns, in the same order, with the same needs."
            )
        if other.n_rows:
            if self.n_rows or self._given:
                self._coding = self._joint(other._coding, other._only_ones())
            elif self._coding or other._coding:
                self._begin(self.columns, other._coding)
        self._sums.merge(other._sums)
        return self

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to ``path`` in numpy's npz format (no pickle), replacing the file in one step."""
        state: dict[str, Any] = {
            "columns": None if self._sums is None else list(self.columns),
            "needs": self._needs.value,
            "kind": self._kind,
            "levels": None if self._coding is None else list(self._coding.levels),
            "given": self._given,
            "sample_size": self._sample_size,
            "max_blocks": self._max_blocks,
            "seed": self._seed,
        }
        arrays: storing.Arrays = {}
        if self._sums is not None:
            sums_state, arrays = self._sums.stored()
            state |= sums_state
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
            options = {name: state[name] for name in ("kind", "sample_size", "max_blocks", "seed")}
            loaded = cls(needs=Needs(state["needs"]), **options)
            if state["columns"] is not None:
                columns = tuple(state["columns"])
                levels = state["levels"] and tuple(pair and tuple(pair) for pair in state["levels"])
                loaded._begin(columns, Schema(columns, levels) if levels else None)
                assert loaded._sums is not None
                loaded._sums.restore(state, arrays)
            loaded._given = bool(state["given"])
        except (*storing.DAMAGE, InvalidData) as error:
            raise InvalidData(
                f"{path} does not hold symcat statistics ({type(error).__name__}: {error}). Pass a file written by "
                "Statistics.save, or measure the data again."
            ) from error
        return loaded


def _usual_needs(kind: str, coding: Schema | None) -> Needs:
    if coding is None and kind == "real":
        return Needs.ALL
    return (Needs.SECOND if coding is None or coding.all_spins else Needs.ALL) | Needs.STATES
