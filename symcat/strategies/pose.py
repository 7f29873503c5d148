"""From a question and data to a problem: the schema, the candidate classes, one pass, and how the classes weigh."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from symcat.data.ingest import opened
from symcat.data.lost_levels import check_levels
from symcat.data.measure import Measured, measure
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.data.validation import check_columns, check_target, dependent_columns
from symcat.errors import InvalidData
from symcat.models import registry
from symcat.models.base import Center, Model, Options
from symcat.models.candidates import Weighed
from symcat.models.fit import Fault, Observed
from symcat.models.special import is_composite, is_integrated, needs_rows
from symcat.models.tables import Tables
from symcat.models.targets import conditional_models
from symcat.models.weighing import weigh
from symcat.notices import warn
from symcat.question import Question
from symcat.strategies.base import Problem
from symcat.strategies.gaps import tell_missing
from symcat.strategies.hints import tell_counts, tell_sentinels
from symcat.strategies.order import Order, order_of
from symcat.strategies.robust import Asked

_MOST_SAID = 12
_DEPENDENT = (
    "its integration counts every row as one, and these depend on their neighbours: order=None takes them as they are"
)
_FARTHEST = 1e50  # standard deviations of a known centre


def pose(question: Question, data: Any, tables: Tables) -> Problem:
    """The data measured for what is asked of them, and every candidate class weighed.

    Raises InvalidData for data that no class can describe, or options that cannot apply to them.
    """

    if question.target is not None:
        if not isinstance(data, Statistics):
            data = opened(data)
        columns = data.columns if isinstance(data, Statistics) else data.columns(question.columns, question.by)
        question = question.of_columns(columns)

    weighed: tuple[Schema, list[Model]] | None = None  # the columns that were measured, and their candidates

    def models_of(schema: Schema) -> list[Model]:
        nonlocal weighed
        if weighed is None or weighed[0] is not schema:
            weighed = (schema, candidates(question, schema, question.options(schema), tables))
        return weighed[1]

    def needs_of(schema: Schema) -> Needs:
        models, own = models_of(schema), block_models(question, schema, question.options(schema), tables)
        parts = [
            model
            for whole in models
            if is_composite(whole) and not needs_rows(whole)
            for block in whole.blocks
            for model in own(block)
        ]
        return needs([*models, *parts])

    excluded = () if question.cluster is None else (question.cluster,)

    def measured_without(dependent: Mapping[str, str]) -> Measured:
        found = measure(
            data,
            question.columns,
            needs_of,
            kind=question.kind,
            kinds=dict(question.kinds),
            products=question.interactions,
            weight=question.weight,
            exclude=(*excluded, *dependent),
            seed=question.seed,
            keep=question.kept,
            wide=question.classes is not None,
            indicators=None if question.target is None else "all",
            coded=question.target is None,
        )
        return found.also_without(dependent) if dependent else found

    measured = measured_without({})
    dependent = _dependent(question, measured, models_of)
    if dependent:
        measured = measured_without(dependent)
    tell_set_aside(measured.set_aside)
    if question.weight is None:
        tell_counts(measured)
    tell_sentinels(measured)
    tell_missing(measured.statistics.n_missing, measured.statistics.n_rows)
    return posed(question, measured, models_of(measured.schema), tables)


def _dependent(
    question: Question, measured: Measured, models_of: Callable[[Schema], Sequence[Model]]
) -> Mapping[str, str]:
    """Real columns that nobody has named, and that say nothing which those before them do not say."""
    if question.columns is not None or question.target is not None or measured.source is None:
        return {}
    if not any(model.full_rank for model in models_of(measured.schema)):
        return {}
    return dependent_columns(measured.moments, measured.schema)


def tell_set_aside(columns: Mapping[str, str]) -> None:
    """Warns of columns that are left out, each with its reason."""
    if columns:
        said = "; ".join(f"{name!r} ({reason})" for name, reason in list(columns.items())[:_MOST_SAID])
        more = f"; and {len(columns) - _MOST_SAID} more" if len(columns) > _MOST_SAID else ""
        warn(f"Columns left out: {said}{more}. Name columns=[...] to choose yourself.")


def posed(question: Question, measured: Measured, models: Sequence[Model], tables: Tables) -> Problem:
    """The problem of data that were measured already, for the candidates ``models``."""
    schema, statistics = measured.schema, measured.statistics
    options = question.options(schema)
    full_rank = any(model.full_rank for model in models)
    if statistics.n_missing:
        check_levels(measured.moments, schema, measured.categories)
    if isinstance(question.target, str) and measured.moments.count[0] >= 2.0:
        check_target(measured.moments, schema, question.target, about_zero=not question.intercept)
    check_columns(
        measured.moments,
        schema,
        full_rank,
        about_zero=not question.intercept,
        counted=question.target is None,
    )
    center = question.point(len(schema))
    _check_center(center, measured.moments)
    errors = Asked(question.errors, question.cluster, question.errors_named, in_order=question.order is not None)
    known: dict[str, Any] = {}
    order = Order()
    if question.order == "time":
        if statistics.n_missing:
            warn(
                f"{statistics.n_missing:,} rows with missing values are left out of the series: those before and after "
                "count as neighbours. Fill them before where that matters."
            )
        quick = [
            model for model in models if not (model.weighed_last or model.measure == "series" or is_integrated(model))
        ]
        first = _weigh(question, measured, quick or models, options, tables)[1]
        if any(candidate.fit.answered[0] for candidate in first.candidates):
            order = order_of("time", measured, first, center, question.seed, errors, known)
        measured = replace(measured, share=order.share)
    observed, weighed = _weigh(question, measured, models, options, tables)
    if question.order == "detect" and question.may_be_a_series and statistics.weight is None:
        order = order_of("detect", measured, weighed, center, question.seed, errors, known)
        if order.known is not None:
            measured = replace(measured, share=order.share)
            observed, weighed = _weigh(question, measured, models, options, tables)
    if order.known is not None and not question.errors_named:
        errors = replace(errors, of="blocks", named=False)
    # Averages answer in place of a class that needs the rows only where they describe the data.
    unread = [c.model for c in weighed.candidates if needs_rows(c.model) and not isinstance(c.fit.why(0), Fault)]
    lacking = unread if weighed.winner() is None else [model for model in unread if model.outranks]
    if measured.source is None and lacking and not weighed.settled:
        raise InvalidData(
            f"Statistics alone cannot answer ({weighed.reasons()}), and maximum likelihood needs all rows: pass the "
            "data itself."
        )
    return Problem(
        measured=measured,
        observed=observed,
        center=center,
        options=options,
        tables=tables,
        weighed=weighed,
        classes=question.classes,
        target=question.position(schema),
        learn=question.learn,
        recall=question.recall,
        errors=errors,
        tolerance=question.tolerance,
        cache=known,
        order=order,
    )


def _weigh(
    question: Question, measured: Measured, models: Sequence[Model], options: Options, tables: Tables
) -> tuple[Observed, Weighed]:
    """What is left of the rows, and how the candidates weigh by it."""
    observed = Observed(
        measured.moments,
        measured.sample,
        measured.states,
        measured.weighted_sample if measured.weighted else None,
    )
    weighed = weigh(
        models,
        observed,
        question.point(len(measured.schema)),
        alone=len(models) == 1,
        block_models=block_models(question, measured.schema, options, tables),
        rows=None if measured.source is None else measured.masses,
        at_hand=None if measured.weighted else measured.rows,
        unread=_DEPENDENT if measured.share < 1.0 else "",
        named=question.classes is not None,
        tolerance=question.tolerance,
    )
    return observed, weighed


def _check_center(center: Center, moments: Moments) -> None:
    """Raises InvalidData for a known centre so far from the data that powers of the distance have no number."""
    if center is None or isinstance(center, str):
        return
    with np.errstate(over="ignore"):
        away = np.abs(center - moments.mean[0, : len(center)]) / moments.unit
    if not (away < _FARTHEST).all():
        raise InvalidData(
            f"center= lies {away.max():.0e} standard deviations from the data, too far for double precision: it is in "
            "the units of the columns."
        )


def candidates(question: Question, schema: Schema, options: Options, tables: Tables) -> list[Model]:
    """The classes to be weighed for these columns: those named, or all, that understand the options given."""
    target = question.position(schema)
    if target is not None:
        found = conditional_models(question.classes, schema, target, options, tables)
    else:
        found = registry.models(question.classes, schema, options, tables)
        if question.order == "time" and question.classes is None:
            found += registry.of_series(schema, options, tables)
    series = [model.label for model in found if model.measure == "series"]
    if series and question.order != "time":
        raise InvalidData(f"{series[0]} is of rows in order of time: declare that they are with order='time'.")
    if not found:
        raise InvalidData(_not_described(schema))
    if question.weight is not None and question.weight.counts is None:
        weighable = [model for model in found if not is_integrated(model)]
        if not weighable:
            raise InvalidData(
                f"weights= cannot be used with {', '.join(model.label for model in found)}, whose averages count every "
                "row as one: give counts= where rows are repeated, or leave the weights out."
            )
        found = weighable
    return question.applicable(found, schema)


def _not_described(schema: Schema) -> str:
    """That no class describes such columns, and what to leave out where the others are described."""
    kinds = " and ".join(sorted(set(schema.kinds)))
    found = f"No class describes {len(schema)} {kinds} columns"
    categorical = [schema.columns[j] for j in schema.at("categorical")]
    others = [name for name in schema.columns if name not in categorical]
    if not categorical or not others:
        return f"{found}: choose others with columns=."
    named = ", ".join(map(repr, categorical[:_MOST_SAID])) + ", ..." * (len(categorical) > _MOST_SAID)
    return (
        f"{found} together: leave out {named} with columns=[...], fit each of its groups with by=, or name a column to "
        "predict with target=."
    )


def block_models(
    question: Question, schema: Schema, options: Options, tables: Tables
) -> Callable[[tuple[int, ...]], Sequence[Model]]:
    """The candidates for a block of columns of a composite class; of groups those that are quick."""

    def found(block: tuple[int, ...]) -> Sequence[Model]:
        every = registry.of_block(question.classes, schema.part(block), options, tables)
        if not question.by or question.classes:
            return every
        return [model for model in every if model.by_group] or every

    return found


def needs(models: Sequence[Model], *, checks: bool = True) -> Needs:
    """The union of the averages that the classes read, and their checks too."""
    wanted = (model.needs | model.check_needs if checks else model.needs for model in models)
    return reduce(or_, wanted, Needs())
