"""Data checks of the entries that a user can repeat: the density against its integral, and correlations read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Options, Parameters
from symcat.models.family import Replay
from symcat.models.scores.correlation import maximum
from symcat.models.scores.scores import CORRELATION, NormalScores
from symcat.models.tables import Tables

BOUND = 1e-7

_COLUMNS = ("a", "b")
_PARTS = ("gamma.scalar", "student.scalar")
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)


def replay(entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    """Random margins and correlations of two columns: the integral of the density; and R of given second moments."""
    integrals, slopes = residuals(entry, max(points // 8, 1), points, rng, tables)
    yield Replay(
        "integral of the density by Gauss's rule in the shares of the columns", len(integrals), max(integrals), BOUND
    )
    yield Replay("correlations of exact second moments", len(slopes), max(slopes), BOUND)


def residuals(
    entry: str, densities: int, matrices: int, rng: np.random.Generator, tables: Tables
) -> tuple[list[float], list[float]]:
    """How far integrals of so many densities are from one, and how far so many matrices are from their fits."""
    integrals = []
    for _ in range(densities):
        model = NormalScores(entry, Schema.real(_COLUMNS), Options(parts=_PARTS), tables)
        integrals.append(abs(_integral(model, _parameters(model, rng)) - 1.0))
    apart = []
    for _ in range(matrices):
        model = NormalScores(entry, Schema.real([f"c{j}" for j in range(int(rng.integers(2, 7)))]), Options(), tables)
        truth = _correlation(model, rng)
        found = maximum(truth, model.pattern)
        apart.append(1.0 if found is None else float(np.abs(found - truth).max()))
    return integrals, apart


def _correlation(model: NormalScores, rng: np.random.Generator) -> Floats:
    """A random correlation matrix of the class, well away from singular ones."""
    values = rng.uniform(-1.0, 1.0, size=model.pattern.size)
    for shrink in (0.8, 0.4, 0.2, 0.1, 0.05):
        matrix = model.pattern.matrix(shrink * values[model.pattern.orbit])
        if np.linalg.eigvalsh(matrix)[0] > 0.05:
            return matrix
    return np.eye(model.pattern.dimension)


def _parameters(model: NormalScores, rng: np.random.Generator) -> dict[str, Floats]:
    shape, rate, scale = np.exp(rng.normal(scale=0.5, size=3)) + 0.5
    return {
        CORRELATION: _correlation(model, rng),
        "a.shape": np.array(shape),
        "a.rate": np.array(rate),
        "b.mean": rng.normal(size=1),
        "b.scale": np.array(scale),
        "b.degrees_of_freedom": np.array(3.0 + 5.0 * rng.random()),
    }


def _integral(model: NormalScores, parameters: Parameters) -> float:
    """Over both columns, in panels of equal width in the normal scores."""
    from scipy.special import ndtr

    laws = model.law(parameters).laws
    reach = 6.0
    z = reach * _NODES
    x = [law.ppf(ndtr(z)) for law in laws]
    own = [part.log_density(model.of_block(j, parameters), 0.0, x[j][:, None]) for j, part in enumerate(model.parts)]
    log_z = sum(part.normalised(model.of_block(j, parameters)) for j, part in enumerate(model.parts))
    log_z += 0.5 * float(np.linalg.slogdet(np.asarray(parameters[CORRELATION]))[1])
    rows = np.stack([np.repeat(x[0], len(z)), np.tile(x[1], len(z))], axis=1)
    log_density = model.log_density(parameters, log_z, rows).reshape(len(z), len(z))
    # dx = phi(z) dz / f(x), f being the normalised density of the column.
    log_jacobian = [
        -0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - of + part.normalised(model.of_block(j, parameters))
        for j, (of, part) in enumerate(zip(own, model.parts, strict=True))
    ]
    mass = np.exp(log_density + log_jacobian[0][:, None] + log_jacobian[1][None, :])
    return float((reach * _WEIGHTS) @ mass @ (reach * _WEIGHTS))
