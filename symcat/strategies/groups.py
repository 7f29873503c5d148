"""One fit per group: all groups as one batch; or, where a class needs more than averages, one after the other.

Groups get the evidence and the checks of a single table wherever a group has rows enough for them; the frame says which
checks were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.answer.frames import Text
from symcat.answer.groups import group_frame, long_frame
from symcat.data.group_validation import INFINITE, OVERFLOW, USABLE, blanked, refusals
from symcat.data.ingest import Source, open_table, opened, read_again_if_wrong
from symcat.data.measure import Measured, collected
from symcat.data.needs import Needs
from symcat.data.statistics import Groups, Statistics, collect_groups, group_rows, rows_of
from symcat.data.validation import check_unit
from symcat.errors import InvalidData
from symcat.models.base import Floats, Model
from symcat.models.candidates import Weighed
from symcat.models.concatenation import concatenate
from symcat.models.fit import Observed
from symcat.models.special import is_integrated
from symcat.models.tables import Tables
from symcat.models.weighing import weigh, with_corrections
from symcat.notices import warn
from symcat.question import Question
from symcat.strategies.absent_levels import absent_levels
from symcat.strategies.base import Problem
from symcat.strategies.gaps import tell_missing
from symcat.strategies.pose import candidates, needs, posed, tell_set_aside


def solve_groups(question: Question, data: Any, tables: Tables) -> Any:
    """The frame of one fit for each value of the key columns, in ascending order of the keys.

    Raises InvalidData as ``solve`` does for data that cannot be used at all; a group that cannot be used has a reason.
    """
    if isinstance(data, Statistics):
        raise InvalidData("by= needs the rows themselves; these statistics have forgotten which group a row was in.")

    if question.target is not None:
        data = opened(data)
        question = question.of_columns(data.columns(question.columns, question.by))

    def work(source: Source) -> Any:
        schema = source.schema
        models = candidates(question, schema, question.options(schema), tables)
        models = [model for model in models if model.outranks] or models  # which are taken before all others
        if question.classes is None:
            models = [model for model in models if model.by_group] or models
        if any(model.one_by_one for model in models) or (question.classes and any(map(is_integrated, models))):
            groups = collect_groups(source, question.by, Needs())
            reasons, weighed = _one_by_one(question, source, groups, models, tables)
        else:
            of_fits = needs(models, checks=False)
            beyond = [model.check_rows for model in models if not of_fits.covers(model.check_needs)]
            groups = collect_groups(source, question.by, of_fits, needs(models), min(beyond, default=0))
            reasons, weighed = _together(question, source, groups, models)
        reasons = _with_absent_levels(reasons, source, groups, weighed) if question.target is not None else reasons
        unusable = None if reasons.null.all() else reasons
        _tell_without_key(groups, question.by)
        tell_missing(int(groups.n_missing.sum()), int(groups.n_rows.sum()))
        if question.form == "long":
            return long_frame(groups.keys, weighed, unusable=unusable, like=source.frame)
        return group_frame(
            groups.keys,
            groups.n_rows,
            groups.n_missing,
            weighed,
            tolerance=question.tolerance,
            unusable=unusable,
            like=source.frame,
        )

    source = open_table(
        data,
        question.columns,
        exclude=question.by,
        kind=question.kind,
        kinds=dict(question.kinds),
        weight=question.weight,
        set_aside="all",
        keep=question.kept,
        wide=question.classes is not None,
        indicators=None if question.target is None else "all",
        coded=question.target is None,
    )
    tell_set_aside(source.set_aside)
    return read_again_if_wrong(source, work)


def _together(question: Question, source: Source, groups: Groups, models: Sequence[Model]) -> tuple[Text, Weighed]:
    """All groups as one batch, from their averages, and their rows where a class asks for these; and why some cannot be
    used."""
    check_unit(groups.moments)
    full_rank = any(model.full_rank for model in models)
    at = question.position(source.schema)
    target = None if at is None else source.schema.columns[at]
    reasons = Text(*refusals(groups, source.schema, full_rank, target=target, about_zero=not question.intercept))
    center = question.point(len(source.schema))
    usable = blanked(groups.moments, reasons.codes != USABLE)
    observed = Observed(usable, rows_of=rows_of(source, question.by, groups))
    named = question.classes is not None
    return reasons, weigh(models, observed, center, alone=len(models) == 1, named=named)


def _one_by_one(
    question: Question, source: Source, groups: Groups, models: Sequence[Model], tables: Tables
) -> tuple[Text, Weighed]:
    """Each group as a table of its own, for classes that need its rows; and why some cannot be used."""
    texts: dict[str | None, int] = {}
    codes = []
    found = []
    broken, wanted = groups.infinite | groups.overflow, needs(models)
    for index, (_, rows) in enumerate(group_rows(source, question.by)):
        reason = None
        if broken[index]:
            reason = INFINITE if groups.infinite[index] else OVERFLOW
        else:
            try:
                measured = _measured(rows, source, wanted, question.seed)
                found.append(_corrected(posed(question, measured, models, tables)))
            except InvalidData as error:
                reason = str(error)
        if reason is not None:
            found.append(Weighed((), np.zeros(1, dtype=np.intp), alone=len(models) == 1))
        codes.append(texts.setdefault(reason, len(texts)))
    return Text(tuple(texts), np.array(codes, dtype=np.int64)), concatenate(found)


def _with_absent_levels(reasons: Text, source: Source, groups: Groups, weighed: Weighed) -> Text:
    """The reasons of groups without an answer, that of a constant indicator by the level that is absent."""
    absent = absent_levels(source, groups.moments)
    refused = (weighed.taken == len(weighed.candidates)).tolist()
    if not any(absent):
        return reasons
    told = zip(absent, refused, reasons.array.tolist(), strict=True)
    return Text.of([own if own and unanswered else known for own, unanswered, known in told])


def _corrected(problem: Problem) -> Weighed:
    """The classes as they were weighed; with corrections where none has an answer."""
    if problem.weighed.winner() is not None:
        return problem.weighed
    return with_corrections(problem.weighed, problem.observed, problem.center, problem.at_hand)[0]


def _measured(rows: Floats, table: Source, wanted: Needs, seed: int) -> Measured:
    """The statistics of the encoded rows of one group of a table; last in them is what they count, if it says so."""
    schema, weight = table.schema, table.weight
    if weight is None:
        source = Source(schema, lambda: iter((rows,)), len(rows))
    else:
        source = Source(schema.followed_by(weight.name), lambda: iter((rows,)), len(rows)).weighing(weight)
    return Measured(collected(source, wanted, seed), schema, source)


def _tell_without_key(groups: Groups, by: Sequence[str]) -> None:
    """Warns of rows that belong to no group."""
    if groups.n_without_key:
        rows = f"{groups.n_without_key} row{'s' * (groups.n_without_key != 1)}"
        names = ", ".join(repr(key) for key in by)
        warn(f"{rows} without a value of {names} belong to no group and are left out: fill the key to have them.")
