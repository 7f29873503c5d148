"""Tables drawn from laws with random couplings."""

from __future__ import annotations

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.fit import Fit
from symcat.models.potts import checks
from symcat.models.potts.counted import Counted, counted
from symcat.models.potts.layout import Layout
from symcat.models.potts.potts import Potts


def schema_of(sizes: tuple[int, ...]) -> Schema:
    """Columns x0, x1, ... of the levels 0, 1, ..."""
    return Schema(tuple(f"x{j}" for j in range(len(sizes))), tuple(tuple(range(size)) for size in sizes))


def seen_of(layout: Layout, digits: np.ndarray, groups: int = 1) -> Counted:
    """The rows of equal groups, one after the other."""
    n = len(digits)
    group = np.repeat(np.arange(groups), n // groups)
    return counted(layout, [(digits, np.ones(n), group)], groups, (), min(layout.states, checks.MOST_STATES))


def law(layout: Layout, h: np.ndarray, j: np.ndarray) -> np.ndarray:
    """(N,) probabilities of all rows."""
    energy = layout.minus_energy(layout.digits(np.arange(layout.states)), h, j)
    p = np.exp(energy - energy.max())
    return np.asarray(p / p.sum())


def drawn(layout: Layout, p: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, d) digits."""
    return layout.digits(rng.choice(len(p), size=n, p=p))


def fitted(member: type[Potts], sizes: tuple[int, ...], digits: np.ndarray, **options: object) -> Fit:
    """The fit of one table."""
    model = member(schema_of(sizes), Options(**options))  # type: ignore[arg-type]
    return model.fitted(seen_of(model.layout, digits))
