"""The pieces of a table measured one after the other, or by the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from symcat.data.statistics.accumulator import Statistics
from symcat.errors import InvalidData

_TIMES = 3
"""How often a piece may be lost with its worker: a piece that ends every worker it comes to is a fault of its own."""


def pieces_of(data: object) -> list[Any]:
    """The pieces of data that are in pieces. Raises InvalidData for others."""
    if hasattr(data, "to_delayed"):
        return list(data.to_delayed())
    if not isinstance(data, Iterable) or isinstance(data, str | bytes | os.PathLike | np.ndarray | Mapping):
        raise InvalidData(
            f"Data of type {type(data).__name__} are not in pieces: pass a list of them, or Statistics().update(...) "
            "for a single one."
        )
    pieces = list(data)
    if hasattr(data, "columns") or any(isinstance(piece, int | float) for piece in pieces):
        raise InvalidData("These data are a single table: pass a list of tables, of arrays or of paths.")
    return pieces


def measured_on(client: Any, pieces: Iterable[Any], options: Mapping[str, Any]) -> list[Statistics]:
    """The statistics of each piece, in order, by the workers of ``client``, or here where it is None."""
    if client is None:
        return [_measured(piece.compute() if hasattr(piece, "dask") else piece, options) for piece in pieces]
    waiting = [
        client.submit(_measured, client.compute(piece) if hasattr(piece, "dask") else piece, options, **_HOW)
        for piece in pieces
    ]
    found: list[Statistics] = client.gather(waiting)
    return found


_HOW = {"pure": False, "retries": _TIMES}


def _measured(piece: object, options: Mapping[str, Any]) -> Statistics:
    return Statistics(**options).update(piece)
