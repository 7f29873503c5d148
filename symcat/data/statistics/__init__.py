"""One pass over the data: averages, averages of consecutive blocks, a random sample; or the averages of every group."""

from __future__ import annotations

from symcat.data.statistics.accumulator import Statistics
from symcat.data.statistics.groups import Groups, collect_groups, group_rows, rows_of
from symcat.data.statistics.parts import Parts

__all__ = ["Groups", "Parts", "Statistics", "collect_groups", "group_rows", "rows_of"]
