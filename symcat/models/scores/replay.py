"""Data checks of the entries that a user can repeat: the density against its integral, and correlations read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Options, Parameters
from symcat.models.family import Replay
from symcat.models.hidden.law import MixtureLaw
from symcat.models.scores.composite import Scores, around
from symcat.models.scores.hidden import HiddenScores
from symcat.models.scores.matrices import random_matrix, residuals_of_matrices
from symcat.models.scores.pattern import Pattern
from symcat.models.scores.scores import CORRELATION, NormalScores
from symcat.models.scores.student import DEGREES, StudentScores
from symcat.models.scores.student_copula import Copula
from symcat.models.tables import Tables

BOUND = 1e-7

CLASSES: dict[str, type[Scores]] = {around(inner): NormalScores for inner in NormalScores.INNER} | {
    around(StudentScores.INNER): StudentScores,
    around(HiddenScores.INNER): HiddenScores,
}
"""By label, in the order in which they are weighed."""

_COLUMNS = ("a", "b")
_PARTS = ("gamma.scalar", "student.scalar")
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANELS, _REACH = 20, 6.3


def replay(entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    """Random margins and laws of two scores: the integral of the density; and R of given second moments."""
    integrals = residuals_of_integrals(entry, max(points // 8, 1), rng, tables)
    yield Replay(
        "integral of the density by Gauss's rule in the shares of the columns", len(integrals), max(integrals), BOUND
    )
    if CLASSES[entry] is NormalScores:
        slopes = residuals_of_matrices(entry, points, rng)
        yield Replay("correlations of exact second moments", len(slopes), max(slopes), BOUND)


def residuals_of_integrals(entry: str, densities: int, rng: np.random.Generator, tables: Tables) -> list[float]:
    """How far integrals of so many densities are from one."""
    integrals = []
    for _ in range(densities):
        model = CLASSES[entry](entry, Schema.real(_COLUMNS), Options(parts=_PARTS), tables)
        integrals.append(abs(_integral(model, _parameters(model, rng)) - 1.0))
    return integrals


def residuals_of_scores(entry: str, densities: int, rng: np.random.Generator) -> list[float]:
    """How far integrals of laws of two scores are from one, the columns being normal."""
    z, weight = _nodes()
    pairs = np.stack([np.repeat(z, len(z)), np.tile(z, len(z))], axis=1)
    normal = np.exp(-0.5 * (pairs**2).sum(axis=1)) / (2.0 * np.pi) * np.outer(weight, weight).ravel()
    out = []
    for _ in range(densities):
        own = _of_scores(CLASSES[entry], Pattern.full(2), rng)
        if CLASSES[entry] is HiddenScores:
            log_ratio = MixtureLaw(entry, own).log_density(pairs) + 0.5 * (pairs**2).sum(axis=1) + np.log(2.0 * np.pi)
        else:
            log_ratio = Copula(own[CORRELATION], float(own[DEGREES])).log_density(pairs)
        out.append(abs(float(normal @ np.exp(log_ratio)) - 1.0))
    return out


def _parameters(model: Scores, rng: np.random.Generator) -> dict[str, Floats]:
    shape, rate, scale = np.exp(rng.normal(scale=0.5, size=3)) + 0.5
    pattern = model.pattern if isinstance(model, NormalScores) else Pattern.full(2)
    return _of_scores(type(model), pattern, rng) | {
        "a.shape": np.array(shape),
        "a.rate": np.array(rate),
        "b.mean": rng.normal(size=1),
        "b.scale": np.array(scale),
        "b.degrees_of_freedom": np.array(3.0 + 5.0 * rng.random()),
    }


def _of_scores(kind: type[Scores], pattern: Pattern, rng: np.random.Generator) -> dict[str, Floats]:
    if kind is HiddenScores:
        spread = np.stack([random_matrix(pattern, rng) for _ in range(2)]) * rng.uniform(0.3, 0.9, (2, 1, 1))
        share = rng.uniform(0.2, 0.8)
        means = rng.normal(scale=0.5, size=(2, 2))
        return {"weights": np.array([share, 1.0 - share]), "means": means, "covariances": spread}
    degrees = {DEGREES: np.array(2.0 + 10.0 * rng.random())} if kind is StudentScores else {}
    return {CORRELATION: random_matrix(pattern, rng), **degrees}


def _integral(model: Scores, parameters: Parameters) -> float:
    """Over both columns, in panels of equal width in the normal scores."""
    from scipy.special import ndtr

    z, weight = _nodes()
    x = [law.ppf(ndtr(z)) for law in model.laws(parameters)]
    own = [part.log_density(model.of_block(j, parameters), 0.0, x[j][:, None]) for j, part in enumerate(model.parts)]
    of_parts = [part.normalised(model.of_block(j, parameters)) for j, part in enumerate(model.parts)]
    log_z = sum(of_parts)
    if isinstance(model, NormalScores):
        log_z += 0.5 * float(np.linalg.slogdet(np.asarray(parameters[CORRELATION]))[1])
    rows = np.stack([np.repeat(x[0], len(z)), np.tile(x[1], len(z))], axis=1)
    log_density = model.log_density(parameters, log_z, rows).reshape(len(z), len(z))
    # dx = phi(z) dz / f(x), f being the normalised density of the column.
    log_jacobian = [
        -0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - of + log_z_of_part
        for of, log_z_of_part in zip(own, of_parts, strict=True)
    ]
    mass = np.exp(log_density + log_jacobian[0][:, None] + log_jacobian[1][None, :])
    return float(weight @ mass @ weight)


def _nodes() -> tuple[Floats, Floats]:
    """Scores and their weights."""
    ends = np.linspace(-_REACH, _REACH, _PANELS + 1)
    half = 0.5 * np.diff(ends)
    z = ((ends[:-1] + half)[:, None] + half[:, None] * _NODES).ravel()
    return z, (half[:, None] * _WEIGHTS).ravel()
