"""What is odd about a table that no class describes, and can be seen from its values: the true cause of a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import ZERO_ONE
from symcat.data.moments import Floats
from symcat.data.schema import Schema

_NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
"""Of values that a column of counts may have, in words."""
_ENOUGH_ROWS = 20
_MOST_NAMED = 6
_SAME_LENGTH = 1e-6  # relative


class Oddity(NamedTuple):
    """The cause in words, without a full stop, and one call that works on such a table."""

    cause: str
    call: str


def oddity(schema: Schema, rows: Floats) -> Oddity | None:
    """What is odd about encoded rows (m, d), a sample of the table; None where nothing of the kind is seen."""
    if len(rows) < _ENOUGH_ROWS:
        return None
    return _few_values(schema, rows) or _one_length(schema, rows)


def _few_values(schema: Schema, rows: Floats) -> Oddity | None:
    """Whole numbers of few values where all other columns are such or two-valued: counts, or codes of categories."""
    real = schema.at("real")
    seen = {j: np.unique(rows[:, j]) for j in real}
    if not real or not all(len(v) in _NUMBERS and (v == np.floor(v)).all() for v in seen.values()):
        return None
    first = max(real, key=lambda j: len(seen[j]))
    values = ", ".join(f"{value:g}" for value in seen[first])
    others = schema.at("two-valued")
    what = f"{_named(schema, real)} {'have' if len(real) > 1 else 'has'} {_NUMBERS[len(seen[first])]} values ({values})"
    if all(v[0] == 0.0 for v in seen.values()) and all(tuple(schema.levels[j] or ()) == ZERO_ONE for j in others):
        call = "symcat.solve(data > 0) asks of each whether it is zero"
    elif others:
        call = f"symcat.solve(data, columns={[schema.columns[j] for j in others]}) describes the others"
    else:
        return None
    return Oddity(what + (f", the other{'s' * (len(others) > 1)} two" if others else ", as counts or codes do"), call)


def _one_length(schema: Schema, rows: Floats) -> Oddity | None:
    """Directions: all rows lie on a sphere, so that no density of all the columns exists."""
    real = schema.at("real")
    if len(real) < 2:
        return None
    length: NDArray[np.float64] = np.sqrt((rows[:, list(real)] ** 2).sum(axis=1))
    if not np.ptp(length) <= _SAME_LENGTH * length.mean():
        return None
    names, unit = [schema.columns[j] for j in real], float(length.mean())
    is_one = abs(unit - 1.0) <= _SAME_LENGTH
    return Oddity(
        f"every row of {_named(schema, real)} has the length {unit:.6g}, so that the rows lie on a sphere, "
        "where these columns have no density",
        f"symcat.solve(data, columns={names}) describes these as directions"
        if is_one
        else f"symcat.solve(data[{names}] / {unit:.6g}) describes these as directions",
    )


def _named(schema: Schema, positions: Sequence[int]) -> str:
    names = [repr(schema.columns[j]) for j in positions[:_MOST_NAMED]]
    return ", ".join(names) + (f" and {len(positions) - _MOST_NAMED} more" if len(positions) > _MOST_NAMED else "")
