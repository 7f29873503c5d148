"""What is told of an answer that gives a density to columns whose values repeat."""

from __future__ import annotations

from symcat.data.ties import Ties, ties
from symcat.models.base import Floats, Model
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.special import of_whole_numbers

TIES = "tied values"
"""Name of the check that is made known where a density says nothing of values that repeat."""

_MOST_NAMED = 4


def rows_of(observed: Observed) -> Floats | None:
    """The sampled rows as they occurred: weighted ones once each, however much they stand for."""
    return observed.sample if observed.weighted is None else observed.weighted[0]


def tied_values(model: Model, fit: Fit, rows: Floats | None) -> tuple[CheckResult, ...]:
    """The check, of sampled rows (m, d) of the answer's columns; () where nothing is to be told.

    Regressions say what the mean of a column is, whatever its values.
    """
    if rows is None or fit.regression is not None:
        return ()
    whole = of_whole_numbers(model)
    columns = tuple(j for j in model.schema.at("real") if j not in whole)
    if model.atom is not None:
        rows = rows[rows[:, 0] != model.atom]
    found = ties(rows, columns) if columns else []
    if not found:
        return ()
    chance = max(one.chance for one in found)
    return (CheckResult.single(TIES, chance, float("nan"), _words(model, found), weight="told", verdict=False),)


def _words(model: Model, found: list[Ties]) -> str:
    alone = len(model.schema) == 1
    said = [one.words if alone else f"{model.schema.columns[one.column]}: {one.words}" for one in found[:_MOST_NAMED]]
    more = f"; and {len(found) - _MOST_NAMED} more columns" if len(found) > _MOST_NAMED else ""
    counts = "; classes counts.* are distributions of whole numbers" if alone and found[0].counts else ""
    return f"{'; '.join(said)}{more}; a density says nothing of a single value{counts}"
