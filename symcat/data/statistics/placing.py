"""Charts that rows place: averaged in a further pass, once it is known where their coordinates begin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symcat.data.charts import COORDINATES
from symcat.data.ingest import Source
from symcat.data.statistics.accumulator import Statistics
from symcat.data.statistics.coordinates import CoordinateSums, chartings


def place(statistics: Statistics, source: Source, charts: Mapping[str, int]) -> None:
    """Averages the coordinates of ``charts``, to their highest powers, in a further pass over all rows taken in.

    The numbers that place them are those of the random sample of the rows.
    """
    measured = statistics._measured()
    sample, weight = statistics.weighted_sample
    found: dict[str, CoordinateSums] = {}
    for charting in chartings(statistics.schema, charts, COORDINATES):
        one = np.zeros(len(sample), dtype=np.intp)
        at = charting.chart.place(sample[:, charting.column], weight, one, 1)[0]
        own = CoordinateSums(charting, at, statistics._max_blocks, weighted=statistics.weighted)
        own.sums.blocks.length = measured.blocks.length  # so that the blocks are of the same rows
        found[charting.chart.name] = own
    placed = [own for own in found.values() if own.charting.chart.placed(own.at)]
    for rows, mass in source.masses() if placed else ():
        missing, counted = np.isnan(rows), mass > 0.0
        some, times = rows, mass
        if missing.any() or not counted.all():
            kept = ~missing.any(axis=1) & counted
            some, times = rows[kept], mass[kept]
        for own in placed:
            if source.weight is None:
                own.add(some)
            else:
                own.add_weighted(some, times)
    statistics._coordinates |= found
