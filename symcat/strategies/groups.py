"""One fit per group: all groups as one batch; or, where a class needs more than averages, one after the other.

Groups get the evidence and the checks of a single table wherever a group has rows enough for them; the frame says which
checks were made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.answer import frames
from symcat.answer.groups import group_frame, long_frame
from symcat.data.ingest import Source, open_table, read_again_if_wrong
from symcat.data.measure import Measured
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics, collect_groups, group_rows
from symcat.data.validation import check_unit
from symcat.errors import InvalidData
from symcat.models.base import Model, Observed, Tables
from symcat.models.weighing import Candidate, Weighed, is_composite, needs_rows, weigh
from symcat.question import Question
from symcat.strategies.pose import candidates, needs, posed

INFINITE = "a value is infinite: replace it by a missing value or remove the row"
FEWEST_ROWS = "there is only one complete row, and a spread needs at least two"


def solve_groups(question: Question, data: Any, tables: Tables) -> Any:
    """The frame of one fit for each value of the key columns, in ascending order of the keys."""
    if isinstance(data, Statistics):
        raise InvalidData("by= needs the rows themselves; these statistics have forgotten which group a row was in.")

    def work(source: Source) -> Any:
        schema = source.schema
        models = candidates(question, schema, question.options(schema), tables)
        if any(is_composite(model) or needs_rows(model) for model in models):
            return _frame(question, source, *_one_by_one(question, source, tables))
        return _frame(question, source, *_together(question, source, models))

    source = open_table(data, question.columns, exclude=question.by, kind=question.kind)
    return read_again_if_wrong(source, work)


def _together(question: Question, source: Source, models: list[Model]) -> tuple[Groups, Weighed]:
    """All groups as one batch, from their averages."""
    groups = collect_groups(source, question.by, needs(models))
    if source.schema.at("real"):
        check_unit(groups.moments)
    center = question.point(len(source.schema))
    weighed = weigh(models, Observed(groups.moments), center, alone=len(models) == 1)
    return groups, corrected(weighed, groups.moments)


def _one_by_one(question: Question, source: Source, tables: Tables) -> tuple[Groups, Weighed]:
    """Each group as a table of its own, for classes that need its rows."""
    groups = collect_groups(source, question.by, Needs())
    found = []
    for rows in group_rows(source, question.by):
        try:
            found.append(posed(question, _measured(question, source.schema, rows), tables).weighed)
        except InvalidData as error:
            found.append(_refused(str(error)))
    return groups, concatenate(found)


def _measured(question: Question, schema: Schema, rows: Floats) -> Measured:
    """The statistics of the rows of one group."""
    complete = Source(schema.columns, lambda: iter((rows,)), len(rows), schema=schema)
    statistics = Statistics(schema=schema, needs=..., seed=question.seed).update(complete)
    return Measured(statistics, schema, complete)
