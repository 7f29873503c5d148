"""One fit per group: a frame in, a frame with a row per group out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcat.answer import frames
from symcat.center import parse_center
from symcat.data.ingest import Source, open_source, open_table, read_again_if_wrong
from symcat.data.moments import Needs
from symcat.data.statistics import Statistics, collect_groups
from symcat.data.validation import check_unit
from symcat.errors import InvalidData
from symcat.group_table import group_columns, regression_columns
from symcat.lookup import find_models, fit_class
from symcat.measure import kind_of
from symcat.models.base import Options
from symcat.regress import position


def solve_groups(
    data: Any,
    by: str,
    classes: Sequence[str] | None,
    center: Any,
    columns: Sequence[str] | None,
    options: Options,
) -> Any:
    """One fit per group of the column ``by``: a frame with a row per group, in the order of the keys.

    Of several classes each group takes the one with its smallest BIC; groups are often small, so no fit check is made.
    """
    _needs_rows(data)

    def fit(source: Source) -> Any:
        coding = source.coding
        spins = coding is not None and coding.all_spins
        if coding is not None and not spins:
            raise InvalidData(
                "by= fits columns of one kind, but some of these are two-valued and some continuous: choose some "
                "with columns=."
            )
        d = len(source.columns)
        candidates = find_models(classes, d, spins, options)
        needs = Needs.SECOND
        for model in candidates:
            needs |= model.needs
        keys, moments, n_missing = collect_groups(source, by, needs=needs)
        if not spins:
            check_unit(moments)
        point = parse_center(center, d, spins)
        fits = [fit_class(model, moments, point) for model in candidates]
        table = group_columns(by, keys, source.columns, n_missing, fits)
        return frames.build(table, None if source.frame is None else source.frame.implementation)

    return read_again_if_wrong(open_table(data, columns, exclude=(by,), kind=kind_of(classes)), fit)


def regress_groups(data: Any, by: str, columns: Sequence[str] | None, target: str) -> Any:
    """Least squares of ``target`` for every group of the column ``by``."""
    _needs_rows(data)
    source = open_source(data, columns, exclude=(by,))
    keys, moments, n_missing = collect_groups(source, by, needs=Needs.SECOND)
    check_unit(moments)
    table = regression_columns(by, keys, moments, n_missing, position(moments, target))
    return frames.build(table, None if source.frame is None else source.frame.implementation)


def _needs_rows(data: Any) -> None:
    if isinstance(data, Statistics):
        raise InvalidData("by= needs the rows themselves; these statistics have forgotten which group a row was in.")
