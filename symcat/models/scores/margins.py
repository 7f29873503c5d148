"""Each real column of a table alone: measured, its classes weighed as those of a table of one column, mapped to scores.

The margins are densities: a class of whole numbers, or one with a value apart, maps a column to no normal score.
Independent columns need none, and have the class that describes them best, whatever it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_

import numpy as np

from symcat.data.ingest import Source
from symcat.data.measure import Measured, collected
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.weights import Weight, WeightKind
from symcat.models import registry
from symcat.models.at_hand import at_hand
from symcat.models.base import Floats, Masses, Model, Options
from symcat.models.candidates import Weighed
from symcat.models.fit import Fit, Observed
from symcat.models.law import Law
from symcat.models.rounded_rows import RoundedRows
from symcat.models.scores.normal import scores
from symcat.models.tables import Tables
from symcat.models.weighing import weigh
from symcat.models.whole_numbers.spread import Spread, spread_rows

MOST_TESTED = 4096
"""Rows of the sample from which slopes and checks are made."""

_HELD = 1 << 25  # numbers of all rows that are kept in memory, else they are read again for every column
_AT_ONCE = 1 << 16  # rows mapped to scores at a time
_STEP = 0.1  # standard errors by which a parameter is moved for a slope, at most
_MOST_MOVED, _SHORTENED = 0.02, 5
"""Of a score, by a parameter's step, else the step is shortened, so many times: the couplings of a polynomial balance
each other, and one alone moved by its error is far from the law."""


@dataclass(frozen=True)
class Margin:
    """A column alone: its averages, how its classes were weighed for scores, and how for a column that needs none."""

    weighed: Weighed
    moments: Moments
    every: Weighed

    @property
    def best(self) -> Margin:
        """The same with the best of all classes, of whole numbers too."""
        return replace(self, weighed=self.every)

    @property
    def model(self) -> Model:
        """The class that is taken."""
        winner = self.weighed.winner()
        assert winner is not None
        return winner.model

    @property
    def fit(self) -> Fit:
        """Its fit."""
        winner = self.weighed.winner()
        assert winner is not None
        return winner.fit

    @property
    def whole(self) -> bool:
        """Whether its class is one of whole numbers, whose rows have scores once they are spread."""
        winner = self.weighed.winner()
        return winner is not None and winner.model.measure == "values"

    @cached_property
    def law(self) -> Law:
        """What it says of the column."""
        return self._law({name: value[0] for name, value in self.fit.parameters.items()})

    def _law(self, parameters: dict[str, Floats]) -> Law:
        law = self.model.law(parameters)
        return Spread(law) if self.whole else law

    @cached_property
    def free(self) -> list[tuple[str, tuple[int, ...]]]:
        """The numbers of the class that have an error: name and index."""
        errors = self.fit.standard_errors
        return [
            (name, index)
            for name, value in self.fit.parameters.items()
            for index in np.ndindex(value.shape[1:])
            if name in errors and errors[name][(0, *index)] > 0.0
        ]

    def moved(self, values: Floats) -> Floats:
        """(m, p) how far rows with these values (m,) move the free numbers; zeros where the class does not tell."""
        values = np.rint(values) if self.whole else values
        return self.flat(self.model.row_influence(self.fit, values[:, None], self.moments), len(values))

    def flat(self, found: Mapping[str, Floats], rows: int) -> Floats:
        """(m, p) likewise of so many rows, from what each moves every parameter."""
        shape = {name: value.shape[1:] for name, value in found.items()}
        columns = [
            found[name].reshape(rows, -1)[:, np.ravel_multi_index(index, shape[name]) if index else 0]
            for name, index in self.free
            if name in found
        ]
        told = len(columns) == len(self.free) and len(columns) > 0
        return np.stack(columns, axis=1) if told else np.zeros((rows, len(self.free)))

    def slopes(self, values: Floats) -> Floats:
        """(m, p) derivatives of the scores of values (m,) by the free numbers, from differences of two."""
        out = np.empty((len(values), len(self.free)))
        for k, (name, index) in enumerate(self.free):
            step = _STEP * float(self.fit.standard_errors[name][(0, *index)])
            for _ in range(_SHORTENED):
                apart = self._scores(name, index, step, values) - self._scores(name, index, -step, values)
                most = 0.5 * float(np.abs(apart).max(initial=0.0))
                if most <= _MOST_MOVED:
                    break
                step *= 0.5 * _MOST_MOVED / most
            out[:, k] = apart / (2.0 * step)
        return out

    def _scores(self, name: str, index: tuple[int, ...], step: float, values: Floats) -> Floats:
        """(m,) of values (m,), one of the free numbers moved by a step."""
        parameters = {key: np.array(value[0]) for key, value in self.fit.parameters.items()}
        parameters[name][index] += step
        return scores(self._law(parameters), values)


@dataclass(frozen=True)
class Margins:
    """All columns of a table, and the scores of its rows."""

    of_columns: tuple[Margin, ...]
    masses: Masses
    sample: Floats  # (m, d) of its rows
    seed: int = 0
    as_read: Floats | None = None  # (m, d) the same before they were spread, which may have left where a law is known

    @cached_property
    def best(self) -> Margins:
        """Those with the best of all classes, and rows that are spread where these are of whole numbers."""
        found = tuple(one.best for one in self.of_columns)
        whole = [j for j, one in enumerate(found) if one.whole]
        if not whole:
            return self
        return self._spread_out(lambda rows, rng: spread_rows(rows, whole, rng), found)

    @cached_property
    def spread(self) -> Margins:
        """The same, rounded values spread evenly over their cells: a law of all scores together that narrows at the
        values of a column is a law of its rounding."""
        rounded = RoundedRows.of(self.sample, tuple(range(self.sample.shape[1])))
        return self if rounded is None else self._spread_out(rounded.spread, self.of_columns)

    def _spread_out(
        self, spread: Callable[[Floats, np.random.Generator], Floats], found: tuple[Margin, ...]
    ) -> Margins:
        masses: Masses = _SpreadOut(self.masses, spread, self.seed)
        if isinstance(self.masses, list):
            masses = list(masses)
        sample = spread(self.sample, np.random.default_rng(self.seed))
        return replace(self, of_columns=found, masses=masses, sample=sample, as_read=self.sample)

    def mapped(self, rows: Floats) -> Floats:
        """(m, d) the scores of rows."""
        return np.stack([scores(one.law, rows[:, j]) for j, one in enumerate(self.of_columns)], axis=1)

    @cached_property
    def scored(self) -> Masses:
        """The scores of all rows in batches, with what each counts; mapped once where they can be kept."""
        every = _Scored(self)
        return list(every) if isinstance(self.masses, list) else every

    @cached_property
    def second(self) -> Floats:
        """(d, d) the averages of products of two scores over all rows."""
        d = len(self.of_columns)
        total, count = np.zeros((d, d)), 0.0
        for z, own in self.scored:
            total += (z * own[:, None]).T @ z
            count += float(own.sum())
        return total / count

    @cached_property
    def sampled(self) -> Floats:
        """(m, d) the scores of the sample."""
        return self.mapped(self.sample)

    @cached_property
    def slopes(self) -> list[Floats]:
        """(m, p) of each column: derivatives of the sample's scores by the free numbers of its class."""
        return [one.slopes(self.sample[:, j]) for j, one in enumerate(self.of_columns)]

    @cached_property
    def moved(self) -> Floats:
        """(m, p) how far the sample's rows move the free numbers of all columns, one column's after the other."""
        return self.movement(self.sample if self.as_read is None else self.as_read)

    def movement(self, rows: Floats) -> Floats:
        """Likewise of any rows (m, d)."""
        return np.concatenate([one.moved(rows[:, j]) for j, one in enumerate(self.of_columns)], axis=1)

    @property
    def complete(self) -> bool:
        """Whether each column has a class."""
        return all(one.weighed.winner() is not None for one in self.of_columns)


@dataclass(frozen=True)
class _Scored:
    """The scores of rows, mapped whenever they are iterated over."""

    margins: Margins

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        for rows, times in self.margins.masses:
            for start in range(0, len(rows), _AT_ONCE):
                some = slice(start, start + _AT_ONCE)
                yield self.margins.mapped(rows[some]), times[some]


@dataclass(frozen=True)
class _SpreadOut:
    """Rows some columns of which are spread, alike whenever they are iterated over."""

    masses: Masses
    spread: Callable[[Floats, np.random.Generator], Floats]
    seed: int

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        rng = np.random.default_rng(self.seed)
        for rows, times in self.masses:
            yield self.spread(rows, rng), times


@dataclass(frozen=True)
class Alone:
    """The margins of a table, as ``Observed.once`` works them out for the first class that asks; None without rows."""

    schema: Schema
    rows: Masses | None = field(compare=False)
    observed: Observed = field(compare=False)
    options: Options = field(compare=False)
    tables: Tables = field(compare=False)

    def __call__(self, moments: Moments) -> Margins | None:
        every = at_hand(self.rows, self.observed)
        if every is None:
            return None
        d = len(self.schema)
        if moments.count[0] * d <= _HELD:
            batches = list(every)
            every = [tuple(np.concatenate(part) for part in zip(*batches, strict=True))]  # type: ignore[list-item]
        kind: WeightKind | None = "weights" if self.observed.weighted is not None else None
        if kind is None and any((times != 1.0).any() for _, times in every):
            kind = "counts"
        sample = self.observed.sample
        if sample is None:
            sample = next(iter(every))[0]
        count = float(moments.count[0])
        margins = tuple(self._margin(every, j, kind, count) for j in range(d))
        if len(sample) > MOST_TESTED:
            chosen = np.random.default_rng(self.options.seed).choice(len(sample), MOST_TESTED, replace=False)
            sample = sample[np.sort(chosen)]
        return Margins(margins, every, sample, self.options.seed)

    def _margin(self, rows: Masses, j: int, kind: WeightKind | None, count: float) -> Margin:
        schema = self.schema.part([j])
        models = candidates(schema, self.options, self.tables)
        wanted = reduce(or_, (model.needs | model.check_needs for model in models), Needs())
        source = _source(schema, _Column(rows, j, kind is not None), kind)
        measured = Measured(collected(source, wanted, self.options.seed), schema, source)
        if kind == "weights":  # of which rows that depend on their neighbours are worth less than their weights say
            measured = replace(measured, share=min(1.0, count / float(measured.moments.count[0])))
        weighted = measured.weighted_sample if measured.weighted else None
        observed = Observed(measured.moments, measured.sample, None, weighted)
        weighed = weigh(models, observed, rows=measured.masses)
        return Margin(_of_density(weighed), measured.moments, weighed)


def candidates(schema: Schema, options: Options, tables: Tables) -> Sequence[Model]:
    """The classes of one real column that are weighed where none is named, but those with a mass at zero.

    Laws of whole numbers are weighed too, so that densities of such columns compare by what rounds to each value.
    """
    found = registry.models(None, schema, Options(seed=options.seed), tables)
    return [model for model in found if model.atom is None]


def _of_density(weighed: Weighed) -> Weighed:
    """The same, the best density taken: scores are of densities."""
    winner = weighed.winner()
    if winner is None or winner.model.measure != "values":
        return weighed
    bic = np.array(
        [
            math.inf if c.model.measure == "values" or c.ruled_out[0] else float(np.nan_to_num(c.bic[0], nan=np.inf))
            for c in weighed.candidates
        ]
    )
    return replace(weighed, taken=np.array([bic.argmin() if np.isfinite(bic).any() else len(bic)], dtype=np.intp))


@dataclass(frozen=True)
class _Column:
    """One column of rows, with what each counts beside it where that is not one; read anew each time."""

    rows: Masses
    position: int
    weighted: bool

    def __call__(self) -> Iterator[Floats]:
        for rows, times in self.rows:
            column = rows[:, self.position]
            yield np.stack([column, times], axis=1) if self.weighted else column[:, None]


def _source(schema: Schema, read: Callable[[], Iterator[Floats]], kind: WeightKind | None) -> Source:
    if kind is None:
        return Source(schema, read)
    weight = Weight(f"what {schema.columns[0]} counts", kind)
    return Source(schema.followed_by(weight.name), read).weighing(weight)
