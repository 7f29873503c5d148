"""Classes in a chart whose maximum needs the rows, or is found by integration: they get the rows in the coordinate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from symcat.data.charts.base import Chart
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Center, Masses, Model
from symcat.models.batches import refused_fit
from symcat.models.charts.charted import Charted
from symcat.models.fit import Fit, Observed
from symcat.models.special import IntegratedModel, RowsModel
from symcat.models.weighing import is_integrated, needs_rows


def charted(schema: Schema, chart: Chart, inner: Model) -> Charted:
    """The class in the chart, fitted as the class itself is."""
    if needs_rows(inner):
        return ChartedRows(schema, chart, inner)
    return ChartedIntegral(schema, chart, inner) if is_integrated(inner) else Charted(schema, chart, inner)


class _OfRows(Charted):
    """What both have in common."""

    def known(self, moments: Moments) -> Coordinate | Fit:
        """The averages of the coordinate, or why there is no answer."""
        coordinate = moments.charts.get(self.chart.name)
        if coordinate is None:
            return self.unmeasured(moments)
        empty = refused_fit(self.label, moments.count, "")
        refused = self.outward(empty, moments, coordinate)
        return refused if refused.why(0) else coordinate


class ChartedRows(_OfRows):
    """A class of rows in a chart."""

    def __init__(self, schema: Schema, chart: Chart, inner: RowsModel) -> None:
        super().__init__(schema, chart, inner)
        self._rows = inner

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The class fitted to the coordinates of the rows."""
        coordinate = self.known(observed.moments)
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


class ChartedIntegral(_OfRows):
    """An integrated class in a chart."""

    def __init__(self, schema: Schema, chart: Chart, inner: IntegratedModel) -> None:
        super().__init__(schema, chart, inner)
        self._integrated = inner

    def integrated(
        self, rows: Iterable[Floats], moments: Moments, center: Center = None, *, least: float = -np.inf
    ) -> Fit:
        """The class integrated over the coordinate."""
        coordinate = self.known(moments)
        if isinstance(coordinate, Fit):
            return coordinate
        at = coordinate.at[0]
        mapped = (self.mapped(some, at) for some in rows)
        least = least + float(coordinate.moments.count[0] * coordinate.log_jacobian[0])
        inside = self.inner_center(center, coordinate.at)
        point = inside[0] if isinstance(inside, np.ndarray) else inside
        found = self._integrated.integrated(mapped, coordinate.moments, point, least=least)
        return self.outward(found, moments, coordinate, center)
