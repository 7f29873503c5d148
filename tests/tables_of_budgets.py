"""Tables on which the device takes its time, for the test and the table of what a budget costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.strategies.problems import glass


def bounded(d: int, n: int = 5000) -> np.ndarray:
    """(n, d) sums of columns that were bent: lighter tails than a Gaussian's, and no symmetry but the sign."""
    rng = np.random.default_rng(2)
    mixed = rng.normal(size=(n, d)) @ (np.eye(d) + 0.3 * rng.normal(size=(d, d)))
    rows: np.ndarray = np.tanh(mixed) + 0.2 * rng.normal(size=(n, d))
    return rows


def beside_sides(n: int = 4000) -> dict[str, np.ndarray]:
    """Two real columns of two wells beside three two-valued ones that lean on them."""
    rng = np.random.default_rng(3)
    well = rng.choice([-1.0, 1.0], size=(n, 2)) + 0.4 * rng.normal(size=(n, 2))
    well[:, 1] += 0.5 * well[:, 0]
    sides = {f"side{i}": rng.random(n) < 1.0 / (1.0 + np.exp(-(i + 1.0) * well[:, i % 2])) for i in range(3)}
    return {"x": well[:, 0], "y": well[:, 1], **sides}


TABLES: dict[str, Callable[[], Any]] = {
    "30 two-valued": lambda: glass(1.2, 30, 4000),
    "48 two-valued": lambda: glass(1.2, 48, 6000),
    "64 two-valued": lambda: glass(1.2, 64, 10_000),
    "5 real": lambda: bounded(5),
    "6 real": lambda: bounded(6),
    "2 real, 3 two-valued": beside_sides,
}
