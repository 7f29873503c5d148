"""Averages of the coordinates of charts: sums like those of a column, and of log |dx/dy| beside them.

The numbers that place a chart must be known before. Where there are none, the sums are taken in the pass over the
columns themselves; else in a further one.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symcat.data.charts.base import Chart, words
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.storing import Arrays
from symcat.data.statistics.summing import Summation
from symcat.data.statistics.sums import Rows, gather


@dataclass(frozen=True)
class Charting:
    """A chart of one column of a table, and the highest power of its coordinate that is averaged."""

    chart: Chart
    name: str  # of the column
    column: int
    power: int

    @property
    def schema(self) -> Schema:
        """The coordinate as a column, and log |dx/dy| as another where it is not the coordinate itself."""
        own = words(self.chart, self.name)
        return Schema.real((own, f"log |d{self.name}/d({own})|") if self.chart.own_jacobian else (own,))

    @property
    def needs(self) -> Needs:
        """Of these columns."""
        return Needs(power=self.power)

    def mapped(self, x: Floats, at: Floats) -> Floats:
        """(m, 1 or 2) these columns at ``x`` (m,), NaN where there is no coordinate."""
        y = self.chart.coordinate(x, at)
        return np.stack([y, self.chart.log_jacobian(y, at)], axis=1) if self.chart.own_jacobian else y[:, None]

    def coordinate(self, moments: Moments, at: Floats, outside: Floats) -> Coordinate:
        """From the averages of these columns."""
        return Coordinate(moments.part((0,)), at, moments.mean[:, -1], outside, self.column)

    def nothing(self, at: Floats, outside: Floats) -> Coordinate:
        """Of groups none of which has a row with a coordinate."""
        layout, groups = Layout.of(self.schema, self.needs), len(at)
        sums = np.zeros((groups, layout.width))
        return self.coordinate(layout.averages(sums, np.zeros(layout.dimension), 1.0), at, outside)


def chartings(schema: Schema, charts: Mapping[str, int], known: Mapping[str, Chart]) -> list[Charting]:
    """The charts wanted, with their highest powers, of the one real column; none where there are more."""
    real = schema.at("real")
    if len(real) != 1:
        return []
    return [Charting(known[name], schema.columns[real[0]], real[0], power) for name, power in charts.items()]


class CoordinateSums:
    """What rows of one table are summed into for one chart, placed ``at`` (k,)."""

    def __init__(self, charting: Charting, at: Floats, max_blocks: int, *, weighted: bool) -> None:
        self.charting, self.at = charting, at
        layout = Layout.of(charting.schema, charting.needs, weighted=weighted)
        self.sums = Summation(layout, 0, max_blocks, 0)

    def of_column(self, column: int) -> CoordinateSums:
        """The same sums where x is another of the columns."""
        same = copy(self)
        same.charting = replace(self.charting, column=column)
        return same

    def make_room(self, rows: int) -> None:
        """As for ``Summation``."""
        self.sums.make_room(rows)

    def add(self, rows: Rows) -> None:
        """Complete finite rows of the table."""
        self.sums.take(self._mapped(gather(rows)))

    def add_weighted(self, rows: Floats, weight: Floats) -> None:
        """Likewise, which count as their ``weight`` says."""
        self.sums.take_weighted(self._mapped(rows), weight)

    def _mapped(self, rows: Floats) -> Floats:
        return self.charting.mapped(rows[:, self.charting.column], self.at)

    @property
    def coordinate(self) -> Coordinate:
        """Of all rows, a batch of one."""
        at, outside = self.at[None], np.array([float(self.sums.n_missing)])
        if not self.sums.n_rows:
            return self.charting.nothing(at, outside)
        return self.charting.coordinate(self.sums.moments, at, outside)

    def of_blocks(self, blocks: Moments) -> Coordinate | None:
        """Of the blocks of the table; None where rows without a coordinate have shifted them."""
        if self.sums.n_missing or len(self.sums.blocks.sums) != blocks.n_groups:
            return None
        own = self.sums.block_moments
        if not np.allclose(own.count, blocks.count):
            return None
        at = np.repeat(self.at[None], blocks.n_groups, axis=0)
        return self.charting.coordinate(own, at, np.zeros(blocks.n_groups))

    def merge(self, other: CoordinateSums) -> None:
        """Take in the sums of further rows, placed alike."""
        self.sums.merge(other.sums)

    def stored(self) -> tuple[dict[str, Any], Arrays]:
        """As for ``Summation``."""
        return self.sums.stored()

    def restore(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        """As for ``Summation``."""
        self.sums.restore(state, arrays)


def with_charts(moments: Moments, coordinates: Mapping[str, Coordinate]) -> Moments:
    """The averages with those of charts beside them."""
    return replace(moments, charts={**moments.charts, **coordinates}) if coordinates else moments
