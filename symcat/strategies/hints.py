"""What a table looks like that was read as something else."""

from __future__ import annotations

import re

import numpy as np

from symcat.data.measure import Measured
from symcat.data.moments import Floats
from symcat.data.states import joint
from symcat.notices import warn

_LEAST_ROWS = 4
_NINES = re.compile(r"-?9{2,}(?:\.9+)?")
_APART = 4.0  # times the spread of the other values
_SAYS_SO = frozenset({"n", "count", "counts", "freq", "frequency", "frequencies", "cases", "times", "number"})


def tell_counts(measured: Measured) -> None:
    """Warns of a column that looks as if it said how often each row of discrete columns occurred."""
    name = counts_beside_states(measured)
    if name is not None:
        warn(
            f"No two rows have the same discrete columns, and {name!r} holds whole numbers: if it says how often "
            f"each row occurred, pass counts={name!r}."
        )


def tell_sentinels(measured: Measured) -> None:
    """Warns of a number of nines, such as -999, far from all other values of its column: a mark of missing values?"""
    schema, sample = measured.schema, measured.statistics.sample
    if not len(sample):
        return
    least, most = sample.min(axis=0), sample.max(axis=0)
    for j in schema.at("real"):
        values = sample[:, j]
        for mark in (least[j], most[j]):
            if _NINES.fullmatch(f"{mark:.10g}") and _is_apart(values, mark):
                share = f"{100.0 * (values == mark).mean():.2g} %"
                warn(
                    f"Column {schema.columns[j]!r} holds {mark:g} in {share} of the rows, far from all its other "
                    "values: if it marks missing values, replace it by NaN."
                )


def _is_apart(values: Floats, mark: float) -> bool:
    """Whether a value occurs several times, in the lesser part of the rows, and lies far from all others."""
    others = values[values != mark]
    if not len(others) or not 2 <= len(values) - len(others) < len(others):
        return False
    near = min(abs(mark - others.min()), abs(mark - others.max()))
    return bool(near > _APART * max(np.ptp(others), abs(others).max() / _APART))


def counts_beside_states(measured: Measured) -> str | None:
    """The one column of whole numbers, zero or more, beside distinct rows of discrete columns; None if none is.

    Only of tables that hold most of the rows there can be, or whose column is called so: other measurements that are
    whole numbers must not be taken for counts.
    """
    statistics, schema = measured.statistics, measured.schema
    real = schema.at("real")
    if len(real) != 1 or measured.source is None or statistics.weight is not None:
        return None
    states, sample = statistics.states, statistics.sample
    if states is None or states.n_rows < _LEAST_ROWS or len(states.codes) < states.n_rows:
        return None
    name, values = schema.columns[real[0]], sample[:, real[0]]
    most = 2 * states.n_rows >= joint(states.sizes)
    if not (most or name.lower() in _SAYS_SO) or len(sample) < states.n_rows:
        return None
    whole = bool((values >= 0.0).all() and (values == np.floor(values)).all() and values.max() > 1.0)
    return name if whole else None
