"""Charts: other coordinates of one real column, in which a class may describe it better. A file for each."""

from __future__ import annotations

from collections.abc import Mapping

from symcat.data.charts.asinh import Asinh
from symcat.data.charts.base import Chart
from symcat.data.charts.hurdle import Hurdle
from symcat.data.charts.log import Log
from symcat.errors import InvalidData

CHARTS: Mapping[str, Chart] = {chart.name: chart for chart in (Log(), Asinh())}
"""The charts that map a column one to one, by name."""

COORDINATES: Mapping[str, Chart] = {**CHARTS, Hurdle.name: Hurdle()}
"""All charts by name: also that which leaves out zeros."""


def chart(name: str) -> Chart:
    """The chart of this name. Raises InvalidData where there is none."""
    if name not in COORDINATES:
        raise InvalidData(f"There is no chart {name!r}: pass one of {', '.join(map(repr, COORDINATES))}.")
    return COORDINATES[name]
