"""Data opened for reading: its rows as batches of float64, and the errors that columns can give."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, TypeAlias, TypeVar

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.spins import SpinRows, batch_rows
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.data.weights import Weight
from symcat.errors import InvalidData

Frame: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]
Reader: TypeAlias = Callable[[], Iterator[Floats]]
T = TypeVar("T")

TIMES = "pass times as numbers, for example seconds since a start"
CATEGORIES = "encode it as numbers (0/1 columns for categories) or drop it"
REAL = "pass real numbers, of complex ones the real and the imaginary part as two columns"
NESTED = (
    "make each number a column of its own; of lists of times, such as spikes, count those in bins of time, a row for "
    "each bin, for example by numpy.histogram"
)

BATCH_VALUES = 1 << 18
"""Numbers of a batch, two megabytes: they stay in cache between being gathered and being summed."""


@dataclass(frozen=True)
class Source:
    """Data opened for reading: the columns to measure, their kinds, and how to get their rows, any number of times.

    ``frame`` holds all columns, for grouping inside the data's own engine; numpy data has ``arrays`` instead. Both hold
    the values as they came; ``batches`` gives those of two-valued columns as -1 and +1.
    """

    schema: Schema
    read: Reader
    n_rows: int | None = None  # None where it is not known before reading
    views: tuple[Floats, ...] | None = None  # the columns themselves, where they are float64 arrays already
    frame: Frame | None = None
    arrays: Mapping[str, NDArray[Any]] | None = None
    spins: Callable[[], Iterator[SpinRows]] | None = None  # a byte a value, where every column is two-valued
    set_aside: Mapping[str, str] = field(default_factory=dict)  # columns that were left out, each with its reason
    weight: Weight | None = None  # the column that says what a row counts, which is not among those to measure
    beside: Source | None = None  # with it: the same table with that column, of real numbers, after those to measure
    categories: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)  # levels of text columns with indicators

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns to measure, in order."""
        return self.schema.columns

    def batches(self) -> Iterator[Floats]:
        """Consecutive rows as float64 arrays (m, d) in C or Fortran order, NaN where a value is missing.

        They may be views of the data: do not write to them.

        Raises
        ------
        InvalidData : a file or relation fails while it is read, or a column that has two values shows a third.
        WrongGuess : likewise, where that the column has two values was a guess.
        """
        return self.read()

    def masses(self) -> Iterator[tuple[Floats, Floats]]:
        """Consecutive rows (m, d) as ``batches``, and (m,) what each counts.

        Raises InvalidData likewise, and for what cannot count rows.
        """
        if self.weight is None or self.beside is None:
            yield from ((rows, np.ones(len(rows))) for rows in self.batches())
            return
        first_row = 0
        with self.reopened_with_weight():
            for values in self.beside.batches():
                weight = np.ascontiguousarray(values[:, -1])
                self.weight.check(weight, first_row)
                first_row += len(values)
                yield values[:, :-1], weight

    def weighing(self, weight: Weight) -> Source:
        """The table whose last column says what a row counts, as one of the other columns."""
        schema = self.schema.part(range(len(self.schema) - 1))

        def read() -> Iterator[Floats]:
            return (rows for rows, _ in found.masses())

        found = Source(schema, read, self.n_rows, frame=self.frame, arrays=self.arrays, weight=weight, beside=self)
        return found

    @contextmanager
    def reopened_with_weight(self) -> Iterator[None]:
        """Where the table beside proves to have been guessed wrong, it is this one that is opened again."""
        try:
            yield
        except WrongGuess as wrong:
            guess, weight = wrong, self.weight
            if weight is None:
                raise
            raise WrongGuess(lambda: guess.source.weighing(weight)) from None


class WrongGuess(Exception):
    """While it was read, a column that its first rows showed as two-valued held a third value.

    ``source`` is the same data opened again, the kind of each column found by looking at all of it.
    """

    def __init__(self, reopen: Callable[[], Source]) -> None:
        super().__init__("a column has more values than its first rows showed")
        self._reopen = reopen

    @property
    def source(self) -> Source:
        """The data opened again."""
        return self._reopen()


def read_again_if_wrong(source: Source, work: Callable[[Source], T]) -> T:
    """``work(source)``; if the guess which columns are two-valued proves wrong while it reads, once again on the source
    that was opened anew.
    """
    try:
        return work(source)
    except WrongGuess as wrong:
        again = replace(wrong.source, set_aside=source.set_aside, categories=source.categories)
    return work(again)


def gather_columns(pieces: Sequence[Callable[[int, int], Floats]], rows: int) -> Iterator[Floats]:
    """Batches in Fortran order from functions that give a run of one column."""
    step = batch_rows(len(pieces), BATCH_VALUES)
    for start in range(0, rows, step):
        stop = min(start + step, rows)
        if len(pieces) == 1:
            yield pieces[0](start, stop)[:, None]
            continue
        by_column = np.empty((len(pieces), stop - start))
        for row, piece in zip(by_column, pieces, strict=True):
            row[:] = piece(start, stop)
        yield by_column.T


def choose(available: list[str], columns: Sequence[str] | None, exclude: Sequence[str]) -> tuple[str, ...]:
    """The columns to measure: those named, or all but ``exclude``. Raises InvalidData for unknown and repeated ones."""
    if isinstance(columns, str):
        columns = [columns]
    columns, exclude = None if columns is None else [str(name) for name in columns], [str(name) for name in exclude]
    known = set(available)
    for name in (*(columns or ()), *exclude):
        if name not in known:
            raise unknown_column(name, available)
    chosen = [name for name in available if name not in exclude] if columns is None else list(columns)
    repeated = [name for name, times in Counter(chosen).items() if times > 1]
    if repeated:
        raise InvalidData(f"Column {repeated[0]!r} is named more than once: name each column once.")
    if not chosen:
        raise InvalidData("There are no columns to measure: pass data with at least one numeric column.")
    return tuple(chosen)


def unknown_column(name: object, available: Sequence[str]) -> InvalidData:
    """The error for a column that is not there, with near matches."""
    formula = _of_formula(str(name), available) if "~" in str(name) else ""
    near = get_close_matches(str(name), list(available))
    hint = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else f"the columns are {_listed(available)}."
    return InvalidData(f"There is no column {name!r}: {formula or hint}")


def _of_formula(text: str, available: Sequence[str]) -> str:
    """What to pass instead of a formula such as ``y ~ a + b``."""
    target, _, rest = (part.strip() for part in text.partition("~"))
    names = [word for word in re.split(r"[^\w.]+", rest) if word in available]
    call = f"target={target!r}" if target in available else "target= one column"
    chosen = f" and columns={names}" if names else ", and columns= those to predict it from"
    return f"it is a formula, and columns are named one by one; pass {call}{chosen}."


def _listed(names: Sequence[str], most: int = 20) -> str:
    return ", ".join(names[:most]) + (f", ... ({len(names)} in all)" if len(names) > most else "")


def not_numeric(name: str, dtype: object, cure: str) -> InvalidData:
    """The error for a column whose type is not a number's."""
    return InvalidData(f"Column {name!r} is not numeric (type {dtype}): {cure}, or choose others with columns=[...].")


def no_rows() -> InvalidData:
    """The error for data without a single row."""
    return InvalidData("The data has no rows: check the file or the filter that produced it.")
