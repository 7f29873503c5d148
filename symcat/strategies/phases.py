"""The table's own categories as groups: where all rows together fit no class, do the rows of each category?

Several phases in coexistence are no phase: a law of all rows has to have a hump for each.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator

import narwhals as nw
import numpy as np

from symcat.clock import OutOfTime
from symcat.data.ingest import Source
from symcat.data.ingest.expressions import one_row
from symcat.errors import SymcatError
from symcat.question import Question
from symcat.strategies.base import Problem
from symcat.strategies.groups import solve_groups

_MOST_GROUPS, _LEAST_ROWS = 10, 20
_MOST_ROWS = 10**6
_MOST_TRIED = 8


def fitting_groups(problem: Problem) -> str:
    """What to ask for where a class fits the real columns in every group of a categorical one; empty where none does.

    Columns of the data are tried that are in the table or beside it; those of least groups first.
    """
    schema, source = problem.schema, problem.measured.source
    real = [schema.columns[j] for j in schema.at("real")]
    if source is None or source.frame is None or not real or problem.target is not None:
        return ""
    if source.weight is not None or problem.measured.weighted:
        return ""  # a row of a group counts as one
    n = problem.measured.statistics.n_rows
    if n > _MOST_ROWS:
        return ""
    for name, groups in sorted(_categories(source, set(real)), key=lambda found: found[1])[:_MOST_TRIED]:
        if n < _LEAST_ROWS * groups:
            continue
        labels = _labels(problem, source, name, real)
        if labels and len(labels) <= _MOST_GROUPS:
            said = ", ".join(f"{label} in {count} of them" for label, count in Counter(labels).most_common())
            each = labels[0] if len(set(labels)) == 1 else said
            return f"by={name!r} (each of its {len(labels)} groups fits: {each})"
    return ""


def _categories(source: Source, taken: set[str]) -> Iterator[tuple[str, int]]:
    """Columns of text, categories and truths beside those that are taken, with how many values each has."""
    frame = source.frame
    assert frame is not None
    kinds = frame.collect_schema()
    names = [
        name
        for name, kind in kinds.items()
        if name not in taken and kind in (nw.String, nw.Categorical, nw.Enum, nw.Boolean)
    ]
    if names:
        counts = one_row(frame.lazy().select(*(nw.col(name).n_unique() for name in names)))
        yield from ((name, int(counts[name])) for name in names if 2 <= counts[name] <= _MOST_GROUPS)


def _labels(problem: Problem, source: Source, name: str, real: list[str]) -> list[str]:
    """The class of each group where each has one that fits; none else."""
    assert source.frame is not None
    question = Question.of(by=name, columns=real, seed=problem.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what there is to say of these columns was said
        try:
            found = nw.from_native(solve_groups(question, source.frame.to_native(), problem.tables), eager_only=True)
        except (SymcatError, OutOfTime):  # the answer at hand is not lost with what would have been said beside it
            return []
    if "label" not in found.columns or not all(verdict == "fits" for verdict in found["verdict"].to_list()):
        return []
    rows = np.asarray(found["n_rows"].to_list())
    return list(found["label"].to_list()) if len(rows) > 1 and rows.min() >= _LEAST_ROWS else []
