"""Any data -> batches of float64 rows: data frames of every kind, arrays, DuckDB relations, CSV and Parquet files.

Data frames are reached through narwhals and files through DuckDB, so that nothing but numpy is needed for a file.
Integers, booleans, decimals and float32 become float64; nulls and NaN both become NaN, which means missing. The values
of two-valued columns become -1 and +1, those of categorical ones the codes 0, 1, ... of their levels.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import narwhals as nw
import numpy as np

from symcat.data.ingest import tables
from symcat.data.ingest.arrays import open_arrays
from symcat.data.ingest.aside import Reason
from symcat.data.ingest.files import explained
from symcat.data.ingest.frames import open_frame
from symcat.data.ingest.indicators import Categories, categories_of, indicated, names_with, text_levels
from symcat.data.ingest.lazy import LazyTable, Part, rows_up_to
from symcat.data.ingest.opened import Indicated, Opened, Which, opened
from symcat.data.ingest.setting_aside import set_aside_of
from symcat.data.ingest.source import Source, WrongGuess, choose, read_again_if_wrong, unknown_column
from symcat.data.ingest.spins import SpinRows
from symcat.data.ingest.tables import open_in_memory
from symcat.data.ingest.text_numbers import check_no_numbers_as_text
from symcat.data.schema import Kind, Schema
from symcat.data.shape import check_shape
from symcat.data.weights import Weight
from symcat.errors import InvalidData

_MANY = (
    64  # columns that are judged before they are looked at, and for which a lazy frame is asked how many rows it has
)

__all__ = ["Opened", "Source", "SpinRows", "WrongGuess", "open_table", "opened", "read_again_if_wrong"]


def open_table(
    data: object,
    columns: Sequence[str] | None = None,
    *,
    exclude: Sequence[str] = (),
    kind: Kind | None = None,
    kinds: Mapping[str, Kind] | None = None,
    schema: Schema | None = None,
    only_ones: Sequence[bool] = (),
    weight: Weight | None = None,
    allow_empty: bool = False,
    set_aside: Which | None = None,
    keep: Sequence[str] = (),
    wide: bool = True,
    indicators: Indicated | None = None,
    categories: Categories | None = None,
    coded: bool = False,
) -> Source:
    """Open ``data`` for measuring ``columns``, or all columns but ``exclude``.

    Parameters
    ----------
    data : DataFrame, LazyFrame or Series of pandas, polars, pyarrow or Dask; DuckDB relation; numpy array (rows,) or
        (rows, columns), whose columns are called x0, x1, ... (x if there is one); dict of arrays; list of numbers; path
        of a .csv, .tsv or .parquet file, of a folder of them, a pattern, or a list of paths; or what ``opened`` made
        of it.
    exclude : columns that are there for another purpose, such as a group key, and may be of any type.
    kind : "real": every column holds numbers, whatever their values; "two-valued": every column must have two values;
        "categorical": every column has levels, be they numbers. None: discrete are booleans, text and categories,
        numbers that are all 0 or 1, or all -1 or +1, and other numbers if two values are all that occur in 20 rows or
        more; of two levels they are two-valued, of 3 to 64 categorical. Of a file, a relation or a lazy frame only the
        first 1000 rows are looked at.
    kinds : likewise of single columns, by name.
    schema : the kinds of the columns and the levels of the discrete ones, in order, if they are known.
    only_ones : which columns of the schema were seen to hold 1 and nothing else so far, so that their other value may
        be 0 or -1, whatever the schema says; none if left out.
    weight : the column that says what a row counts; it holds numbers and is not among those to measure.
    allow_empty : accept data without rows, for batches of a stream.
    set_aside : leave out columns that are no measurements where ``columns`` does not name them: "labels" of the rows
        (running numbers, names, times), or "all", which adds constants, copies and columns without a value; None leaves
        out nothing. The source says which, and why.
    keep : columns that are never left out.
    wide : accept more columns than rows, up to a bound; False refuses them before their columns are looked at.
    indicators : replace each column of "text" with more than two levels by indicators, but not those of ``keep``;
        with ``kind="real"`` text of two levels is two-valued then. "all": also those that ``kinds`` says are
        categorical; where only text is meant, these are measured as they are.
    categories : the levels of text columns with indicators that are known, the reference first.
    coded : of several columns, take whole numbers of 3 to 10 distinct values, with at least 10 rows each on average,
        for categorical.

    Returns
    -------
    A Source, whose ``schema`` says of what kind the columns are. Read one of a file, a relation or a lazy frame by
    ``read_again_if_wrong``, as rows beyond the first 1000 may show that a column is real.

    Raises
    ------
    InvalidData : no such column, a column that holds neither numbers nor levels, no rows or columns, duplicate names,
        more columns than rows, or a file that cannot be read; a column that cannot be of the kind it must be; with
        ``schema`` a value that is none of its column's levels.
    """
    found = data if isinstance(data, Opened) else opened(data)
    with explained(found.name):
        return _open(
            *(found, columns, exclude, kind, kinds or {}, schema, only_ones, weight, allow_empty),
            *(set_aside, keep, wide, indicators, categories, coded),
        )


def _open(
    found: Opened,
    columns: Sequence[str] | None,
    exclude: Sequence[str],
    kind: Kind | None,
    kinds: Mapping[str, Kind],
    schema: Schema | None,
    only_ones: Sequence[bool],
    weight: Weight | None,
    allow_empty: bool,
    set_aside: Which | None,
    keep: Sequence[str],
    wide: bool,
    indicators: Indicated | None,
    categories: Categories | None,
    coded: bool,
) -> Source:
    if weight is not None:
        _check_weight(weight, found.names, columns, exclude)
        exclude = (*exclude, weight.name) if columns is None else exclude
    chosen = choose(found.names, columns, exclude)
    _check_kinds(kinds, found.names, chosen)
    target, keep = keep, (*keep, *kinds)
    aside: dict[str, Reason] = {}
    seen: Part | None = None
    if len(chosen) >= _MANY:
        _check_shape(found, chosen, wide or weight is not None)
    numbers = [] if schema is None else [chosen[j] for j in schema.at("real") if len(schema) == len(chosen)]
    numbers += [] if weight is None else [weight.name]
    undecided = tuple(name for name in chosen if name not in kinds)
    check_no_numbers_as_text(found, undecided if schema is None else (), numbers)
    if set_aside is not None and columns is None and schema is None:
        aside, seen = set_aside_of(found, chosen, keep, set_aside)
    _check_shape(found, _others(chosen, aside), wide or weight is not None)

    def measuring(columns: tuple[str, ...]) -> Source:
        if weight is None:
            read_as: tables.Kinds = {**dict.fromkeys(columns, kind), **kinds}
            return _source(found, columns, read_as, schema, only_ones, allow_empty, seen, coded and len(columns) > 1)
        known = None if schema is None else schema.renamed(columns).followed_by(weight.name)
        ones, with_weight = (*only_ones, False) if only_ones else (), (*columns, weight.name)
        read_as = {**dict.fromkeys(columns, kind), **kinds, weight.name: "real"}
        return _source(
            found, with_weight, read_as, known, ones, allow_empty, None, coded and len(columns) > 1
        ).weighing(weight)

    categories = {name: levels for name, levels in (categories or {}).items() if name in _others(chosen, aside)}
    if indicators is not None:
        forced = tuple(name for name, own in kinds.items() if own == "categorical")
        free = _others(chosen, (*aside, *categories, *forced))
        categories |= categories_of(found, free, target)
        if indicators == "all":
            stated = _others(chosen, (*aside, *categories, *free))
            categories |= categories_of(found, stated, target, stated=True)
        kinds = {name: own for name, own in kinds.items() if name not in categories}
        found, chosen = indicated(found, categories), names_with(chosen, categories)
        if kind == "real":
            schema = text_levels(found, _others(chosen, aside), categories, kinds)
        seen = seen if not categories else None
    source = measuring(_others(chosen, aside))
    if source.schema.only("two-valued"):
        # Of two-valued columns alone, the classes themselves deal with values that never occur.
        aside = {name: why for name, why in aside.items() if not why.two_valued}
        if len(source.columns) + len(aside) < len(chosen):
            source = measuring(_others(chosen, aside))
    return replace(source, set_aside={name: why.text for name, why in aside.items()}, categories=categories)


def _check_weight(
    weight: Weight, available: Sequence[str], columns: Sequence[str] | None, exclude: Sequence[str]
) -> None:
    """Raises InvalidData where the column of the weight is not there, or is there for another purpose."""
    if weight.name not in available:
        raise unknown_column(weight.name, available)
    named = [columns] if isinstance(columns, str) else columns
    for option, names in (("columns=", named or ()), ("by=", exclude)):
        if weight.name in names:
            raise InvalidData(
                f"Column {weight.name!r} cannot be in both {option} and {weight.kind}=: leave it out of one."
            )


def _check_kinds(kinds: Mapping[str, Kind], available: Sequence[str], chosen: Sequence[str]) -> None:
    """Raises InvalidData where the kind is stated of a column that is not there, or not measured."""
    for name in kinds:
        if name not in available:
            raise unknown_column(name, available)
        if name not in chosen:
            raise InvalidData(f"kinds= names {name!r}, which is not among the columns to describe: leave it out there.")


def _check_shape(found: Opened, chosen: tuple[str, ...], wide: bool) -> None:
    """``check_shape`` of the chosen columns; of a lazy frame only of many, as it must be asked how many rows it has."""
    table = found.table
    if isinstance(table, nw.LazyFrame):
        if len(chosen) < _MANY or table.implementation.is_dask():
            return
        rows = rows_up_to(table, len(chosen))
    else:
        rows = len(table) if isinstance(table, nw.DataFrame) else len(next(iter(table.values()), ()))
    if rows:
        check_shape(rows, len(chosen), wide=wide, array=isinstance(found.data, np.ndarray))


def _others(chosen: Sequence[str], aside: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in chosen if name not in aside)


def _source(
    found: Opened,
    chosen: tuple[str, ...],
    kinds: tables.Kinds,
    schema: Schema | None,
    only_ones: Sequence[bool],
    allow_empty: bool,
    seen: Part | None,
    coded: bool,
) -> Source:
    """The chosen columns opened, each read as its kind says."""
    only_real = {kinds[name] for name in chosen} == {"real"} if schema is None else schema.only("real")
    table = found.table
    if isinstance(table, nw.LazyFrame):
        lazy = LazyTable(table, chosen, kinds, found.guard, seen, coded)
        return lazy.numbers() if only_real else lazy.source(schema, only_ones)
    if not only_real:
        return open_in_memory(found.data, table, chosen, (), allow_empty, kinds, schema, only_ones, coded)
    if isinstance(table, nw.DataFrame):
        return open_frame(table, chosen, (), allow_empty)
    return open_arrays(found.data, table, chosen, (), allow_empty)
