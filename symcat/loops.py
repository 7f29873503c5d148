"""Loops over numbers, written once: run as they are for a little work, compiled for a lot; and side by side.

Loading the compiler costs half a second, which a single fit should not pay; a million groups pay it gladly.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

WORTH_COMPILING = 2_000

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> Iterable[Result]:
    """``work`` of every piece, in order: where there are several, as many at a time as there are cores."""
    if len(pieces) < 2:
        return map(work, pieces)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, pieces))


def loop(work: int, function: Callable[..., None], *inner: Callable[..., Any]) -> Callable[..., None]:
    """``function``, compiled if ``work`` (readings of a table) is large; ``inner`` are the functions it calls."""
    return compiled(function, inner) if work > WORTH_COMPILING else function


@cache
def compiled(function: Callable[..., Any], inner: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
    """Machine code, kept on disk between processes where a cache directory can be written."""
    import numba
    from numba.extending import register_jitable

    for called in inner:
        register_jitable(called)
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
    try:
        return numba.njit(function, cache=True, **options)  # type: ignore[no-any-return]
    except RuntimeError:  # no writable cache directory
        return numba.njit(function, **options)  # type: ignore[no-any-return]
