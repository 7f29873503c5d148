"""The group-by of the data's own engine, through narwhals: pandas, polars, pyarrow, DuckDB, Dask."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import reduce
from operator import add, mul, or_
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.expressions import keyed_numbers
from symcat.data.ingest.source import Frame, Source
from symcat.data.moments import Floats
from symcat.data.statistics import scaling
from symcat.data.statistics.group_bins import ArrayGroups
from symcat.data.statistics.group_sums import GroupSums, limit
from symcat.data.statistics.keys import numbered
from symcat.data.statistics.layout import Layout
from symcat.data.weights import Weight

_WEIGHT = "w"  # what a row counts, beside the measured columns
_FEW = 1000  # groups that are picked out by a list of their keys rather than by a join


class FrameGroups:
    """Groups of the rows of a frame, which stay where they are."""

    def __init__(self, source: Source, by: Sequence[str], layout: Layout) -> None:
        self.layout = layout
        self.x, self.keys = value_names(layout.dimension), key_names(by)
        self.weight = source.weight
        self.w = [] if source.weight is None else [_WEIGHT]
        frame = keyed_numbers(source.beside or source, dict(zip(self.keys, by, strict=True)), [*self.x, *self.w])
        if self.weight is not None:
            frame = _weighed(source, frame, self.weight)
        keyless = without_key(frame, self.keys)
        nulls = [nw.col(x).is_null().cast(nw.Int64).sum() for x in self.x]
        one = nw.col(_WEIGHT) if self.weight is not None and self.weight.kind == "counts" else nw.lit(1)
        lost = nw.when(keyless).then(one).otherwise(nw.lit(0)).sum().alias("keyless")
        counts = arrays_of(frame.select(lost, *nulls))
        self.n_without_key = int(counts["keyless"][0] or 0)
        self.has_nulls = any(int(counts[x][0] or 0) for x in self.x)
        self.frame = frame.filter(~keyless) if self.n_without_key else frame

    def probe(self) -> Floats:
        if isinstance(self.frame, nw.DataFrame):
            rows: Frame = self.frame.select(self.x).gather_every(scaling.probed(len(self.frame)).step)
        else:
            rows = self.frame.select(self.x).head(scaling.PROBE_ROWS)
        if self.frame.implementation.is_polars():
            # Its lazy engine does the same group-by in half the time.
            self.frame = self.frame.lazy()
        return self._values(arrays_of(rows))

    def _values(self, arrays: dict[str, NDArray[Any]]) -> Floats:
        return np.stack([arrays[x] for x in self.x], axis=1)

    def group(self, origin: Floats, unit: float) -> GroupSums:
        centers = [nw.lit(float(c)) for c in origin]
        if not self.has_nulls:
            found = self._table(self._summed(self.frame, centers, unit, careful=False))
            if np.isfinite(found.sums).all():
                return found.sorted()
        self.has_nulls = True
        return self._table(self._summed(self.frame, centers, unit, careful=True)).sorted()

    def regroup(self, found: GroupSums, far: NDArray[np.bool_], origin: Floats, unit: float) -> GroupSums:
        keys = found.keys[0][far]
        if len(self.keys) > 1 or not listed(keys):
            return self._joined_with_means(origin, unit)
        arrays = arrays_of(self.frame.filter(nw.col(self.keys[0]).is_in(keys.tolist())))
        values = np.stack([arrays[name] for name in (*self.x, *self.w)], axis=1)
        picked = ArrayGroups(numbered((arrays[self.keys[0]],)), values, self.layout, self.weight)
        return picked.about_own_means(origin, unit)

    def _joined_with_means(self, origin: Floats, unit: float) -> GroupSums:
        first, second = self.layout.slices[:2]
        d = self.layout.dimension
        sums = self._summed(self.frame, [nw.lit(float(c)) for c in origin], unit, careful=self.has_nulls)
        count, names = nw.col("s0"), [f"c{j}" for j in range(d)]
        far, means = [], []
        for j, name in enumerate(names):
            mean = nw.col(f"s{first.start + j}") / count
            square = nw.col(f"s{second.start + j * (d + 1)}") / count
            if not self.layout.discrete[j]:
                far.append((square > 0.0) & (square > limit(self.layout) * (square - mean * mean)))
            means.append((nw.lit(float(origin[j])) + mean * unit).alias(name))
        several = nw.col(f"s{self.layout.rows_place}") > 1
        centers = sums.filter(several).filter(nw.any_horizontal(*far, ignore_nulls=True)).select(*self.keys, *means)
        joined = self.frame.join(centers, on=self.keys, how="inner")  # type: ignore[arg-type]
        again = self._summed(joined, [nw.col(name) for name in names], unit, careful=self.has_nulls, carried=names)
        return self._table(again, names)

    def _summed(
        self, frame: Frame, centers: list[nw.Expr], unit: float, careful: bool, carried: Sequence[str] = ()
    ) -> Frame:
        """One group-by: ``s{place}`` for the places of the layout, ``rows`` too if rows may be incomplete."""
        valid = nw.all_horizontal(*[~(nw.col(x).is_null() | nw.col(x).is_nan()) for x in self.x], ignore_nulls=False)
        deviations = []
        for j, (x, center) in enumerate(zip(self.x, centers, strict=True)):
            y = nw.col(x) - center if unit == 1.0 else nw.col(x) * (1.0 / unit) - center * (1.0 / unit)
            deviations.append((nw.when(valid).then(y) if careful else y).alias(f"y{j}"))
        extra = [valid.cast(nw.Int64).alias("valid")] if careful else []
        frame = frame.select(*self.keys, *deviations, *carried, *extra, *self.w)
        kept = [*(["valid"] if careful else []), *self.w]
        frame = frame.select(*self.keys, *carried, *kept, *self._products(careful))
        counts = [nw.len().alias("rows"), nw.col("valid").sum().alias("s0")] if careful else [nw.len().alias("s0")]
        if self.weight is not None:
            all_rows = nw.len() if self.layout.weighted else nw.col(_WEIGHT).sum()
            counts = [all_rows.alias("rows"), nw.col("s0").sum()]
        sums = [nw.col(f"s{place}").sum() for place in self._places()]
        with warnings.catch_warnings():
            # Of more than a hundred sums; narwhals puts the columns of pandas together one by one.
            warnings.filterwarnings("ignore", "DataFrame is highly fragmented")
            return frame.group_by(*self.keys).agg(*counts, *sums, *[nw.col(name).min() for name in carried])

    def _places(self) -> list[int]:
        """Places of the layout that are summed; the others follow by symmetry."""
        d, second = self.layout.dimension, self.layout.slices[1]
        below = {second.start + i * d + j for i in range(d) for j in range(i)}
        return [place for place in range(1, self.layout.width) if place not in below]

    def _products(self, careful: bool) -> list[nw.Expr]:
        """The summands, in the order of ``_places``, as products: powers with ** are several times slower."""
        layout, d = self.layout, self.layout.dimension
        y = [nw.col(f"y{j}") for j in range(d)]
        summands = list(y) + [y[i] * y[j] for i in range(d) for j in range(i, d)]
        summands += [reduce(mul, [y[j]] * k) for j in range(d) for k in range(3, 3 + layout.n_powers)]
        if layout.radial:
            real = [y[j] for j in layout.radial]
            rho2 = reduce(add, [v * v for v in real])
            summands += [v * rho2 for v in real] + [rho2 * rho2]
        places = self._places()
        if self.weight is not None:
            one = nw.when(nw.col("valid") > 0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) if careful else nw.lit(1.0)
            w = nw.col(_WEIGHT) * one
            summands = [w, *(w * summand for summand in summands), *([one, w * w] if layout.weighted else [])]
            places = [0, *places]
        return [summand.alias(f"s{place}") for place, summand in zip(places, summands, strict=True)]

    def _table(self, grouped: Frame, extra: Sequence[str] = ()) -> GroupSums:
        arrays = arrays_of(grouped)
        d, second = self.layout.dimension, self.layout.slices[1]
        groups = len(arrays["s0"])
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
        rows = np.asarray(arrays.get("rows", sums[:, self.layout.rows_place]), dtype=np.float64)
        return GroupSums(tuple(arrays[key] for key in self.keys), rows, sums)


def _weighed(source: Source, frame: Frame, weight: Weight) -> Frame:
    """The rows that count. Raises InvalidData for a value that cannot count rows."""
    w = nw.col(_WEIGHT)
    wrong = w.is_null() | w.is_nan() | ~(w >= 0.0) | ~(w <= 1e15)
    if weight.kind == "counts":
        wrong = wrong | (w != w.round(0))
    found = arrays_of(frame.select(nw.when(wrong).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias("wrong")))
    if found["wrong"][0]:
        for _ in source.masses():
            pass
    return frame.filter(w > 0.0)


def listed(keys: NDArray[Any]) -> bool:
    """Whether rows can be picked out by a list of these keys."""
    known = keys.dtype.kind in "iuUO" and (keys.dtype != object or all(isinstance(key, str) for key in keys[:1]))
    return known and len(keys) <= _FEW


def value_names(dimension: int) -> list[str]:
    """Names of the measured columns in frames of symcat's own, as the data may use any."""
    return [f"x{j}" for j in range(dimension)]


def key_names(by: Sequence[str]) -> list[str]:
    """Names of the key columns in these frames."""
    return [f"key{j}" for j in range(len(by))]


def without_key(frame: Frame, keys: Sequence[str]) -> nw.Expr:
    """Whether a row of the frame lacks one of its keys."""
    types = frame.collect_schema()
    absent = [nw.col(key).is_null() for key in keys]
    absent += [nw.col(key).is_nan().fill_null(False) for key in keys if types[key].is_float()]
    return reduce(or_, absent)


def arrays_of(frame: Frame) -> dict[str, NDArray[Any]]:
    """The columns of a frame as numpy arrays, nulls of numbers as NaN."""
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
