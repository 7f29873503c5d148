"""Averages of every group of a table at once, by the group-by of the data's own engine: no loop over groups.

One pass sums powers about an origin common to all groups. Groups that lie so far from it that centring would cancel
their digits are done again about their own means; usually there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.expressions import keyed_numbers
from symcat.data.ingest.source import Frame, Source, unknown_column
from symcat.data.moments import Floats, Moments, Needs
from symcat.data.statistics import scaling
from symcat.data.statistics.group_sums import ArrayGroups, Bins, GroupSums, far_groups, is_dense, limit
from symcat.data.statistics.sums import ColumnRows, Layout, gather
from symcat.errors import InvalidData

_KEY = "key"
_HELD_VALUES = 1 << 26  # numbers of a DuckDB relation that are fetched to be binned here: half a gigabyte
_FEW = 1000  # groups that are picked out by a list of their keys rather than by a join


def collect_groups(
    source: Source, by: str, needs: Needs = Needs.ALL, *, order: int = 4
) -> tuple[NDArray[Any], Moments, NDArray[np.int64]]:
    """Averages of the columns of ``source`` for each value of ``by``.

    Parameters
    ----------
    source : opened data, with the key among the columns it excludes or leaves out. Its two-valued columns are averaged
        as -1 and +1.
    by : the column of group keys, of any type. Rows whose key is missing belong to no group and are left out.
    order : highest power of a single column to sum if ``needs`` asks for powers, 4 to 6. Of several columns: 4.

    Returns
    -------
    keys (G,) in ascending order, the Moments of the G groups, and the number (G,) of rows of each that were left out
    because a value was missing. A group without a complete row has a count of zero, and averages of zero.

    Raises
    ------
    InvalidData : no such column, no group, an infinity or overflow, or a third value of a spin (naming column and row).
    WrongGuess : a column that was guessed to be two-valued is not; use ``read_again_if_wrong``.
    """
    names = source.columns
    if by in names:
        raise InvalidData(f"Column {by!r} is both measured and the key of the groups: leave it out of columns=[...].")
    layout = Layout(names, needs, order if len(names) == 1 else None)
    engine = _in_memory(source, by, layout) or _Engine(source, by, layout)
    few = scaling.finite_rows(engine.probe())
    # Spins lie about zero: their sums are whole numbers there, which cancel nothing.
    spins = np.zeros(len(names), dtype=np.bool_) if source.coding is None else source.coding.spins
    origin = np.where(spins, 0.0, scaling.choose_origin(few)) if len(few) else np.zeros(len(names))
    unit = scaling.choose_unit(few, origin, names) if len(few) else None
    work = scaling.working_unit(unit)
    with np.errstate(over="ignore", invalid="ignore"):
        found = engine.group(origin, work).sorted()
    if not np.isfinite(found.sums).all():
        raise _reason_of_overflow(source, origin, work)
    if not len(found.keys):
        raise InvalidData(f"There are no groups: column {by!r} has no values.")
    origins = np.broadcast_to(origin, (len(found.keys), len(names))).copy()
    alone = found.sums[:, 0] == 1.0  # the mean of one row is that row: nothing is left to sum
    origins[alone] += work * found.sums[alone, layout.slices[0]]
    found.sums[alone, 1:] = 0.0
    far = far_groups(found.sums, layout, ~spins)
    if far.any():
        again = engine.regroup(found.keys[far], work)
        place = np.searchsorted(found.keys, again.keys)
        width = layout.width
        found.sums[place] = again.sums[:, :width]
        origins[place] = again.sums[:, width:]
    moments = layout.averages(found.sums, origins, work)
    return found.keys, moments, (found.rows - found.sums[:, 0]).astype(np.int64)


def _in_memory(source: Source, by: str, layout: Layout) -> ArrayGroups | None:
    """The groups of data in memory, or that fits there, if numpy can bin its keys; else its own engine does better."""
    frame = source.frame
    if frame is None:
        assert source.arrays is not None
        if by not in source.arrays:
            raise unknown_column(by, list(source.arrays))
        return ArrayGroups(source.arrays[by], _values(source), layout)
    schema = frame.collect_schema()
    if by not in schema:
        raise unknown_column(by, list(schema))
    if not schema[by].is_integer():
        return None
    if isinstance(frame, nw.DataFrame):
        key = frame[by]
        if key.null_count() or not is_dense(key.to_numpy()):
            return None
        return ArrayGroups(key.to_numpy(), _values(source), layout)
    if not frame.implementation.is_duckdb():
        return None
    size = _collected(frame.select(nw.len().alias("rows"), nw.col(by).is_null().sum().alias("missing")))
    if size["missing"][0] or size["rows"][0] * (1 + layout.dimension) > _HELD_VALUES:
        return None
    names = _names(layout)
    arrays = _collected(keyed_numbers(source, by, _KEY, names))
    if not is_dense(arrays[_KEY]):
        return None
    return ArrayGroups(arrays[_KEY], gather(ColumnRows(tuple(arrays[name] for name in names))), layout)


def _names(layout: Layout) -> list[str]:
    """Names of the measured columns in frames of symcat's own, as the data may use any."""
    return [f"x{j}" for j in range(layout.dimension)]


def _values(source: Source) -> Floats:
    """All rows of the measured columns, (m, d)."""
    return gather(ColumnRows(source.views)) if source.views else np.concatenate(list(source.batches()))


def _reason_of_overflow(source: Source, origin: Floats, unit: float) -> InvalidData:
    """Read the rows again to find which one made a sum infinite."""
    first_row, worst = 0, (0.0, InvalidData("The sums of a group overflow: rescale the columns."))
    for batch in source.batches():
        scaling.reject_infinity(batch, source.columns, first_row)
        complete = batch[~np.isnan(batch).any(axis=1)]
        if len(complete):
            farthest = float(np.abs(complete * 0.25 - origin * 0.25).max())
            if farthest > worst[0]:
                worst = farthest, scaling.overflow_error(complete, origin, unit, source.columns, first_row)
        first_row += len(batch)
    return worst[1]


class _Engine:
    """Group-by through narwhals: pandas, polars, pyarrow, DuckDB, Dask."""

    def __init__(self, source: Source, by: str, layout: Layout) -> None:
        self.layout = layout
        self.x = _names(layout)
        frame = keyed_numbers(source, by, _KEY, self.x)
        schema = frame.collect_schema()
        counts = _collected(frame.select(nw.all().is_null().cast(nw.Int64).sum()))
        self.has_nulls = any(int(counts[x][0] or 0) for x in self.x)
        if int(counts[_KEY][0] or 0):
            frame = frame.filter(~nw.col(_KEY).is_null())
        if schema[_KEY].is_float():
            frame = frame.filter(~nw.col(_KEY).is_nan())
        self.frame = frame

    def probe(self) -> Floats:
        if isinstance(self.frame, nw.DataFrame):
            rows: Frame = self.frame.select(self.x).gather_every(scaling.probed(len(self.frame)).step)
        else:
            rows = self.frame.select(self.x).head(scaling.PROBE_ROWS)
        if self.frame.implementation.is_polars():
            # Its lazy engine does the same group-by in half the time.
            self.frame = self.frame.lazy()
        return self._values(_collected(rows))

    def _values(self, arrays: dict[str, NDArray[Any]]) -> Floats:
        return np.stack([arrays[x] for x in self.x], axis=1)

    def group(self, origin: Floats, unit: float) -> GroupSums:
        self.origin, self.unit = origin, unit
        centers = [nw.lit(float(c)) for c in origin]
        if not self.has_nulls:
            found = self._table(self._summed(self.frame, centers, careful=False))
            if np.isfinite(found.sums).all():
                return found
        self.has_nulls = True
        return self._table(self._summed(self.frame, centers, careful=True))

    def regroup(self, far: NDArray[Any], unit: float) -> GroupSums:
        """The groups of keys ``far`` (in ascending order) again about their own means, appended to their sums."""
        if len(far) <= _FEW and far.dtype.kind in "iuUO" and (far.dtype != object or isinstance(far[0], str)):
            arrays = _collected(self.frame.filter(nw.col(_KEY).is_in(far.tolist())))
            picked = Bins(arrays[_KEY], self._values(arrays), self.layout)
            return picked.about_own_means(self.origin, unit)
        return self._joined_with_means(unit).sorted()

    def _joined_with_means(self, unit: float) -> GroupSums:
        first, second = self.layout.slices[:2]
        d = self.layout.dimension
        sums = self._summed(self.frame, [nw.lit(float(c)) for c in self.origin], careful=self.has_nulls)
        count, names = nw.col("s0"), [f"c{j}" for j in range(d)]
        far, means = [], []
        for j, name in enumerate(names):
            mean = nw.col(f"s{first.start + j}") / count
            square = nw.col(f"s{second.start + j * (d + 1)}") / count
            far.append((square > 0.0) & (square > limit(self.layout) * (square - mean * mean)))
            means.append((nw.lit(float(self.origin[j])) + mean * unit).alias(name))
        centers = sums.filter(count > 1).filter(nw.any_horizontal(*far, ignore_nulls=True)).select(_KEY, *means)
        joined = self.frame.join(centers, on=_KEY, how="inner")  # type: ignore[arg-type]
        again = self._summed(joined, [nw.col(name) for name in names], careful=self.has_nulls, carried=names)
        return self._table(again, names)

    def _summed(self, frame: Frame, centers: list[nw.Expr], careful: bool, carried: Sequence[str] = ()) -> Frame:
        """One group-by: ``s{place}`` for the places of the layout, ``rows`` too if rows may be incomplete."""
        valid = nw.all_horizontal(*[~(nw.col(x).is_null() | nw.col(x).is_nan()) for x in self.x], ignore_nulls=False)
        deviations = []
        for j, (x, center) in enumerate(zip(self.x, centers, strict=True)):
            y = nw.col(x) - center if self.unit == 1.0 else nw.col(x) * (1.0 / self.unit) - center * (1.0 / self.unit)
            deviations.append((nw.when(valid).then(y) if careful else y).alias(f"y{j}"))
        extra = [valid.cast(nw.Int64).alias("valid")] if careful else []
        frame = frame.select(_KEY, *deviations, *carried, *extra)
        frame = frame.select(_KEY, *carried, *(["valid"] if careful else []), *self._products())
        counts = [nw.len().alias("rows"), nw.col("valid").sum().alias("s0")] if careful else [nw.len().alias("s0")]
        sums = [nw.col(f"s{place}").sum() for place in self._places()]
        return frame.group_by(_KEY).agg(*counts, *sums, *[nw.col(name).min() for name in carried])

    def _places(self) -> list[int]:
        """Places of the layout that are summed; the others follow by symmetry."""
        d, second = self.layout.dimension, self.layout.slices[1]
        below = {second.start + i * d + j for i in range(d) for j in range(i)}
        return [place for place in range(1, self.layout.width) if place not in below]

    def _products(self) -> list[nw.Expr]:
        """The summands, in the order of ``_places``, as products: powers with ** are several times slower."""
        layout, d = self.layout, self.layout.dimension
        y = [nw.col(f"y{j}") for j in range(d)]
        summands = list(y) + [y[i] * y[j] for i in range(d) for j in range(i, d)]
        summands += [reduce(nw.Expr.__mul__, [y[j]] * k) for j in range(d) for k in range(3, 3 + layout.n_powers)]
        if layout.radial:
            rho2 = reduce(nw.Expr.__add__, [v * v for v in y])
            summands += [v * rho2 for v in y] + [rho2 * rho2]
        return [summand.alias(f"s{place}") for place, summand in zip(self._places(), summands, strict=True)]

    def _table(self, grouped: Frame, extra: Sequence[str] = ()) -> GroupSums:
        arrays = _collected(grouped)
        d, second = self.layout.dimension, self.layout.slices[1]
        groups = len(arrays[_KEY])
        sums = np.empty((groups, self.layout.width + len(extra)), order="F")
        for place in (0, *self._places()):
            sums[:, place] = arrays[f"s{place}"]
        for i in range(d):
            for j in range(i):
                sums[:, second.start + i * d + j] = sums[:, second.start + j * d + i]
        for j, name in enumerate(extra):
            sums[:, self.layout.width + j] = arrays[name]
        if "rows" in arrays:
            # A sum over no complete row is null in some engines.
            sums[sums[:, 0] == 0] = 0.0
        return GroupSums(arrays[_KEY], np.asarray(arrays.get("rows", sums[:, 0]), dtype=np.float64), sums)


def _collected(frame: Frame) -> dict[str, NDArray[Any]]:
    """The columns as numpy arrays, nulls of numbers as NaN."""
    if isinstance(frame, nw.LazyFrame):
        if frame.implementation.is_duckdb():
            arrays = frame.to_native().fetchnumpy()
            return {
                name: values.filled(np.nan)
                if np.ma.isMaskedArray(values) and values.dtype.kind == "f"
                else np.asarray(values)
                for name, values in arrays.items()
            }
        frame = frame.collect()
    return {name: frame[name].to_numpy() for name in frame.columns}
