"""Averages of every group of a table at once, with no loop over groups; and the rows of one group after the other.

One pass sums powers about an origin common to all groups. Groups that lie so far from it that centring would cancel
their digits are done again about their own means; usually there are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.charts import COORDINATES
from symcat.data.grouped import GroupRows, RowsOf
from symcat.data.ingest.expressions import keyed_numbers
from symcat.data.ingest.source import Source, unknown_column
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.states import MOST_COLUMNS, GroupStates, joint
from symcat.data.statistics import scaling
from symcat.data.statistics.coordinates import Charting, chartings, with_charts
from symcat.data.statistics.group_bins import ArrayGroups
from symcat.data.statistics.group_engine import FrameGroups, arrays_of, key_names, listed, value_names, without_key
from symcat.data.statistics.group_sums import far_groups
from symcat.data.statistics.keys import Keys, consecutive, numbered, places
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.sums import ColumnRows, gather
from symcat.errors import InvalidData

_NOTHING = Needs()
_HELD_VALUES = 1 << 26  # numbers of a DuckDB relation that are fetched to be binned here: half a gigabyte


@dataclass(frozen=True)
class Groups:
    """What a table holds of each of its G groups, in ascending order of the keys, the first key first.

    Averages are of the complete rows, those of a group without one are zero, and its count too. They are zero as well
    of a group with an infinite value or one so far out that its powers overflow, which says nothing of its own.
    """

    keys: dict[str, NDArray[Any]]  # each (G,), by key column
    moments: Moments
    n_rows: NDArray[np.int64]  # (G,) complete rows; what weighted ones are worth is the count of the moments
    n_missing: NDArray[np.int64]  # (G,) rows left out because a value was missing
    infinite: NDArray[np.bool_]  # (G,) whether a value is infinite
    overflow: NDArray[np.bool_]  # (G,) whether the powers of a finite value overflow
    n_without_key: int  # rows that belong to no group, as a key is missing


def collect_groups(
    source: Source,
    by: Sequence[str],
    needs: Needs,
    checks: Needs = _NOTHING,
    enough: int = 0,
    *,
    at: Mapping[str, Floats] | None = None,
) -> Groups:
    """Averages of the columns of ``source`` for each combination of values of the columns ``by``.

    Parameters
    ----------
    source : opened data, with the keys among the columns it excludes or leaves out. Two-valued columns are averaged as
        -1 and +1.
    by : the columns of group keys, of any type. Rows of which a key is missing belong to no group, and rows that count
        nothing are none.
    needs : which averages to collect; states are not counted.
    checks, enough : further ones, of use in groups of so many rows: in smaller ones they need not keep their digits.
    at : the numbers (k,) by which charts are placed in all groups alike, by their names; each group has its own where
        they are left out.

    Raises
    ------
    InvalidData : no such column, no group, spreads of columns too far apart, or a third value of a two-valued column.
    WrongGuess : a column that was guessed to be two-valued is not; use ``read_again_if_wrong``.
    """
    _check_keys(source, by)
    weighted = source.weight is not None and source.weight.kind == "weights"
    names, layout = source.columns, Layout.of(source.schema, needs | checks, weighted=weighted)
    with source.reopened_with_weight():
        engine = _in_memory(source, by, layout) or FrameGroups(source, by, layout)
    few = scaling.finite_rows(engine.probe())
    # Discrete columns lie about zero: their sums are whole numbers there, which cancel nothing.
    origin = np.where(layout.discrete, 0.0, scaling.choose_origin(few)) if len(few) else np.zeros(len(names))
    unit = scaling.working_unit(scaling.choose_unit(few, origin, names) if len(few) else None)
    with np.errstate(over="ignore", invalid="ignore"):
        found = engine.group(origin, unit)
    sums, first, averaged = found.sums, layout.slices[0], slice(1, layout.slices[-1].stop)
    n_groups = len(sums)
    if not n_groups:
        raise InvalidData(f"There are no groups: {_named(by)} no values.")
    infinite, overflow = _broken(sums, first)
    sums[infinite | overflow, averaged] = 0.0
    origins = np.broadcast_to(origin, (n_groups, len(names))).copy()
    n_rows = sums[:, layout.rows_place]
    alone = n_rows == 1.0  # the mean of one row is that row: nothing is left to sum
    origins[alone] += unit * (sums[alone, first] / sums[alone, :1])
    sums[alone, averaged] = 0.0
    far = far_groups(sums, layout, needs, enough)
    if far.any():
        again = engine.regroup(found, far, origin, unit)
        place = places(found.keys, again.keys)
        wanted = far[place]  # an engine may see a few more of them
        sums[place[wanted]] = again.sums[wanted, : layout.width]
        origins[place[wanted]] = again.sums[wanted, layout.width :]
    moments = replace(layout.averages(sums, origins, unit), count=layout.effective(sums))
    if layout.categorical:
        moments = replace(moments.without_codes(layout.categorical), states=_states(source, by, moments.count))
    charts = dict((needs | checks).charts)
    if charts:
        chosen = chartings(source.schema, charts, COORDINATES)
        moments = with_charts(moments, _coordinates(source, by, chosen, dict(needs.charts), enough, n_rows, at or {}))
    return Groups(
        keys=dict(zip(by, found.keys, strict=True)),
        moments=moments,
        n_rows=n_rows.astype(np.int64),
        n_missing=(found.rows - n_rows).astype(np.int64),
        infinite=infinite,
        overflow=overflow,
        n_without_key=engine.n_without_key,
    )


def group_rows(source: Source, by: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], Floats]]:
    """The keys and the rows (m, d) of one group after the other, all read into memory at once.

    The groups come in the order of ``collect_groups``, and the rows of each in that of the data: two-valued columns as
    -1 and +1, NaN where a value is missing. Where a column says what a row counts, it is the last of these. Arguments
    and errors as there, but that there may be no group.
    """
    keys, rows, starts = _sorted_rows(source, by)
    for g in np.flatnonzero(np.diff(starts)).tolist():
        yield tuple(key[g] for key in keys), rows[starts[g] : starts[g + 1]]


def rows_of(source: Source, by: Sequence[str], groups: Groups) -> RowsOf:
    """A way to the complete rows of some of the ``groups`` that were collected of ``source``, and what each counts.

    Rows with importance weights count in units in which those of each group add up to what its rows are worth. Where
    a few groups of data that are not in memory are asked for, and cannot be picked out there, there may be no way.
    """

    def read(wanted: NDArray[np.bool_]) -> GroupRows | None:
        keys = [values[wanted] for values in groups.keys.values()]
        few = groups.n_rows[wanted].sum() < 0.5 * groups.n_rows.sum()
        picked = keys[0] if few and len(keys) == 1 and listed(keys[0]) else None
        much = groups.n_rows.sum() * (1 + len(source.columns)) > _HELD_VALUES
        if few and much and picked is None and isinstance(source.frame, nw.LazyFrame):
            return None
        found, rows, starts = _sorted_rows(source, by, picked)
        some = np.flatnonzero(np.diff(starts))
        place = places(tuple(groups.keys.values()), tuple(key[some] for key in found))
        sizes = np.zeros(len(groups.n_rows), dtype=np.intp)
        sizes[place] = np.diff(starts)[some]
        weight = np.ones(len(rows))
        if source.weight is not None:
            rows, weight = rows[:, :-1], np.ascontiguousarray(rows[:, -1])
        table = GroupRows(rows, weight, np.concatenate([[0], np.cumsum(sizes)]))
        table = table.kept(~np.isnan(rows).any(axis=1) & np.repeat(wanted, table.sizes))
        if source.weight is None or source.weight.kind != "weights":
            return table
        return table.worth(groups.moments.count)

    return read


def _sorted_rows(
    source: Source, by: Sequence[str], picked: NDArray[Any] | None = None
) -> tuple[Keys, Floats, NDArray[np.intp]]:
    """The keys of groups, some of which may have no row, all rows that count something, and where those of each begin.

    Only the groups whose only key is ``picked``, where the data's engine can tell them.
    """
    _check_keys(source, by)
    with source.reopened_with_weight():
        keys, rows = _keyed_rows(source, by, picked)
    if source.weight is not None:
        source.weight.check(rows[:, -1], 0)
        if not rows[:, -1].all():
            counted = rows[:, -1] > 0.0
            keys, rows = tuple(key[counted] for key in keys), rows[counted]
    numbering = numbered(keys)
    rows = rows if numbering.keyed is None else rows[numbering.keyed]
    order = np.argsort(numbering.group_of, kind="stable")
    sizes = np.bincount(numbering.group_of, minlength=numbering.n_groups)
    return numbering.keys, rows[order], np.concatenate([[0], np.cumsum(sizes)])


def _states(source: Source, by: Sequence[str], count: Floats) -> GroupStates | None:
    """The joint states of the discrete columns in every group, all rows being held in memory; None if too many."""
    schema = source.schema
    if joint(schema.sizes) > 1 << MOST_COLUMNS:
        return None
    _, rows, starts = _sorted_rows(source, by)
    some = np.flatnonzero(np.diff(starts))
    group_of = np.repeat(np.arange(len(some)), np.diff(starts)[some])
    weight = np.ones(len(rows)) if source.weight is None else rows[:, len(schema)]
    kept = np.isfinite(rows).all(axis=1)
    rows, group_of, weight = rows[kept], group_of[kept], weight[kept]
    if source.weight is not None and source.weight.kind == "weights":
        total = np.bincount(group_of, weight, len(count))
        weight = weight * np.divide(count, total, out=np.zeros(len(count)), where=total > 0.0)[group_of]
    at = list(schema.discrete)
    return GroupStates.of_rows(rows[:, at], schema.sizes, at, group_of, weight, len(count))


def _coordinates(
    source: Source,
    by: Sequence[str],
    wanted: Sequence[Charting],
    own: Mapping[str, int],
    enough: int,
    n_rows: Floats,
    at: Mapping[str, Floats],
) -> dict[str, Coordinate]:
    """The averages of charts in the groups, each of ``n_rows`` (G,) complete rows, by name.

    The column and the keys of all rows are held in memory. ``own`` are the powers that must keep their digits in groups
    of fewer rows than ``enough`` too.
    """
    with source.reopened_with_weight():
        keys, rows = _keyed_rows(source, by)
    weight = np.ones(len(rows)) if source.weight is None else rows[:, -1]
    rows = rows[:, : len(source.columns)]
    numbering = numbered(keys)
    kept = weight > 0.0
    group_of = np.zeros(len(rows), dtype=np.intp)
    if numbering.keyed is None:
        group_of[:] = numbering.group_of
    else:
        group_of[numbering.keyed] = numbering.group_of
        kept &= numbering.keyed
    group_of, present = group_of[kept], np.bincount(group_of[kept], minlength=numbering.n_groups) > 0
    # Consecutive keys may be of no row: these groups are none.
    group_of = (np.cumsum(present) - 1)[group_of]
    rows, weight = rows[kept], weight[kept]
    usable = np.isfinite(rows).all(axis=1)
    found = {}
    for charting in wanted:
        name, x = charting.chart.name, rows[:, charting.column]
        if name in at:
            places = np.repeat(at[name][None], len(n_rows), axis=0)
        else:
            places = charting.chart.place(x[usable], weight[usable], group_of[usable], len(n_rows))
        y = charting.mapped(x, places[group_of])
        y[np.isnan(rows).any(axis=1)] = np.nan
        least = Needs(power=own.get(name, 2))
        mapped = _numbered_rows(charting.schema, group_of, y, weight, source)
        groups = collect_groups(mapped, ("",), least, charting.needs, enough)
        found[name] = charting.coordinate(groups.moments, places, n_rows - groups.n_rows)
    return found


def _numbered_rows(schema: Schema, group_of: NDArray[np.intp], y: Floats, weight: Floats, source: Source) -> Source:
    """Columns y (m, d) beside the number of the group of each row, without a name, and what it counts in ``source``."""
    arrays = {"": group_of, **dict(zip(schema.columns, y.T, strict=True))}
    if source.weight is None:
        return Source(schema, lambda: iter((y,)), len(y), arrays=arrays)
    beside = np.column_stack([y, weight])
    arrays[source.weight.name] = weight
    whole = Source(schema.followed_by(source.weight.name), lambda: iter((beside,)), len(y), arrays=arrays)
    return whole.weighing(source.weight)


def _check_keys(source: Source, by: Sequence[str]) -> None:
    available = list(source.arrays or ()) if source.frame is None else list(source.frame.collect_schema())
    if not by:
        raise InvalidData("There is no column to group by: name at least one in by=.")
    for name in by:
        if name not in available:
            raise unknown_column(name, available)
        if name in source.columns:
            raise InvalidData(
                f"Column {name!r} is both measured and a key of the groups: leave it out of columns=[...]."
            )
        if list(by).count(name) > 1:
            raise InvalidData(f"Column {name!r} is named more than once in by=: name each key once.")


def _broken(sums: Floats, first: slice) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which groups hold an infinity, by their ``first`` sums, and whose powers overflow otherwise."""
    infinite, overflow = np.zeros((2, len(sums)), dtype=np.bool_)
    if not np.isfinite(sums).all():
        infinite[:] = ~np.isfinite(sums[:, first]).all(axis=1)
        overflow[:] = ~np.isfinite(sums).all(axis=1) & ~infinite
    return infinite, overflow


def _named(by: Sequence[str]) -> str:
    if len(by) == 1:
        return f"column {by[0]!r} has"
    return f"columns {', '.join(map(repr, by))} together have"


def _keyed_rows(source: Source, by: Sequence[str], picked: NDArray[Any] | None = None) -> tuple[Keys, Floats]:
    """The keys of all rows, or of those that have their keys, and the measured columns of the same; last what they
    count, if a column says so. Of a frame those whose key is ``picked``, if some are."""
    source = source.beside or source
    if source.frame is None:
        assert source.arrays is not None
        return tuple(source.arrays[name] for name in by), _values(source)
    keys, names = key_names(by), value_names(len(source.columns))
    frame = keyed_numbers(source, dict(zip(keys, by, strict=True)), names)
    frame = frame.filter(~without_key(frame, keys))
    arrays = arrays_of(frame if picked is None else frame.filter(nw.col(keys[0]).is_in(picked.tolist())))
    return tuple(arrays[key] for key in keys), gather(ColumnRows(tuple(arrays[name] for name in names)))


def _in_memory(source: Source, by: Sequence[str], layout: Layout) -> ArrayGroups | None:
    """The groups of data in memory, or that fits there, if numpy can bin its keys; else its own engine does better."""
    frame, weight = source.frame, source.weight
    if frame is None:
        keys, rows = _keyed_rows(source, by)
        return ArrayGroups(numbered(keys), rows, layout, weight)
    key = by[0]
    if len(by) > 1 or not frame.collect_schema()[key].is_integer():
        return None
    if isinstance(frame, nw.DataFrame):
        found = None if frame[key].null_count() else consecutive(frame[key].to_numpy())
        return None if found is None else ArrayGroups(found, _values(source.beside or source), layout, weight)
    if not frame.implementation.is_duckdb():
        return None
    size = arrays_of(frame.select(nw.len().alias("rows"), nw.col(key).is_null().sum().alias("missing")))
    if size["missing"][0] or size["rows"][0] * (1 + layout.dimension) > _HELD_VALUES:
        return None
    keys, rows = _keyed_rows(source, by)
    found = consecutive(keys[0])
    return None if found is None else ArrayGroups(found, rows, layout, weight)


def _values(source: Source) -> Floats:
    """All rows of the measured columns, (m, d)."""
    return gather(ColumnRows(source.views)) if source.views else np.concatenate(list(source.batches()))
