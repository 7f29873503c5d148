"""Data checks of the laws on an interval that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.models.base import Floats
from symcat.models.bounded import beta, vonmises
from symcat.models.bounded.beta_law import BetaLaw
from symcat.models.bounded.concentration import concentration_of, ratio
from symcat.models.bounded.law import IntervalLaw
from symcat.models.bounded.reduced import CONCENTRATION, concentration_from, entropy_of
from symcat.models.bounded.shapes import shapes_of
from symcat.models.bounded.vonmises_law import VonMisesLaw
from symcat.models.curve import Curve
from symcat.models.family import Replay
from symcat.models.tables import Tables

_BOUND = 1e-8
_NODES = 4001


def random_law(entry: str, rng: np.random.Generator) -> IntervalLaw:
    """A law with random parameters on a random interval."""
    lo, width = float(rng.normal()), float(np.exp(rng.normal()))
    interval = np.array([lo, lo + width])
    if entry == beta.LABEL:
        alpha, second = np.exp(rng.uniform(-1.0, 4.0, size=2))
        return BetaLaw(entry, {"alpha": alpha, "beta": second, "interval": interval})
    where, concentration = rng.uniform(lo, lo + width), np.exp(rng.uniform(-3.0, 6.0))
    return VonMisesLaw(entry, {"mean": where, "concentration": concentration, "interval": interval})


def replay(entry: str, points: int, rng: np.random.Generator, tables: Tables | None = None) -> Iterator[Replay]:
    """The averages of a law, by a sum over its density, give its parameters back."""
    parameters, integrals = 0.0, 0.0
    for _ in range(points):
        law = random_law(entry, rng)
        found, total, entropy = (_beta if isinstance(law, BetaLaw) else _vonmises)(law)
        parameters = max(parameters, found)
        integrals = max(integrals, abs(total - 1.0), abs(entropy - law.entropy))
    yield Replay("parameters from averages by a sum over the density", points, parameters, _BOUND)
    yield Replay("total and entropy by a sum over the density", points, integrals, _BOUND)
    if entry == vonmises.LABEL and tables is not None:
        yield from _table(entry, points, rng, tables)


def _table(entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    from scipy.special import i0e

    k = np.exp(rng.uniform(-12.0, 15.0, size=points))
    length, away = ratio(k)
    read = Curve(tables, entry, CONCENTRATION).read(length)
    apart = np.abs(concentration_from(length, away, read.parameter) / k - 1.0)
    entropy = np.abs(entropy_of(away, read.log_z) - np.log(i0e(k)) - k * away)
    yield Replay("concentration of the table against Bessel functions", points, float(apart.max()), _BOUND)
    yield Replay("entropy of the table against Bessel functions", points, float(entropy.max()), _BOUND)


def _beta(law: IntervalLaw) -> tuple[float, float, float]:
    """By the trapezoid rule in log(t / (1 - t)), where the density ends fast on both sides."""
    assert isinstance(law, BetaLaw)
    a, b = law.alpha, law.beta
    middle, reach = np.log(a / b), 12.0 / np.sqrt(a) + 12.0 / np.sqrt(b)
    logit = np.linspace(middle - reach - 40.0 / a, middle + reach + 40.0 / b, _NODES)
    of_t, of_rest = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    # The density of the law as it is told, without the ends where t rounds to one
    density = (a - 1.0) * of_t + (b - 1.0) * of_rest - law.log_partition
    mass = np.exp(density + of_t + of_rest + np.log(law.width))
    total, first, second, entropy = (
        float(np.trapezoid(mass * one, logit)) for one in (np.ones_like(logit), of_t, of_rest, -density)
    )
    found = shapes_of(np.array([-np.logaddexp(first, second)]), np.array([first - second]))
    return max(abs(float(one[0]) / exact - 1.0) for one, exact in zip(found, (a, b), strict=True)), total, entropy


def _vonmises(law: IntervalLaw) -> tuple[float, float, float]:
    """By the trapezoid rule over the turn, of which the density is a smooth periodic function."""
    assert isinstance(law, VonMisesLaw)
    x = law.lo + law.width * (np.arange(_NODES) + 0.5) / _NODES
    density = law.log_density(x)
    mass = np.exp(density) * law.width / _NODES
    angle = law.per_unit * (x - law.direction)
    versed, sine = float(mass @ (2.0 * np.sin(0.5 * angle) ** 2)), float(mass @ np.sin(angle))
    length: Floats = np.array([np.hypot(1.0 - versed, sine)])
    found = float(concentration_of(length, 1.0 - length)[0])
    return max(abs(found / law.concentration - 1.0), abs(sine)), float(mass.sum()), float(mass @ -density)
