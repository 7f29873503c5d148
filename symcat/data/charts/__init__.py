"""Charts: other coordinates of one real column, in which a class may describe it better. A file for each."""

from __future__ import annotations

from collections.abc import Mapping

from symcat.data.charts.asinh import Asinh
from symcat.data.charts.base import Chart
from symcat.data.charts.log import Log
from symcat.errors import InvalidData

CHARTS: Mapping[str, Chart] = {chart.name: chart for chart in (Log(), Asinh())}
"""All charts by name."""


def chart(name: str) -> Chart:
    """The chart of this name. Raises InvalidData where there is none."""
    if name not in CHARTS:
        raise InvalidData(f"There is no chart {name!r}: pass one of {', '.join(map(repr, CHARTS))}.")
    return CHARTS[name]
