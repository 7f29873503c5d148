"""Data checks of ``student.scalar`` that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from symcat.models.base import Floats
from symcat.models.curve import Curve
from symcat.models.family import Replay
from symcat.models.student.law import log_partition
from symcat.models.student.likelihood import Point, fisher, scores
from symcat.models.student.reduced import DEGREES, argument, degrees_from, log_z_of, mean_log_of
from symcat.models.student.search import maximum
from symcat.models.tables import Tables

_MAXIMUM, _INFORMATION = 1e-8, 1e-9
_NODES = 300  # of the rule in the angle


def replay(points: int, rng: np.random.Generator, tables: Tables | None = None) -> Iterator[Replay]:
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
    if tables is not None:
        yield from _table(points, rng, tables)


def _table(points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    """The table gives back what average and log Z are in closed form."""
    degrees, log_z = np.exp(rng.uniform(-5.0, 12.0, size=points)), 0.0
    along = np.array([mean_log_of(nu)[0] for nu in degrees.tolist()])
    read = Curve(tables, "student.scalar", DEGREES).read(argument(along))
    apart = float(np.abs(degrees_from(along, read.parameter) / degrees - 1.0).max())
    for nu, found in zip(degrees.tolist(), log_z_of(along, read.log_z).tolist(), strict=True):
        log_z = max(log_z, abs(found - log_partition(nu**-0.5, nu)))
    yield Replay("degrees of freedom of the table against the digamma function", points, apart, _MAXIMUM)
    yield Replay("log Z of the table against the gamma function", points, log_z, _MAXIMUM)


def population(point: Point) -> tuple[Floats, Floats]:
    """Values and weights that add up to one: Student's density at the nodes of a rule in the angle.

    With ``x = m + s sqrt(nu) tan(a)`` the density of the angle is ``cos(a)^(nu - 1)``.
    """
    # Towards the ends the angle is that of a power, in which scores and density are smooth for every nu.
    power = max(1.0, 4.0 / point.nu)
    nodes, weights = _rule()
    half = 0.5 * (1.0 + nodes)
    left = half**power  # pi / 2 less the angle, in units of pi / 2
    away = 0.5 * np.pi * left
    weight = weights * half ** (power - 1.0) * np.sin(away) ** (point.nu - 1.0)
    z = np.sqrt(point.nu) / np.tan(away)
    weight = np.concatenate([weight, weight]) / (2.0 * weight.sum())
    return point.m + point.s * np.concatenate([z, -z]), weight


@cache
def _rule() -> tuple[Floats, Floats]:
    """Nodes and weights of the Gauss-Legendre rule in the angle."""
    return np.polynomial.legendre.leggauss(_NODES)
