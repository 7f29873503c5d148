"""One fit per group: all groups as one batch; or, where a class needs more than averages, one after the other.

Groups get the evidence and the checks of a single table wherever a group has rows enough for them; the frame says which
checks were made.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.answer.frames import Text
from symcat.answer.groups import group_frame, long_frame
from symcat.data.ingest import Source, open_table, read_again_if_wrong
from symcat.data.measure import Measured
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Groups, Statistics, collect_groups, group_rows
from symcat.data.validation import check_columns, check_unit
from symcat.errors import InvalidData
from symcat.models.base import Floats, Model
from symcat.models.concatenation import concatenate
from symcat.models.fit import Observed
from symcat.models.tables import Tables
from symcat.models.weighing import Weighed, is_composite, needs_rows, weigh, with_corrections
from symcat.question import Question
from symcat.strategies.pose import candidates, needs, posed

_USABLE, _INFINITE, _OVERFLOW, _FAR_SCALE, _EMPTY = 0, 1, 2, 3, 4
_REASONS = (
    None,
    "a value is infinite: replace it by a missing value or remove the row",
    "the powers of a value overflow: check for a sentinel value, or rescale the column",
    "a column spreads over quite another scale than in the other groups: solve this group by itself",
    "There are no complete rows. Pass rows with a value in every measured column.",
)
LARGEST_RATIO = 1e35
"""Of spreads in two groups: its eighth power, which errors of fourth moments take, is still a double."""


def solve_groups(question: Question, data: Any, tables: Tables) -> Any:
    """The frame of one fit for each value of the key columns, in ascending order of the keys.

    Raises InvalidData as ``solve`` does for data that cannot be used at all; a group that cannot be used has a reason.
    """
    if isinstance(data, Statistics):
        raise InvalidData("by= needs the rows themselves; these statistics have forgotten which group a row was in.")

    def work(source: Source) -> Any:
        schema = source.schema
        models = candidates(question, schema, question.options(schema), tables)
        if _by_rows(question, schema, models):
            groups = collect_groups(source, question.by, Needs())
            reasons, weighed = _one_by_one(question, source, groups, models, tables)
        else:
            of_fits = needs(models, checks=False)
            beyond = [model.check_rows for model in models if not of_fits.covers(model.check_needs)]
            groups = collect_groups(source, question.by, of_fits, needs(models), min(beyond, default=0))
            reasons, weighed = _together(question, schema, groups, models)
        _tell(groups, question.by)
        if question.form == "long":
            return long_frame(groups.keys, weighed, unusable=reasons, like=source.frame)
        n_rows = groups.moments.count.astype(np.int64)
        return group_frame(groups.keys, n_rows, groups.n_missing, weighed, unusable=reasons, like=source.frame)

    return read_again_if_wrong(open_table(data, question.columns, exclude=question.by, kind=question.kind), work)


def _by_rows(question: Question, schema: Schema, models: Sequence[Model]) -> bool:
    """Whether averages do not tell all that a single table is told: so of a two-valued column given the others."""
    target = question.position(schema)
    if target is not None and schema.kinds[target] == "two-valued":
        return True
    return any(is_composite(model) or needs_rows(model) for model in models)


def _together(question: Question, schema: Schema, groups: Groups, models: Sequence[Model]) -> tuple[Text, Weighed]:
    """All groups as one batch, from their averages; and why some cannot be used."""
    check_unit(groups.moments)
    reasons = _unusable(groups, schema, full_rank=any(model.full_rank for model in models))
    center = question.point(len(schema))
    observed = Observed(_without(groups.moments, reasons.codes != _USABLE))
    weighed = weigh(models, observed, center, alone=len(models) == 1)
    return reasons, with_corrections(weighed, observed, center)[0]


def _one_by_one(
    question: Question, source: Source, groups: Groups, models: Sequence[Model], tables: Tables
) -> tuple[Text, Weighed]:
    """Each group as a table of its own, for classes that need its rows; and why some cannot be used."""
    texts: dict[str | None, int] = {}
    codes = []
    found = []
    broken = groups.infinite | groups.overflow
    for index, (_, rows) in enumerate(group_rows(source, question.by)):
        reason = None
        if broken[index]:
            reason = _REASONS[_INFINITE if groups.infinite[index] else _OVERFLOW]
        else:
            try:
                found.append(
                    posed(question, _measured(rows, source.schema, needs(models), question.seed), tables).weighed
                )
            except InvalidData as error:
                reason = str(error)
        if reason is not None:
            found.append(Weighed((), np.zeros(1, dtype=np.intp), alone=len(models) == 1))
        codes.append(texts.setdefault(reason, len(texts)))
    return Text(tuple(texts), np.array(codes, dtype=np.int64)), concatenate(found)


def _measured(rows: Floats, schema: Schema, wanted: Needs, seed: int) -> Measured:
    """The statistics of the encoded rows of one group."""
    source = Source(schema, lambda: iter((rows,)), len(rows))
    statistics = Statistics(schema=schema, needs=wanted, seed=seed).update(source)
    return Measured(statistics, schema, source)


def _unusable(groups: Groups, schema: Schema, full_rank: bool) -> Text:
    """Why a group cannot be used, in the words for a single table; null where it can."""
    moments = replace(groups.moments, column_powers=None, radial_third=None, radial_fourth=None)
    codes = np.where(groups.infinite, _INFINITE, np.where(groups.overflow, _OVERFLOW, _USABLE)).astype(np.int64)
    codes[(codes == _USABLE) & (moments.count == 0)] = _EMPTY
    codes[(codes == _USABLE) & _far_scale(moments, schema)] = _FAR_SCALE
    texts = {text: code for code, text in enumerate(_REASONS)}
    kinds = _doubts(_without(moments, codes != _USABLE), schema, full_rank)
    doubtful = np.flatnonzero((codes == _USABLE) & (kinds != 0))
    _, first, place = np.unique(kinds[doubtful], return_index=True, return_inverse=True)
    found = np.full(len(first), _USABLE)
    for index, group in enumerate(doubtful[first].tolist()):
        try:
            check_columns(moments.groups(slice(group, group + 1)), schema, full_rank)
        except InvalidData as error:
            found[index] = texts.setdefault(str(error), len(texts))
    codes[doubtful] = found[place]
    return Text(tuple(texts), codes)


def _doubts(moments: Moments, schema: Schema, full_rank: bool) -> NDArray[np.int64]:
    """(G,) 0 where ``check_columns`` is sure to accept a group; it judges groups of the same other number alike.

    Negative numbers are of groups that are one of a kind.
    """
    count, real, two_valued = moments.count, list(schema.at("real")), list(schema.at("two-valued"))
    kinds = np.zeros(len(count), dtype=np.int64)
    if real:
        variance, square = _variances(moments, real)
        floor = 32.0 * np.finfo(float).eps * np.abs(moments.mean[:, real]) / moments.unit
        varies = (variance > 1e-9 * square + floor**2).all(axis=1)
        unsure = np.asarray(~varies, dtype=np.bool_)
        if full_rank and len(real) > 1:
            short = varies & (count <= len(real))
            kinds[short] = 2 + count[short].astype(np.int64)
            enough = varies & ~short
            own = moments.groups(enough).part(real)
            unsure[enough] = _nearly_dependent(own.first, own.second)
        kinds[unsure] = -1 - np.flatnonzero(unsure)
    if two_valued:
        kinds[(np.abs(moments.mean[:, two_valued]) > 1.0 - 1.0 / np.maximum(count, 1.0)[:, None]).all(axis=1)] = 2
    kinds[count < 2] = 1
    return kinds


def _nearly_dependent(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """(G,) whether columns that vary may be linearly dependent, rounding included."""
    covariance = second - first[:, :, None] * first[:, None, :]
    deviation = np.sqrt(np.einsum("gii->gi", covariance))
    smallest = np.linalg.eigvalsh(covariance / (deviation[:, :, None] * deviation[:, None, :]))[:, 0]
    return np.asarray(~(smallest > 1e-8 * first.shape[1]), dtype=np.bool_)


def _far_scale(moments: Moments, schema: Schema) -> NDArray[np.bool_]:
    """(G,) whether a real column varies, but in quite another unit than that of all groups."""
    variance, _ = _variances(moments, list(schema.at("real")))
    far = (variance > 0.0) & ((variance < LARGEST_RATIO**-2) | (variance > LARGEST_RATIO**2))
    return np.asarray(far.any(axis=1), dtype=np.bool_)


def _variances(moments: Moments, at: list[int]) -> tuple[Floats, Floats]:
    """(G, r) of some columns, and the averages of their squares that they are a difference of."""
    square = np.einsum("gii->gi", moments.second)[:, at]
    return square - moments.first[:, at] ** 2, square


def _without(moments: Moments, refused: NDArray[np.bool_]) -> Moments:
    """The same with nothing in the groups refused, so that no class meets what it cannot reckon with."""
    if not refused.any():
        return moments

    def blank(values: Floats | None) -> Floats | None:
        return None if values is None else np.where(refused.reshape(-1, *(1,) * (values.ndim - 1)), 0.0, values)

    return replace(
        moments,
        first=np.where(refused[:, None], 0.0, moments.first),
        second=np.where(refused[:, None, None], 0.0, moments.second),
        column_powers=blank(moments.column_powers),
        radial_third=blank(moments.radial_third),
        radial_fourth=blank(moments.radial_fourth),
    )


def _tell(groups: Groups, by: Sequence[str]) -> None:
    """Warns of rows that belong to no group."""
    if groups.n_without_key:
        rows = f"{groups.n_without_key} row{'s' * (groups.n_without_key != 1)}"
        names = ", ".join(repr(key) for key in by)
        warnings.warn(
            f"{rows} without a value of {names} belong to no group and are left out: fill the key to have them.",
            stacklevel=5,
        )
