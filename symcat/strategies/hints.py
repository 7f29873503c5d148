"""What a table looks like that was read as something else."""

from __future__ import annotations

import numpy as np

from symcat.data.measure import Measured
from symcat.notices import warn

_LEAST_ROWS = 4
_SAYS_SO = frozenset({"n", "count", "counts", "freq", "frequency", "frequencies", "cases", "times", "number"})


def tell_counts(measured: Measured) -> None:
    """Warns of a column that looks as if it said how often each row of two-valued columns occurred."""
    name = counts_beside_states(measured)
    if name is not None:
        warn(
            f"No two rows have the same two-valued columns, and {name!r} holds whole numbers: if it says how often "
            f"each row occurred, pass counts={name!r}."
        )


def counts_beside_states(measured: Measured) -> str | None:
    """The one column of whole numbers, zero or more, beside distinct rows of two-valued columns; None if none is.

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
    most = 2 * states.n_rows >= 2 ** (len(schema) - 1)
    if not (most or name.lower() in _SAYS_SO) or len(sample) < states.n_rows:
        return None
    whole = bool((values >= 0.0).all() and (values == np.floor(values)).all() and values.max() > 1.0)
    return name if whole else None
