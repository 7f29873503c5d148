"""Tables that no class of the catalogue describes, and what a strategy is asked about them."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcat import catalogue
from symcat.models.fit import Fit
from symcat.models.ising.wide import gibbs
from symcat.question import Question
from symcat.strategies.base import Problem
from symcat.strategies.pose import pose

POLYNOMIALS = ("polynomial.quartic", "polynomial.sextic")
"""The classes of real columns that are looked for; weighing all others takes longer than most searches."""


def posed(data: Any, **options: Any) -> Problem:
    """The problem of a table: measured, and its candidate classes weighed."""
    return pose(Question.of(**options), data, catalogue.default())


def drawn(f: np.ndarray, y: np.ndarray, n: int, seed: int) -> np.ndarray:
    """(n,) draws of ``exp(-f)``, given at the points y."""
    weight = np.exp(-f)
    rows: np.ndarray = np.interp(np.random.default_rng(seed).random(n), np.cumsum(weight) / weight.sum(), y)
    return rows


def tilted_well(n: int, seed: int = 0) -> np.ndarray:
    """``F = -0.8 y^2 + 0.5 y^4 - 0.35 y + 0.1 y^3``: two unequal wells, no class of the table."""
    y = np.linspace(-4.0, 4.0, 40_001)
    return drawn(-(0.8 * y**2 - 0.5 * y**4 + 0.35 * y - 0.1 * y**3), y, n, seed)


def about(c: float) -> dict[str, float]:
    """The couplings of ``tilted_well`` about the point c: those of the Taylor series there."""
    return {
        "h": -0.35 - 1.6 * c + 0.3 * c**2 + 2.0 * c**3,
        "K": -1.6 + 0.6 * c + 6.0 * c**2,
        "g": 0.6 + 12.0 * c,
        "u": 12.0,
    }


def pair_of_wells(n: int, seed: int = 0) -> np.ndarray:
    """(n, 2) a tilted well, and beside it one that is turned over: no symmetry, and no coupling of the two."""
    return np.stack([tilted_well(n, seed), -tilted_well(n, seed + 100)], axis=1)


def about_both(center: np.ndarray) -> dict[str, np.ndarray]:
    """The couplings of ``pair_of_wells`` about a point (2,)."""
    one, other = about(float(center[0])), about(-float(center[1]))
    found = {name: np.zeros((2,) * order) for order, name in enumerate(one, start=1)}
    for order, (name, value) in enumerate(found.items(), start=1):
        value[(0,) * order], value[(1,) * order] = one[name], (-1.0) ** order * other[name]
    return found


def agrees(fit: Fit, center: np.ndarray) -> None:
    """Whether the couplings are those of ``pair_of_wells`` within four errors."""
    for name, value in about_both(center).items():
        error = fit.standard_errors[name][0]
        assert (np.abs(fit.parameters[name][0] - value) < 4.0 * error).all(), name


def heavy_pair(n: int) -> np.ndarray:
    """(n, 2) independent columns, each with the law of ``heavy_sextic``."""
    both = heavy_sextic(2 * n)
    return np.stack([both[:n], 2.0 * both[n:]], axis=1)


def heavy_sextic(n: int) -> np.ndarray:
    """``F = 1.2 y^2 - 0.25 y^4 + 0.016 y^6`` has kurtosis 3.16: no quartic is normalisable, the sextic is the truth."""
    y = np.linspace(-8.0, 8.0, 80_001)
    return drawn(1.2 * y**2 - 0.25 * y**4 + 0.016 * y**6, y, n, 1)


def three_columns(n: int) -> np.ndarray:
    """Two tilted wells and a Gaussian that leans on one of them: too many columns to integrate over."""
    one, other = tilted_well(n, 1), tilted_well(n, 2)
    return np.stack([one, other, 0.5 * one + np.random.default_rng(3).normal(size=n)], axis=1)


def glass(beta: float, d: int = 30, n: int = 8000) -> np.ndarray:
    """(n, d) two-valued columns, every pair coupled at random: too many for sums, and for graphs that are cut up."""
    rng = np.random.default_rng(6)
    upper = np.triu(rng.normal(scale=beta / np.sqrt(d), size=(d, d)), 1)
    return gibbs.sample(rng.normal(scale=0.1, size=d), upper + upper.T, n, rng)
