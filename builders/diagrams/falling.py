"""A check of asymptotic series: as the couplings are halved, errors fall by the power of the first term left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from builders.base import Level, Row
from builders.tools.checks import check

Errors = dict[tuple[str, int], float]
"""(target, last order that is summed) -> error."""
_BOUND = 0.2


def check_powers(
    label: str,
    name: str,
    what: str,
    draws: Iterable[Sequence[Errors]],
    level: Level,
    next_order: Callable[[int], int],
) -> Row:
    """Of ``draws`` of errors at some couplings, and at half of them; ``next_order`` is that of the term left out.

    The median over the draws counts: where the first term left out happens to be small, the next one shows.
    """
    misses: dict[tuple[str, int], list[float]] = {}
    for stronger, weaker in draws:
        for key, error in stronger.items():
            misses.setdefault(key, []).append(math.log2(error / weaker[key]) - next_order(key[1]))
    points = max(map(len, misses.values()))
    worst = max(abs(float(np.median(of))) for of in misses.values())
    method = (
        f"{what}: power of the coupling with which the error of each target falls, to each order, less that of the "
        "first term left out; median"
    )
    residual = math.ceil(100.0 * worst) / 100.0
    return check(label, name, method, level=level, points=points, residual=residual, bound=_BOUND)
