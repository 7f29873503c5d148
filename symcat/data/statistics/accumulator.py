"""The one pass: averages, averages of consecutive blocks and a random sample, from batches of rows; all of it merges.

Rows with a missing value are dropped and counted. The values of two-valued columns are averaged as -1 and +1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Self

import numpy as np

from symcat.data.charts import COORDINATES
from symcat.data.ingest import Source, open_table
from symcat.data.ingest.indicators import Categories, indicated, names_with
from symcat.data.ingest.opened import Which, opened
from symcat.data.levels import MINUS_PLUS, ZERO_ONE
from symcat.data.needs import Needs, usual_needs
from symcat.data.schema import Kind, Schema, checked_kinds
from symcat.data.statistics.asked import check_numbers, check_together, different_names
from symcat.data.statistics.coordinates import CoordinateSums, chartings
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.levels_so_far import (
    check_references,
    grown_schema,
    joined,
    levels_of,
    of_first_rows,
    recoded,
    renamed,
    stated_levels,
    united,
    widened,
    with_levels_of,
    with_those_of,
)
from symcat.data.statistics.stored import Stored
from symcat.data.statistics.summing import Summation
from symcat.data.statistics.sums import ColumnRows
from symcat.data.weights import weight_of
from symcat.errors import InvalidData


class Statistics(Stored):
    """What the models need to know of a table, accumulated batch by batch.

    Parameters
    ----------
    columns : names of the columns to measure, in order; None takes those of the first batch.
    needs : which averages to keep. None keeps what the classes for such columns need: of real ones the powers to the
        fourth, to the sixth if there is one alone, and those of the distance from the origin; of two-valued ones the
        distinct rows, counted. The charts among them are averaged if they are placed by no numbers of the rows.
    kind : what raw batches hold: "real", the default, takes them as numbers, and text by its levels; "two-valued" as
        columns of two values each, which the first batch shows and the later ones must keep to; "categorical" as
        columns of 2 to 64 levels each, text or numbers, to which later batches may add.
    kinds : likewise of single columns, by name. The joint states of categorical and two-valued columns are counted.
    categories : the levels of text columns by name, the reference first: each has an indicator for every other level.
        Of text columns that are not named here the first batch shows the levels: two are those of a two-valued column,
        of more the first in ascending order is the reference. A level that comes later, by a batch or a merge, adds an
        indicator.
    schema : the kinds of the columns, if they are known: for batches with columns of either kind.
    counts, weights : a further column of every batch that says how often a row occurred, or how much it weighs.
    sample_size : rows kept as a uniform random sample.
    max_blocks : consecutive blocks whose averages are kept apart, at most; fewer for wide data, to bound memory.
    seed : of the sample.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> rows = np.random.default_rng(0).normal(size=(1000, 2))
    >>> whole = symcat.Statistics().update(rows)
    >>> halves = symcat.Statistics().update(rows[:500]).merge(symcat.Statistics().update(rows[500:]))
    >>> whole.n_rows, halves.n_rows, bool(np.allclose(whole.moments.mean, halves.moments.mean))
    (1000, 1000, True)
    >>> symcat.solve(halves, classes=["gaussian.full"]).label
    'gaussian.full'
    """

    def __init__(
        self,
        columns: Sequence[str] | None = None,
        *,
        needs: Needs | None = None,
        kind: Kind | None = None,
        kinds: Mapping[str, Kind] | None = None,
        schema: Schema | None = None,
        categories: Mapping[str, Sequence[str]] | None = None,
        counts: str | None = None,
        weights: str | None = None,
        sample_size: int = 8192,
        max_blocks: int = 256,
        seed: int = 0,
    ) -> None:
        check_numbers(sample_size=(sample_size, 0), max_blocks=(max_blocks, 2), seed=(seed, 0))
        kinds = checked_kinds(kinds)
        check_together(needs, kind, kinds, schema, categories)
        columns = None if columns is None else different_names(columns)
        self._needs = needs
        self._weight = weight_of(counts, weights)
        if self._weight is not None and self._weight.name in (columns or (schema.columns if schema else ())):
            raise InvalidData(f"Column {self._weight.name!r} cannot be both measured and {self._weight.kind}=.")
        self._kind: Kind = kind or "real"
        self._kinds = kinds
        self._categories = stated_levels(categories)
        self._sample_size = sample_size
        self._max_blocks = max_blocks
        self._seed = seed
        self._schema = Schema((), ())
        self._given = schema is not None
        self._sums = None
        self._coordinates = {}
        self._set_aside = {}
        if schema is not None:
            self._begin(schema if columns is None else schema.renamed(columns))
        elif columns is not None:
            # Which two values a column has, its first rows will tell.
            self._begin(Schema.real(columns) if self._kind == "real" else Schema.two_valued(columns, ZERO_ONE))

    def _begin(self, schema: Schema) -> None:
        """Measure the columns of this schema, as long as there are no complete rows."""
        dropped = self.n_missing
        if self._sums is not None and schema == self._schema and self._sums.untouched:
            return
        self._schema = schema
        layout = self._layout(schema, self.needs)
        self._coordinates = {
            charting.chart.name: CoordinateSums(charting, np.empty(0), self._max_blocks, weighted=self.weighted)
            for charting in chartings(schema, dict(self.needs.charts), COORDINATES)
        }
        beside = tuple(self._coordinates.values())
        self._sums = Summation(layout, self._sample_size, self._max_blocks, self._seed, beside)
        self._sums.n_missing = dropped

    # --- taking in rows ----------------------------------------------------------------------------------------

    def update(self, batch: object) -> Self:
        """Take in more rows: anything `symcat.solve` accepts as data, or an (m, d) array in the order of the columns.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : an infinity, a value so far out that its powers overflow, or one that is neither of the two of its
            column; the message names column and row. The rows before it have been taken in. Or an opened ``Source``
            whose columns are of other kinds.
        """
        source = batch if isinstance(batch, Source) else self._open(batch)
        if self._sums is None:
            self._begin(source.schema)
        columns = names_with(self.columns, source.categories) if not self.n_rows else self.columns
        if len(source.columns) != len(columns):
            raise InvalidData(
                f"This batch has {len(source.columns)} columns, but {len(columns)} are measured "
                f"({', '.join(columns)}): pass batches of the same columns."
            )
        if source.n_rows == 0:
            return self
        if source.weight != self._weight:
            raise InvalidData(
                "These rows were opened with another column of counts or weights than these statistics take: pass "
                "counts= or weights= to Statistics, and the data as it is."
            )
        schema = source.schema.renamed(columns)
        if not self.n_rows and not self._given:
            self._categories.update(source.categories)
            self._begin(schema)
        elif isinstance(batch, Source):
            self._schema = self._schema.reconciled(schema, self._only_ones(), [False] * len(schema))
        else:
            self._schema = schema
        assert self._sums is not None
        if source.weight is not None:
            for values, weight in source.masses():
                self._sums.take_weighted(values, weight)
            return self
        if source.n_rows:
            self._sums.make_room(source.n_rows)
        if source.views is not None:
            self._sums.take(ColumnRows(source.views))
            return self
        for rows in source.batches() if source.spins is None else source.spins():
            self._sums.take(rows)
        return self

    def _open(self, batch: object) -> Source:
        """A raw batch, in the schema known so far."""
        named = not isinstance(batch, np.ndarray | list | tuple)
        columns = self.columns if self._sums is not None and named else None
        weight = self._weight
        if self._given or self.n_rows:
            found = opened(batch)
            if self._categories and not named:
                raise InvalidData(
                    f"These statistics have text columns ({', '.join(self._categories)}), which this batch does not "
                    "name: pass a frame."
                )
            if not self._given:
                self._relevel(with_levels_of(found, self._schema, self._growing))
            if named and self._kind == "real" and not self._given:
                self._grow(with_those_of(found, self._schema, self._categories, self._kinds))
                found, columns = indicated(found, self._categories), self.columns
            schema, ones = self._schema, self._only_ones()
            return open_table(found, columns, schema=schema, only_ones=ones, weight=weight, allow_empty=True)
        which: Which | None = "labels" if self._sums is None else None
        found = opened(batch)
        source = open_table(
            found,
            columns,
            kind=self._kind,
            kinds=self._kinds,
            weight=weight,
            allow_empty=True,
            set_aside=which,
            keep=tuple(self._categories),
            indicators="text" if self._kind == "real" and named else None,
            categories=of_first_rows(found, self._categories),
        )
        self._set_aside |= source.set_aside
        return source

    def _grow(self, categories: Categories) -> None:
        """Measure the indicators of further levels, which no row so far has had."""
        if categories == self._categories:
            return
        old = renamed(self._schema, categories)
        schema = grown_schema(old, categories)
        if self._sums is not None and schema != self._schema:
            needs = usual_needs(schema) if self._needs is None else self._needs
            self._sums = widened(self._sums, old.columns, self._layout(schema, needs))
            real = schema.at("real")
            self._coordinates = {name: own.of_column(real[0]) for name, own in self._coordinates.items()}
            self._sums.beside = tuple(self._coordinates.values())
        self._schema, self._categories = schema, dict(categories)

    def _layout(self, schema: Schema, needs: Needs) -> Layout:
        growing = not self._given and "categorical" in (self._kind, *self._kinds.values())
        return Layout.of(schema, needs, weighted=self.weighted, growing=growing)

    @property
    def _growing(self) -> tuple[str, ...]:
        """Columns to which later batches may add levels."""
        return tuple(name for name in self._schema.levels_of if self._kinds.get(name, self._kind) == "categorical")

    def _relevel(self, schema: Schema) -> None:
        """Measure columns with the levels of this schema, among which theirs are."""
        old = self._schema
        if schema == old:
            return
        self._schema = schema
        if self._sums is not None:
            self._sums = recoded(self._sums, old, schema, self._layout(schema, self.needs))

    def _only_ones(self) -> list[bool]:
        """Which columns may be of 0 and 1 or of -1 and +1, as nothing but 1 has been seen of them."""
        if not self._schema.at("two-valued") or self._given or not self.n_rows:
            return [False] * len(self.columns)
        plus = self.moments.mean[0] == 1.0
        return [pair in (ZERO_ONE, MINUS_PLUS) and bool(p) for pair, p in zip(self._schema.levels, plus, strict=True)]

    # --- merging -----------------------------------------------------------------------------------------------

    def merge(self, other: Statistics) -> Self:
        """Take in all that ``other``, which stays as it is, has measured; its rows count as coming after these.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : the two measured other columns, kinds or averages, or their spreads are too far apart.
        """
        if not isinstance(other, Statistics):
            raise InvalidData(
                f"Data of type {type(other).__name__} cannot be merged: pass Statistics, or use update()."
            )
        if other._sums is None:
            return self
        if self._sums is None:
            self._begin(other._schema)
            self._categories = dict(other._categories)
        other = self._aligned(self._releveled(other))
        schema = self._schema
        if other.n_rows and self.columns == other.columns:
            if self.n_rows or self._given:
                schema = schema.reconciled(other._schema, self._only_ones(), other._only_ones())
            else:
                self._begin(other._schema)
                schema = other._schema
        if self.weighted != other.weighted:
            raise InvalidData(
                "Statistics of weighted rows and of rows that are not cannot be merged: give both weights=, of which 1 "
                "for each row is one."
            )
        if self.columns != other.columns or (other.n_rows and self.needs != other.needs):
            raise InvalidData(
                f"Statistics of columns {self.columns} ({self.needs}) and of {other.columns} ({other.needs}) cannot "
                "be merged: measure the same columns, in the same order, with the same needs."
            )
        assert self._sums is not None
        self._schema = schema
        assert other._sums is not None
        self._sums.merge(other._sums)
        for name, own in self._coordinates.items():
            own.merge(other._coordinates[name])
        return self

    def _releveled(self, other: Statistics) -> Statistics:
        """The other statistics with the levels of both of their categorical columns, as these have them too."""
        growing = {*self._growing} & {*other._growing}
        if self.columns != other.columns or not growing or self._given or other._given:
            return other
        self._relevel(united(self._schema, other._schema, growing))
        again = copy(other)
        again._relevel(united(other._schema, self._schema, growing))
        return again

    def _aligned(self, other: Statistics) -> Statistics:
        """The other statistics with the levels of both, as these have them from now on too."""
        mine, theirs = (levels_of(one._schema, one._categories, one._kinds) for one in (self, other))
        both = mine.keys() & theirs.keys()
        if self._categories == other._categories and all(mine[name] == theirs[name] for name in both):
            return other
        check_references(mine, theirs)
        indicated = {*self._categories, *other._categories, *(name for name in both if mine[name] != theirs[name])}
        grown = joined({name: mine[name] for name in mine if name in both & indicated}, theirs)
        self._grow({**self._categories, **grown})
        aligned = copy(other)
        aligned._grow({**other._categories, **grown})
        return aligned
