"""The one pass over the data, for the averages that are needed of such columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from symcat.data.charts import chart
from symcat.data.ingest import Source, open_table, read_again_if_wrong
from symcat.data.ingest.opened import Indicated
from symcat.data.ingest.source import unknown_column
from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.products import positions, with_products
from symcat.data.schema import Kind, Schema
from symcat.data.shape import check_shape
from symcat.data.states import States
from symcat.data.statistics import Statistics
from symcat.data.statistics.placing import place
from symcat.data.weights import Weight, repeated
from symcat.data.worth import thinned, worth
from symcat.errors import InvalidData

_ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Measured:
    """What the pass has left of a table, and the way back to its rows.

    ``schema`` is of the user's columns; those of products follow in ``statistics``. ``source`` is None where the user
    has collected the statistics. ``share`` is less than one where rows depend on their neighbours: how many independent
    ones each of them is worth. They are weighted then, all by that.
    """

    statistics: Statistics
    schema: Schema
    source: Source | None = None
    share: float = 1.0

    @cached_property
    def moments(self) -> Moments:
        """The averages over all rows, once for all who ask."""
        return worth(self.statistics.moments, self.share)

    @property
    def weighted(self) -> bool:
        """Whether the number of the rows and what they are worth are not the same."""
        return self.statistics.weighted or self.share < 1.0

    @cached_property
    def blocks(self) -> Moments:
        """The averages over consecutive blocks of rows."""
        return worth(self.statistics.blocks, self.share)

    @property
    def states(self) -> States | None:
        """The distinct rows of discrete columns, where each counts as one."""
        return None if self.weighted else self.statistics.states

    @cached_property
    def sample(self) -> Floats:
        """(m, d) random rows; of those that depend on their neighbours as many as they are worth, far apart."""
        sample = self.statistics.sample
        if self.share == 1.0:
            return sample
        if self.source is None:
            return sample[: max(1, round(self.share * len(sample)))]
        step = -(-self.statistics.n_rows // max(1, min(len(sample), int(self.share * self.statistics.n_rows))))
        return thinned(self.rows(), step)

    @property
    def weighted_sample(self) -> tuple[Floats, Floats]:
        """(m, d) random rows as they occurred, and (m,) what each is worth."""
        rows, weight = self.statistics.weighted_sample
        return rows, weight * self.share

    def also_without(self, columns: Mapping[str, str]) -> Measured:
        """The same, told that further columns were left out, each with its reason."""
        assert self.source is not None
        return replace(self, source=replace(self.source, set_aside={**self.source.set_aside, **columns}))

    @property
    def set_aside(self) -> Mapping[str, str]:
        """Columns that were left out, each with its reason."""
        return self.statistics.set_aside if self.source is None else self.source.set_aside

    @property
    def categories(self) -> Mapping[str, tuple[Any, ...]]:
        """Levels of the text columns that have indicators, the reference first."""
        return self.statistics.categories if self.source is None else self.source.categories

    @property
    def everything(self) -> bool:
        """Whether ``rows`` are all complete rows."""
        if self.weighted:
            return False
        return self.source is not None or len(self.statistics.sample) == self.statistics.n_rows

    def rows(self) -> Iterator[Floats]:
        """The complete encoded rows (m, d) in batches, in the order of the data; without a source those of the sample.

        A row that occurred several times comes as often.

        They may be views of the data: do not write to them.
        """
        if self.source is None:
            yield self.statistics.sample
            return
        for batch, times in self.source.masses():
            missing = np.isnan(batch).any(axis=1)
            kept = batch[~missing] if missing.any() else batch
            if self.source.weight is None:
                yield kept
            else:
                yield from repeated(kept, times[~missing])

    def masses(self) -> Iterator[tuple[Floats, Floats]]:
        """Those of the source with (m,) what each counts: how often it occurred, or its weight, in units in which all
        add up to the count of the averages."""
        assert self.source is not None
        for batch, times in self.source.masses():
            # In pieces: who finds a row that rules all out looks at no more.
            for start in range(0, len(batch), _ROWS_AT_ONCE):
                some, mass = batch[start : start + _ROWS_AT_ONCE], times[start : start + _ROWS_AT_ONCE]
                missing, counted = np.isnan(some), mass > 0.0
                if missing.any() or not counted.all():
                    kept = ~missing.any(axis=1) & counted
                    some, mass = some[kept], mass[kept]
                yield some, mass * (self.statistics.weight_unit * self.share)


def measure(
    data: object,
    columns: Sequence[str] | None,
    needs_of: Callable[[Schema], Needs],
    *,
    kind: Kind | None = None,
    products: Sequence[Sequence[str]] = (),
    weight: Weight | None = None,
    exclude: Sequence[str] = (),
    seed: int = 0,
    keep: Sequence[str] = (),
    wide: bool = True,
    indicators: Indicated | None = None,
    kinds: Mapping[str, Kind] | None = None,
    coded: bool = False,
) -> Measured:
    """The statistics of ``data``: as they are if it is ``Statistics``, else collected in one pass.

    Parameters
    ----------
    data, columns, kind, kinds, weight, exclude, wide : as for ``open_table``.
    needs_of : which averages are needed of columns of a schema.
    products : sets of two-valued columns; the product of each set of three or more is measured as a further column.
    seed : of the random sample of rows.
    keep : columns that are not left out, whatever they hold.
    indicators, coded : as for ``open_table``.

    Raises
    ------
    InvalidData : as for ``open_table`` and ``Statistics.update``, for ``products`` as ``positions``; and statistics
        collected before that cannot answer what is asked.
    """
    if isinstance(data, Statistics):
        if data.n_rows:
            check_shape(data.n_rows, len(data.columns), wide=wide)
        _check(data, columns, needs_of, products, weight)
        check_kinds(kinds or {}, data.columns, data.schema)
        if data.categories and not indicators:
            name = next(iter(data.categories))
            raise InvalidData(
                f"These statistics hold the levels of {name!r} as predictors of a regression: pass target=, or collect "
                f"them with Statistics(kinds={{{name!r}: 'categorical'}}) to describe the column itself."
            )
        if indicators and (categorical := data.schema.at("categorical")):
            name = data.columns[categorical[0]]
            raise InvalidData(
                f"These statistics count the levels of {name!r} as a categorical column, of which no regression is "
                "offered: collect them without kinds= or kind='categorical' to have its levels as predictors."
            )
        return Measured(data, data.schema)

    def work(source: Source) -> Measured:
        wider = with_products(source, positions(products, source.schema))
        statistics = collected(wider, needs_of(source.schema), seed)
        if statistics.n_rows:
            left_out, size = statistics.n_missing, len(source.schema)
            check_shape(statistics.n_rows, size, wide=wide, left_out=left_out, missing=partial(_missing, source))
        return Measured(statistics, source.schema, source)

    opening = open_table(
        data,
        columns,
        exclude=exclude,
        kind=kind,
        kinds=kinds,
        weight=weight,
        set_aside="all",
        keep=keep,
        wide=wide,
        indicators=indicators,
        coded=coded,
    )
    return read_again_if_wrong(opening, work)


def _missing(source: Source) -> dict[str, int]:
    """In how many rows each column has no value."""
    found = sum((np.isnan(rows).sum(axis=0) for rows in source.read()), np.zeros(len(source.schema), dtype=np.intp))
    return dict(zip(source.columns, found.tolist(), strict=False))


def collected(source: Source, needs: Needs, seed: int) -> Statistics:
    """The statistics of an opened table: in one pass, and a further one for charts that are placed by the rows."""
    weight = source.weight
    counts, weights = (None, None) if weight is None else (weight.counts, weight.weights)
    placed = {name: power for name, power in needs.charts if chart(name).places}
    now = replace(needs, charts=tuple((name, power) for name, power in needs.charts if name not in placed))
    statistics = Statistics(source.columns, needs=now, counts=counts, weights=weights, seed=seed).update(source)
    if placed and statistics.n_rows:
        place(statistics, source, placed)
    return statistics


def check_kinds(kinds: Mapping[str, Kind], available: Sequence[str], found: Schema | None = None) -> None:
    """Raises InvalidData for kinds of unknown columns, or of columns that were ``found`` to be of other ones."""
    for name, kind in kinds.items():
        if name not in available:
            raise unknown_column(name, available)
        own = None if found is None else found.kinds[found.columns.index(name)]
        if own not in (None, kind) and (own, kind) != ("two-valued", "categorical"):  # of two levels that is the same
            raise InvalidData(
                f"kinds= says that column {name!r} is {kind}, and these statistics have taken it in as "
                f"{own}: pass kinds= to Statistics() instead."
            )


def _check(
    statistics: Statistics,
    columns: Sequence[str] | None,
    needs_of: Callable[[Schema], Needs],
    products: Sequence[Sequence[str]],
    weight: Weight | None,
) -> None:
    """Raises InvalidData where statistics collected before cannot answer what is asked."""
    if columns is not None and tuple(columns) != statistics.columns:
        names = ", ".join(statistics.columns)
        raise InvalidData(f"These statistics are of the columns {names}; columns= cannot change that.")
    if weight is not None and weight != statistics.weight:
        raise InvalidData(
            f"{weight.option} needs the rows themselves, and these statistics have taken them in already: pass it to "
            "Statistics() instead."
        )
    if any(len(chosen) > 2 for chosen in products):
        raise InvalidData(
            "interactions= of more than two columns need the rows: these statistics hold averages of pairs only."
        )
    if not statistics.columns:
        raise InvalidData("These statistics hold nothing yet: take in rows with update() first.")
    # Distinct rows may be too many to be counted, and charts are rarely asked for: who wants them does without.
    needs = replace(needs_of(statistics.schema).without_charts(), states=False)
    if not statistics.needs.covers(needs):
        lacking = [
            f"{name}={wanted}"
            for name, wanted, kept in (
                ("power", needs.power, statistics.needs.power),
                ("radius", needs.radius, statistics.needs.radius),
            )
            if wanted > kept
        ]
        raise InvalidData(
            f"These statistics were collected with {statistics.needs}; {' and '.join(lacking)} is missing for the "
            f"classes to be weighed. Collect them again with Statistics(needs={needs | statistics.needs}), or name "
            "classes that need less."
        )
