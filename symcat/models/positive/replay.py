"""Data checks of the laws of positive numbers that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.models.curve import Curve
from symcat.models.family import Replay
from symcat.models.positive import exponential
from symcat.models.positive.law import ExponentialLaw, GammaLaw
from symcat.models.positive.reduced import HI, SHAPE, log_z_of, shape_from, stored_of
from symcat.models.positive.shape import shape_of
from symcat.models.tables import Tables

_BOUND = 1e-8
_NODES = 4001


def random_law(entry: str, rng: np.random.Generator) -> GammaLaw:
    """A law with random parameters."""
    rate = float(np.exp(rng.uniform(-5.0, 5.0)))
    if entry == exponential.LABEL:
        return ExponentialLaw(entry, rate)
    return GammaLaw(entry, float(np.exp(rng.uniform(-1.0, 5.0))), rate)


def sums(law: GammaLaw) -> tuple[float, float, float, float]:
    """Total, mean, mean log and entropy by the trapezoid rule in log x, where the density ends fast on both sides."""
    a = law.shape
    ends = -45.0 / a - 12.0 / np.sqrt(a), np.log1p(50.0 / a + 12.0 / np.sqrt(a))
    log = np.log(a / law.rate) + np.linspace(*ends, _NODES)
    x = np.exp(log)
    density = law.log_density(x)
    weight = np.exp(density + log)
    totals = [float(np.trapezoid(weight * of, log)) for of in (np.ones_like(x), x, log, -density)]
    return totals[0], totals[1], totals[2], totals[3]


def replay(entry: str, points: int, rng: np.random.Generator, tables: Tables | None = None) -> Iterator[Replay]:
    """The averages of a law, by a sum over its density, give its parameters back; the table says what Newton does."""
    parameters, integrals = 0.0, 0.0
    for _ in range(points):
        law = random_law(entry, rng)
        total, mean, mean_log, entropy = sums(law)
        exact = float(law.mean[0])
        integrals = max(integrals, abs(total - 1.0), abs(mean / exact - 1.0), abs(entropy - law.entropy))
        shape = 1.0
        if entry != exponential.LABEL:
            shape = float(shape_of(np.array([np.log(mean) - mean_log]))[0])
        apart = abs(shape / law.shape - 1.0), abs(shape / mean / law.rate - 1.0)
        parameters = max(parameters, *apart)
    yield Replay("parameters from averages by a sum over the density", points, parameters, _BOUND)
    yield Replay("total, mean and entropy by a sum over the density", points, integrals, _BOUND)
    if entry != exponential.LABEL and tables is not None:
        yield from _table(entry, points, rng, tables)


def _table(entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    at = rng.uniform(0.0, HI, size=points)
    s = np.expm1(at)
    read = Curve(tables, entry, SHAPE).read(at)
    exact = shape_of(s)
    apart = np.abs(shape_from(s, read.parameter) / exact - 1.0)
    log_z = log_z_of(s, exact, stored_of(s, exact)[1])
    away = np.abs(log_z_of(s, exact, read.log_z) - log_z) / np.maximum(1.0, np.abs(log_z))
    yield Replay("shape of the table against Newton's", points, float(apart.max()), _BOUND)
    yield Replay("log Z of the table against the gamma function", points, float(away.max()), _BOUND)
