"""What one pass has measured of a table, as the classes read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs, usual_needs
from symcat.data.schema import Schema
from symcat.data.states import GroupStates, States
from symcat.data.statistics.coordinates import CoordinateSums, with_charts
from symcat.data.statistics.summing import Summation
from symcat.data.weights import Weight
from symcat.errors import InvalidData


class Measured:
    """The averages, blocks and sample of the rows so far, of the columns that they were taken of."""

    _schema: Schema
    _needs: Needs | None  # None: the usual ones of such columns
    _weight: Weight | None
    _seed: int
    _set_aside: dict[str, str]
    _categories: dict[str, tuple[Any, ...]]
    _sums: Summation | None  # None until the columns are known
    _coordinates: dict[str, CoordinateSums]  # of charts, by their names

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the measured columns; empty before the first batch if they were not given."""
        return self._schema.columns

    @property
    def needs(self) -> Needs:
        """Which averages are kept."""
        return usual_needs(self._schema) if self._needs is None else self._needs

    @property
    def schema(self) -> Schema:
        """The measured columns and their kinds; those of columns given by name are known with their first rows."""
        return self._schema

    @property
    def set_aside(self) -> dict[str, str]:
        """Columns of the first batch that only label the rows and were left out, each with its reason."""
        return dict(self._set_aside)

    @property
    def categories(self) -> dict[str, tuple[Any, ...]]:
        """The levels so far of text columns that have indicators, the reference first."""
        return dict(self._categories)

    @property
    def weight(self) -> Weight | None:
        """The column that says what a row counts, if there is one."""
        return self._weight

    @property
    def weighted(self) -> bool:
        """Whether rows have weights of importance: their number and what they are worth are not the same then."""
        return self._weight is not None and self._weight.kind == "weights"

    @property
    def n_rows(self) -> int:
        """Number of complete rows, each as often as it occurred."""
        return self._sums.n_rows if self._sums else 0

    @property
    def n_missing(self) -> int:
        """Number of rows dropped because a value was missing."""
        return self._sums.n_missing if self._sums else 0

    @property
    def moments(self) -> Moments:
        """Averages over all rows, a batch of one (G = 1). Weighted rows count as what they are worth (Kish 1965)."""
        measured = self._measured()
        averages = with_charts(measured.moments, {name: c.coordinate for name, c in self._coordinates.items()})
        if not measured.layout.categorical:
            return averages
        states, unit = None if measured.tally is None else measured.tally.states, self.weight_unit
        counted = None if states is None else GroupStates.of_one(states, self._schema.discrete, unit)
        return replace(averages.without_codes(measured.layout.categorical), states=counted)

    @property
    def blocks(self) -> Moments:
        """The same averages over consecutive blocks of rows (G = number of blocks), about one origin."""
        measured = self._measured()
        blocks = measured.block_moments.without_codes(measured.layout.categorical)
        found = {name: c.of_blocks(blocks) for name, c in self._coordinates.items()}
        return with_charts(blocks, {name: of for name, of in found.items() if of is not None})

    @property
    def sample(self) -> Floats:
        """(m, d) rows drawn uniformly without replacement from the complete rows, in no particular order.

        Of weighted rows, each as often as its weight says, and as many as they are worth.
        """
        measured = self._measured()
        rows, weight = measured.sample
        return rows[measured.reservoir.drawn(weight, self._seed)] if self.weighted else rows

    @property
    def weighted_sample(self) -> tuple[Floats, Floats]:
        """(m, d) rows drawn uniformly from the complete rows, and (m,) what each counts: one, or its weight in units in
        which the weights of all rows add up to ``moments.count``."""
        rows, weight = self._measured().sample
        return rows, weight * self.weight_unit if self.weighted else weight

    @property
    def weight_unit(self) -> float:
        """By what weights are multiplied so that those of all rows add up to ``moments.count``; 1 without weights."""
        if not self.weighted:
            return 1.0
        measured = self._measured()
        total = measured.blocks.sums.sum(axis=0, keepdims=True)
        return float(measured.layout.effective(total)[0] / total[0, 0])

    @property
    def states(self) -> States | None:
        """The distinct rows of the discrete columns, counted over the complete rows.

        None where they were not asked for, where there are no such columns or they have more than 2^62 joint states,
        beyond 2^20 distinct rows, and where rows have weights of importance.
        """
        tally = self._measured().tally
        return None if tally is None or self.weighted else tally.states

    def _measured(self) -> Summation:
        if self._sums is not None and self._weight and self._sums.weighed > self._sums.n_missing and not self.n_rows:
            raise self._weight.nothing()
        if self._sums is None or not self._sums.n_rows:
            why = f"all {self.n_missing} rows hold a missing value" if self.n_missing else "the data has no rows"
            raise InvalidData(f"There are no complete rows: {why}. Pass rows with a value in every measured column.")
        return self._sums
