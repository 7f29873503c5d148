"""Data checks of ``student.scalar`` that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.models.base import Floats
from symcat.models.family import Replay
from symcat.models.student.likelihood import Point, fisher, scores
from symcat.models.student.search import maximum

_MAXIMUM, _INFORMATION = 1e-8, 1e-9
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(300)


def replay(points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """A population with random parameters gives them back; Fisher's information is the mean square of the scores."""
    worst, information = 0.0, 0.0
    for _ in range(points):
        truth = Point(float(rng.normal()), float(np.exp(rng.normal())), float(np.exp(rng.uniform(0.0, 3.5))))
        values, weight = population(truth)
        start = truth.moved(rng.uniform(-0.2, 0.2, size=3))
        found, _ = maximum(start, [(values, weight)], slice(0, 3), 0.0)
        apart = (found.m - truth.m) / truth.s, np.log(found.s / truth.s), np.log(found.nu / truth.nu)
        worst = max(worst, float(np.abs(apart).max()))
        score = scores(truth, values)
        exact = fisher(truth.nu)
        size = np.sqrt(np.outer(np.diagonal(exact), np.diagonal(exact)))
        information = max(information, float(np.abs((score.T @ (score * weight[:, None]) - exact) / size).max()))
    yield Replay("parameters of a population with known density", points, worst, _MAXIMUM)
    yield Replay("Fisher's information against the mean square of the scores", points, information, _INFORMATION)


def population(point: Point) -> tuple[Floats, Floats]:
    """Values and weights that add up to one: Student's density at the nodes of a rule in the angle.

    With ``x = m + s sqrt(nu) tan(a)`` the density of the angle is ``cos(a)^(nu - 1)``.
    """
    # Towards the ends the angle is that of a power, in which scores and density are smooth for every nu.
    power = max(1.0, 4.0 / point.nu)
    half = 0.5 * (1.0 + _NODES)
    left = half**power  # pi / 2 less the angle, in units of pi / 2
    away = 0.5 * np.pi * left
    weight = _WEIGHTS * half ** (power - 1.0) * np.sin(away) ** (point.nu - 1.0)
    z = np.sqrt(point.nu) / np.tan(away)
    weight = np.concatenate([weight, weight]) / (2.0 * weight.sum())
    return point.m + point.s * np.concatenate([z, -z]), weight
