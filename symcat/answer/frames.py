"""Data frames handed back to the user, in the library the data came from."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import narwhals as nw

PREFERRED = ("pandas", "polars", "pyarrow")
_EAGER = {nw.Implementation.PANDAS, nw.Implementation.POLARS, nw.Implementation.PYARROW, nw.Implementation.MODIN}


def build(columns: Mapping[str, Any], like: nw.Implementation | None = None) -> Any:
    """A data frame of ``columns`` in the library ``like``; a dict of columns when no frame library is installed.

    Lazy or out-of-core inputs (DuckDB, Dask, files) get the first of pandas, polars and pyarrow that the program has
    imported, else the first that is installed.
    """
    if like in _EAGER and like:
        name: str | None = str(like.value)
    else:
        at_hand = [name for name in PREFERRED if name in sys.modules]
        name = next((name for name in [*at_hand, *PREFERRED] if find_spec(name)), None)
    if name is None:
        return dict(columns)
    return nw.from_dict(columns, backend=name).to_native()  # type: ignore[arg-type]
