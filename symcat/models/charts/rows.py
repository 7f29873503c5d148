"""Classes in a chart whose maximum needs the rows: they get the rows in the coordinate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcat.data.charts.base import Chart
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Center, Masses, Model
from symcat.models.batches import refused_fit
from symcat.models.charts.charted import Charted
from symcat.models.fit import Fit, Observed
from symcat.models.special import RowsModel, needs_rows


def charted(schema: Schema, chart: Chart, inner: Model) -> Charted:
    """The class in the chart, fitted as the class itself is."""
    return ChartedRows(schema, chart, inner) if needs_rows(inner) else Charted(schema, chart, inner)


class ChartedRows(Charted):
    """A class of rows in a chart."""

    def __init__(self, schema: Schema, chart: Chart, inner: RowsModel) -> None:
        super().__init__(schema, chart, inner)
        self._rows = inner

    def _known(self, moments: Moments) -> Coordinate | Fit:
        """The averages of the coordinate, or why there is no answer."""
        coordinate = moments.charts.get(self.chart.name)
        if coordinate is None:
            return self.unmeasured(moments)
        empty = refused_fit(self.label, moments.count, "")
        refused = self.outward(empty, moments, coordinate)
        return refused if refused.why(0) else coordinate

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The class fitted to the coordinates of the rows."""
        coordinate = self._known(observed.moments)
        if isinstance(coordinate, Fit):
            return coordinate
        mapped = None if rows is None else _Mapped(self, rows, coordinate.at[0])
        inside = self.inner_observed(observed, coordinate)
        found = self._rows.fit_rows(mapped, inside, self.inner_center(center, coordinate.at))
        return self.outward(found, observed.moments, coordinate, center)


@dataclass(frozen=True)
class _Mapped:
    """Rows in the coordinate, mapped anew each time they are iterated over."""

    model: Charted
    rows: Masses
    at: Floats

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        return ((self.model.mapped(some, self.at), times) for some, times in self.rows)
